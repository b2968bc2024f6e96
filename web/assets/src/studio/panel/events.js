// Events, and tasks that send or wait: what is thrown or caught, when, and what it carries.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { expiry } from './expiry.js';
import { choice, feel, group, line } from './fields.js';

const CATCHING = ['bpmn:CatchEvent', 'bpmn:ReceiveTask'];

/** Return a group for each definition of an event. */
export function eventGroups(pen, context) {
  const definitions = pen.owner.get('eventDefinitions') ?? [];
  return definitions.map((definition, index) => {
    const make = GROUPS[definition.$type];
    return make && suffixed(make(pen.on(definition), pen, context), definitions.length > 1 ? `-${index}` : '');
  });
}

const suffixed = (made, suffix) => ({
  ...made,
  id: made.id + suffix,
  entries: made.entries.map((entry) => ({ ...entry, id: entry.id + suffix })),
});

export function messageTaskGroup(pen, context) {
  return messageGroup(pen, pen, context);
}

const GROUPS = {
  'bpmn:MessageEventDefinition': messageGroup,
  'bpmn:SignalEventDefinition': signalGroup,
  'bpmn:ErrorEventDefinition': errorGroup,
  'bpmn:EscalationEventDefinition': escalationGroup,
  'bpmn:TimerEventDefinition': timerGroup,
  'bpmn:ConditionalEventDefinition': conditionGroup,
};

const property = (pen, name, make, label, more = {}) =>
  make({ id: name, label, get: () => pen.property(name), set: (text) => pen.setProperty(name, text), ...more });

/** Names that mean the same: which one an event holds, and whether at itself or at its definition, is left as it is. */
const SAME = { variable: ['messageVariable', 'variableName'], payload: ['payloadExpression', 'messagePayload'] };

function carried(pen, host, kind, make, label) {
  const holder = [host, pen].find((each) => SAME[kind].some((name) => each.text(name))) ?? pen;
  const name = SAME[kind].find((each) => holder.text(each)) ?? SAME[kind][0];
  return make({ id: kind === 'variable' ? 'carried-variable' : kind, label, get: () => holder.text(name), set: (text) => holder.setText(name, text) });
}

const content = (pen, host) =>
  catches(host)
    ? carried(pen, host, 'variable', line, pen.t('携带的内容存入变量'))
    : carried(pen, host, 'payload', feel, pen.t('携带的内容（FEEL）'));

const catches = (pen) => CATCHING.some((type) => is(pen.element, type));

function messageGroup(pen, host, { palette }) {
  const { t } = pen;
  const get = () => pen.owner.get('messageRef')?.get('name') ?? '';
  const known = () => merged(palette.messages(), pen.roots('bpmn:Message').map((root) => root.get('name')));
  const set = (name) => (name ? pen.refer('messageRef', 'bpmn:Message', (root) => root.get('name') === name, { name }) : pen.set({ messageRef: undefined }));
  const people = catches(host)
    ? [
        property(host, 'senders', line, t('可由哪些岗位发送'), { description: t('用逗号分开；不填时由其他流程发送') }),
        property(host, 'variable', line, t('由人发送时，填写的内容存入变量')),
      ]
    : [];
  return group('message', t('消息'), [
    ...named(t, 'message-name', t('消息'), get, set, known),
    content(pen, host),
    ...people,
    property(host, 'correlation', feel, t('对应哪个案件（FEEL）')),
  ], true);
}

function signalGroup(pen, host) {
  const { t } = pen;
  const get = () => pen.owner.get('signalRef')?.get('name') ?? '';
  const set = (name) => (name ? pen.refer('signalRef', 'bpmn:Signal', (root) => root.get('name') === name, { name }) : pen.set({ signalRef: undefined }));
  return group('signal', t('信号'), [
    ...named(t, 'signal-name', t('信号'), get, set, () => merged([], pen.roots('bpmn:Signal').map((root) => root.get('name')))),
    content(pen, host),
  ], true);
}

function errorGroup(pen, host, { palette }) {
  const { t } = pen;
  const known = () => merged(raised(host, palette), pen.roots('bpmn:Error').map((root) => root.get('errorCode')));
  const get = () => pen.owner.get('errorRef')?.get('errorCode') ?? '';
  const title = (code) => raised(host, palette).find(({ value }) => value === code)?.title ?? code;
  const set = (code) =>
    code ? pen.refer('errorRef', 'bpmn:Error', (root) => root.get('errorCode') === code, { name: title(code), errorCode: code }) : pen.set({ errorRef: undefined });
  return group('error', t('错误'), [
    ...named(t, 'error-code', t('错误码'), get, set, known, catches(host) ? t('任何错误') : undefined),
    content(pen, host),
  ], true);
}

