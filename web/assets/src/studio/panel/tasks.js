// What kinds of tasks hold beside their handler: a form, a decision, a script, a called process.
import { typeOf } from '../descriptor.js';
import { expiry } from './expiry.js';
import { choice, feel, group, line, list } from './fields.js';

const property = (pen, name, make, label, more = {}) =>
  make({ id: name, label, get: () => pen.property(name), set: (text) => pen.setProperty(name, text), ...more });

export function userTaskGroup(pen, { palette }) {
  const { t } = pen;
  return group('form', t('办理'), [
    property(pen, 'form', choice, t('表单'), { options: () => [{ value: '', label: t('（请选择）') }, ...palette.forms()] }),
    line({ id: 'variable', label: t('填写的内容存入变量'), get: () => pen.text('variableName'), set: (name) => pen.setText('variableName', name) }),
    property(pen, 'title', feel, t('任务标题'), { description: t('FEEL，例如：request.title + " " + request.no') }),
    ...expiry({ id: 'due', label: t('期限'), t, get: () => pen.property('due'), set: (text) => pen.setProperty('due', text) }),
    property(pen, 'assignee', feel, t('指定办理人'), { description: t('FEEL，人员编号；空值表示由泳道的岗位认领') }),
    property(pen, 'reassigners', line, t('可由哪些岗位转交他人'), { description: t('用逗号分开；不填时由办理人自己退回') }),
    property(pen, 'findings', feel, t('显示的审查意见'), { description: t('FEEL，逐项显示在字段旁的意见列表') }),
  ], true);
}

export function decisionGroup(pen, { palette }) {
  const { t } = pen;
  return group('decision', t('决策'), [
    choice({
      id: 'decision', label: t('决策表'), get: () => pen.text('calledDecisionId'), set: (id) => pen.setText('calledDecisionId', id),
      options: () => [{ value: '', label: t('（请选择）') }, ...palette.decisions()],
    }),
    property(pen, 'resultVariable', line, t('结果存入变量')),
  ], true);
}

export function scriptGroup(pen) {
  const { t, owner } = pen;
  return group('script', t('脚本'), [
    feel({
      id: 'script', label: t('表达式（FEEL）'), rows: 3,
      get: () => owner.get('script') ?? '',
      set: (script) => pen.set({ script: script || undefined, scriptFormat: 'feel' }),
    }),
    property(pen, 'resultVariable', line, t('结果存入变量'), { description: t('不填时，结果的各项成为变量') }),
  ], true);
}

export function callGroup(pen, { palette }) {
  const { t, owner } = pen;
  const called = () => owner.get('calledElement') ?? '';
  const computed = called().startsWith('=');
  return group('call', t('调用的流程'), [
    choice({
      id: 'called', label: t('流程'), get: () => (computed ? '=' : called()),
      set: (key) => pen.set({ calledElement: key === '=' ? '=""' : key || undefined }),
      options: () => [{ value: '', label: t('（请选择）') }, ...palette.processes(), { value: '=', label: t('由表达式决定（FEEL）') }],
    }),
    computed && feel({
      id: 'called-feel', label: t('表达式（FEEL）'), get: () => called().slice(1).trim(),
      set: (text) => pen.set({ calledElement: `=${text}` }),
    }),
  ], true);
}

/** What goes into the called process and what comes back; without any, all variables do both. */
export function mappingGroups(pen) {
  const { t } = pen;
  return [
    mappingList(pen, 'inputs', 'input', t('交给它的数据'), t('它的变量'), t('我们的值（FEEL）')),
    mappingList(pen, 'outputs', 'output', t('取回的数据'), t('我们的变量'), t('它的值（FEEL）')),
  ];
}

function mappingList(pen, side, kind, label, target, source) {
  const box = pen.extension('ioMapping');
  const rows = box?.get(side) ?? [];
  const keep = (next) => {
    const other = box.get(side === 'inputs' ? 'outputs' : 'inputs').length;
    return pen.run(next.length || other ? pen.change(box, { [side]: next }) : pen.dropped(box));
  };
  const items = rows.map((row, index) => ({
    id: `${kind}-${index}`,
    label: row.get('target') || '—',
    entries: [
      line({ id: `${kind}-${index}-target`, label: target, get: () => row.get('target') ?? '', set: (name) => pen.run(pen.change(row, { target: name })) }),
      feel({ id: `${kind}-${index}-source`, label: source, get: () => row.get('source') ?? '', set: (text) => pen.run(pen.change(row, { source: text })) }),
    ],
    remove: () => keep(rows.filter((other) => other !== row)),
  }));
  const add = () => {
    const made = pen.create(typeOf(kind), { target: '', source: '' }, box);
    if (box) return keep([...rows, made]);
    return pen.run(pen.added(pen.create(typeOf('ioMapping'), { [side]: [made] })));
  };
  return list(`mapping-${side}`, label, items, add);
}
