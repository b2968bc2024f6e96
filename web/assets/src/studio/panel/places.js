// What is not a step: the process, lanes, flows, gateways, loops, and data.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { check, choice, feel, group, line } from './fields.js';

const property = (pen, name, make, label, more = {}) =>
  make({ id: name, label, get: () => pen.property(name), set: (text) => pen.setProperty(name, text), ...more });

export function processGroup(pen) {
  const { t } = pen;
  return group('process', t('流程'), [
    property(pen, 'title', feel, t('案件标题'), { description: t('FEEL，例如：request.title + " " + request.no') }),
    property(pen, 'inputs', line, t('启动时给出的变量'), { description: t('用逗号分开') }),
    property(pen, 'restricted', choice, t('插件的流程可否调用'), { options: () => [{ value: '', label: t('可以') }, { value: 'true', label: t('不可以') }] }),
    property(pen, 'designers', line, t('可以部署它的岗位'), { description: t('用逗号分开；不填时为流程设计人员') }),
  ], true);
}

export function laneGroup(pen, { palette }) {
  const { t } = pen;
  return group('lane', t('由谁办理'), [
    property(pen, 'group', choice, t('岗位'), { options: () => [{ value: '', label: t('（请选择）') }, ...palette.groups()] }),
    property(pen, 'unit', feel, t('机构'), { description: t('FEEL，机构代码，例如：request.unit') }),
  ], true);
}

export function flowGroup(pen) {
  const { t, owner } = pen;
  const source = owner.get('sourceRef');
  if (!source || is(source, 'bpmn:Event')) return null;
  const isDefault = () => source.get('default') === owner;
  const change = (text) => {
    const made = text && pen.create('bpmn:FormalExpression', { body: text }, owner);
    pen.set({ conditionExpression: made || undefined });
  };
  return group('condition', t('条件'), [
    !isDefault() && feel({ id: 'condition', label: t('走这条线的条件（FEEL）'), get: () => owner.get('conditionExpression')?.get('body') ?? '', set: change }),
    mayHaveDefault(source) && check({
      id: 'default', label: t('其余情况走这条线'), get: isDefault,
      set: (yes) => pen.run(pen.change(source, { default: yes ? owner : undefined }), yes ? pen.change(owner, { conditionExpression: undefined }) : []),
    }),
  ], true);
}

const mayHaveDefault = (node) =>
  ['bpmn:Activity', 'bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway', 'bpmn:ComplexGateway'].some((type) => is(node, type));

export function complexGatewayGroup(pen) {
  return group('activation', pen.t('汇合条件'), [expression(pen, 'activationCondition', pen.t('放行的条件（FEEL）'))], true);
}

function expression(pen, name, label, owner = pen.owner) {
  return feel({
    id: name, label, get: () => owner.get(name)?.get('body') ?? '',
    set: (text) => pen.run(pen.change(owner, { [name]: text ? pen.create('bpmn:FormalExpression', { body: text }, owner) : undefined })),
  });
}

export function loopGroup(pen) {
  const { t, owner } = pen;
  const loop = owner.get('loopCharacteristics');
  if (!loop) return null;
  if (is(loop, 'bpmn:StandardLoopCharacteristics')) {
    const most = line({ id: 'loopMaximum', label: t('最多次数'), get: () => String(loop.get('loopMaximum') ?? ''), set: (n) => pen.run(pen.change(loop, { loopMaximum: n ? Number(n) : undefined })) });
    const before = check({ id: 'testBefore', label: t('先判断再执行'), get: () => loop.get('testBefore'), set: (yes) => pen.run(pen.change(loop, { testBefore: yes })) });
    return group('loop', t('循环'), [expression(pen, 'loopCondition', t('继续的条件（FEEL）'), loop), most, before], true);
  }
  const text = (name, label, make) => make({ id: name, label, get: () => loop.get(name) ?? '', set: (value) => pen.run(pen.change(loop, { [name]: value || undefined })) });
  return group('loop', t('逐项执行'), [
    text('loopDataInputRef', t('每一项取自列表（FEEL）'), feel),
    item(pen, loop, 'inputDataItem', t('每一项的变量')),
    text('loopDataOutputRef', t('结果列表存入变量'), line),
    item(pen, loop, 'outputDataItem', t('每一项的结果变量')),
    expression(pen, 'loopCardinality', t('或者执行的次数（FEEL）'), loop),
    expression(pen, 'completionCondition', t('提前结束的条件（FEEL）'), loop),
  ], true);
}

function item(pen, loop, name, label) {
  const set = (value) => {
    const found = loop.get(name);
    if (found && value) return pen.run(pen.change(found, { name: value }));
    const made = value && pen.create(name === 'inputDataItem' ? 'bpmn:DataInput' : 'bpmn:DataOutput', { name: value }, loop);
    return pen.run(pen.change(loop, { [name]: made || undefined }));
  };
  return line({ id: name, label, get: () => loop.get(name)?.get('name') ?? loop.get(name)?.get('id') ?? '', set });
}

export function dataFlowGroup(pen) {
  return group('data-flow', pen.t('数据'), [expression(pen, 'transformation', pen.t('交出的值（FEEL）'))], true);
}