/** The errors that the handler of the step an event sits on may raise. */
function raised(host, palette) {
  const operator = host.owner.get('attachedToRef')?.get('extensionElements')?.get('values').find(({ $type }) => $type === 'spiffworkflow:ServiceTaskOperator');
  const errors = palette.handler(operator?.get('id'))?.errors ?? [];
  return errors.map(({ code, title }) => ({ value: code, title: title || code, label: title ? host.t('{title}（{id}）', { title, id: code }) : code }));
}

function escalationGroup(pen, host) {
  const { t } = pen;
  const get = () => pen.owner.get('escalationRef')?.get('escalationCode') ?? '';
  const set = (code) =>
    code ? pen.refer('escalationRef', 'bpmn:Escalation', (root) => root.get('escalationCode') === code, { name: code, escalationCode: code }) : pen.set({ escalationRef: undefined });
  return group('escalation', t('上报'), [
    ...named(t, 'escalation-code', t('上报码'), get, set, () => merged([], pen.roots('bpmn:Escalation').map((root) => root.get('escalationCode')))),
    content(pen, host),
  ], true);
}

/** Choose a name of those known, or write a new one. */
function named(t, id, label, get, set, known, none = t('（请选择）')) {
  return [
    choice({ id, label, get, set, options: () => [{ value: '', label: none }, ...known()] }),
    line({ id: `${id}-new`, label: t('或者新的名称'), get: () => '', set: (name) => name && set(name.trim()) }),
  ];
}

function merged(options, names) {
  const known = new Set(options.map(({ value }) => value));
  return [...options, ...names.filter((name) => name && !known.has(name)).map((name) => ({ value: name, label: name }))];
}

const KINDS = ['timeDate', 'timeDuration', 'timeCycle'];

function timerGroup(pen, host) {
  const { t, owner } = pen;
  const kind = KINDS.find((name) => owner.get(name)) ?? '';
  const labels = { timeDate: t('到某一时刻'), timeDuration: t('经过一段时间'), timeCycle: t('按周期') };
  const write = (name, body) => pen.set({
    ...Object.fromEntries(KINDS.map((each) => [each, undefined])),
    ...(name ? { [name]: pen.create('bpmn:FormalExpression', { body }, owner) } : {}),
  });
  const get = () => owner.get(kind)?.get('body') ?? '';
  const set = (body) => write(kind, body);
  const value = {
    timeDate: () => expiry({ id: 'timer', label: t('时刻'), t, get, set, none: false }),
    timeDuration: () => [feel({ id: 'timer-value', label: t('时长'), get, set, description: t('例如 P10D（十天）、PT4H（四小时），或 FEEL') })],
    timeCycle: () => [feel({ id: 'timer-value', label: t('周期'), get, set, description: t('例如 R3/PT1H、0 8 * * 1-5（工作日八时），或 FEEL') })],
  }[kind];
  const starts = is(pen.element, 'bpmn:StartEvent') && is(host.owner.$parent, 'bpmn:Process');
  return group('timer', t('定时'), [
    choice({
      id: 'timer-kind', label: t('类型'), get: () => kind,
      set: (name) => write(name, { timeDate: 'working days after(now(), 5)', timeDuration: 'P1D', timeCycle: 'R3/P1D' }[name]),
      options: () => [{ value: '', label: t('（请选择）') }, ...KINDS.map((name) => ({ value: name, label: labels[name] }))],
    }),
    ...(value ? value() : []),
    starts && property(host, 'unit', feel, t('启动的案件属于哪个机构（FEEL）')),
    starts && carried(pen, host, 'variable', line, t('应启动的时刻存入变量')),
  ], true);
}

function conditionGroup(pen) {
  const { t, owner } = pen;
  return group('event-condition', t('条件'), [
    feel({
      id: 'event-condition', label: t('成立即发生（FEEL）'), get: () => owner.get('condition')?.get('body') ?? '',
      set: (text) => pen.set({ condition: text ? pen.create('bpmn:FormalExpression', { body: text }, owner) : undefined }),
    }),
  ], true);
}
