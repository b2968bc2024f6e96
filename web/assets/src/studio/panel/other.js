// What any step may say, and properties that no field of the panel shows.
import { group, line, list } from './fields.js';

/** Names that have a field somewhere in the panel. */
const SHOWN = new Set([
  'title', 'inputs', 'restricted', 'designers', 'group', 'unit', 'form', 'due', 'assignee', 'reassigners', 'findings', 'milestone', 'resultVariable',
  'senders', 'variable', 'correlation',
]);

export function stepGroup(pen) {
  return group('step', pen.t('进展'), [
    line({
      id: 'milestone', label: pen.t('到这里时案件的进展'), description: pen.t('例如：审核中'),
      get: () => pen.property('milestone'), set: (text) => pen.setProperty('milestone', text),
    }),
  ]);
}

/** Properties by name and value, whoever reads them. */
export function otherGroup(pen) {
  const { t } = pen;
  const others = pen.properties().filter((property) => !SHOWN.has(property.get('name')));
  const items = others.map((property, index) => ({
    id: `other-${index}`,
    label: property.get('name') || '—',
    entries: [
      line({ id: `other-${index}-name`, label: t('名称'), get: () => property.get('name'), set: (name) => pen.run(pen.change(property, { name })) }),
      line({ id: `other-${index}-value`, label: t('值'), get: () => property.get('value') ?? '', set: (value) => pen.run(pen.change(property, { value: value ?? '' })) }),
    ],
    remove: () => pen.setProperty(property.get('name'), ''),
  }));
  const unused = () => {
    const names = new Set(pen.properties().map((property) => property.get('name')));
    for (let number = 1; ; number += 1) if (!names.has(`property_${number}`)) return `property_${number}`;
  };
  return list('other', t('其他属性'), items, () => pen.setProperty(unused(), t('值')));
}
