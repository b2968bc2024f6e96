// When something is due: a number of days in two fields, or FEEL in one.
import { readDeadline, UNITS, writeDeadline } from '../deadline.js';
import { choice, feel, line } from './fields.js';

const USUAL = 5;

/** Return the entries for a due date. `get` and `set` speak FEEL. */
export function expiry({ id, label, get, set, t, none = true }) {
  const now = readDeadline(get());
  const kind = now ? now.unit : get() ? 'feel' : '';
  const words = { working_days: t('若干个工作日'), working_hours: t('若干个工作小时'), days: t('若干天'), hours: t('若干小时'), feel: t('表达式（FEEL）') };
  const entries = [
    choice({
      id: `${id}-kind`,
      label,
      get: () => kind,
      set: (unit) => set(unit === 'feel' ? get() || 'now()' : unit && writeDeadline(unit, now?.number ?? USUAL)),
      options: () => [...(none ? [{ value: '', label: t('不限') }] : []), ...[...UNITS, 'feel'].map((unit) => ({ value: unit, label: words[unit] }))],
    }),
  ];
  if (now) {
    entries.push(line({
      id: `${id}-number`,
      label: t('数量'),
      get: () => String(now.number),
      set: (number) => set(writeDeadline(now.unit, Number(number))),
      validate: (number) => (/^[1-9]\d{0,3}$/.test(number) ? null : t('请填 1 到 9999 的整数')),
    }));
  } else if (kind === 'feel' || (!none && !kind)) {
    entries.push(feel({ id: `${id}-feel`, label: t('表达式（FEEL）'), get, set }));
  }
  return entries;
}
