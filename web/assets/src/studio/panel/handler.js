// A service task: which plugin's handler it runs, with what, and where the result goes.
import { typeOf } from '../descriptor.js';
import { choice, group, line, value } from './fields.js';

export function handlerGroup(pen, { palette }) {
  const { t } = pen;
  const operator = pen.extension('serviceTaskOperator');
  const handler = palette.handler(operator?.get('id'));
  const entries = [
    choice({
      id: 'handler',
      label: t('处理器'),
      description: handler?.description,
      get: () => operator?.get('id') ?? '',
      set: (id) => choose(pen, palette, id),
      options: () => [{ value: '', label: t('（请选择）') }, ...palette.handlersByPlugin()],
      validate: (id) => (id && !palette.handler(id) ? t('没有安装提供它的插件') : null),
    }),
  ];
  if (operator) {
    entries.push(...parameters(pen, operator, handler), resultOf(pen, operator));
  }
  return group('handler', t('处理器与参数'), entries, true);
}

function resultOf(pen, operator) {
  return line({
    id: 'result',
    label: pen.t('结果存入变量'),
    get: () => operator.get('resultVariable') ?? '',
    set: (name) => pen.run(pen.change(operator, { resultVariable: name || undefined })),
  });
}

function parameters(pen, operator, handler) {
  const declared = handler?.inputs ?? [];
  const names = new Set(declared.map(({ id }) => id));
  const given = listOf(operator).map((parameter) => parameter.get('id')).filter((id) => !names.has(id));
  const undeclared = given.map((id) => ({ id, title: id, type: 'any', description: handler && pen.t('这个处理器没有这项参数') }));
  return [...declared, ...undeclared].map((input) =>
    value({
      ...input,
      id: `parameter-${input.id}`,
      label: input.title || input.id,
      get: () => find(operator, input.id)?.get('value') ?? '',
      set: (feel) => write(pen, operator, input.id, feel),
    }),
  );
}

const listOf = (operator) => operator.get('parameterList')?.get('parameters') ?? [];
const find = (operator, id) => listOf(operator).find((parameter) => parameter.get('id') === id);

/** Give a parameter its FEEL; without any it goes, and the handler's default holds. */
function write(pen, operator, id, feel) {
  const found = find(operator, id);
  const box = operator.get('parameterList');
  if (found && feel) return pen.run(pen.change(found, { value: feel }));
  if (found) return pen.run(pen.change(box, { parameters: listOf(operator).filter((parameter) => parameter !== found) }));
  if (!feel) return undefined;
  const made = pen.create(typeOf('parameter'), { id, value: feel }, box);
  if (box) return pen.run(pen.change(box, { parameters: [...listOf(operator), made] }));
  return pen.run(pen.change(operator, { parameterList: pen.create(typeOf('parameters'), { parameters: [made] }, operator) }));
}

/** Give a service task its handler, or another one: what both take is kept, a name that was the handler's title follows. */
export function choose(pen, palette, id) {
  const operator = pen.extension('serviceTaskOperator');
  const handler = palette.handler(id);
  if (!id) return pen.run(operator && pen.dropped(operator));
  if (!operator) return pen.run(pen.added(palette.operator(pen, handler)), named(pen, null, handler));
  const takes = new Set(handler.inputs.map((input) => input.id));
  const fresh = palette.operator(pen, handler);
  const kept = listOf(operator).filter((parameter) => takes.has(parameter.get('id')) && parameter.get('value'));
  const keptIds = new Set(kept.map((parameter) => parameter.get('id')));
  const filled = [...kept, ...listOf(fresh).filter((parameter) => !keptIds.has(parameter.get('id')))];
  return pen.run(
    pen.change(operator, {
      id,
      resultVariable: fresh.get('resultVariable'),
      parameterList: filled.length ? pen.create(typeOf('parameters'), { parameters: filled.map((each) => copy(pen, each)) }, operator) : undefined,
    }),
    named(pen, palette.handler(operator.get('id')), handler),
  );
}

const copy = (pen, parameter) =>
  pen.create(typeOf('parameter'), { id: parameter.get('id'), type: parameter.get('type'), value: parameter.get('value') });

function named(pen, before, handler) {
  const name = pen.owner.get('name');
  return !name || name === before?.title ? [pen.change(pen.owner, { name: handler.title })] : [];
}
