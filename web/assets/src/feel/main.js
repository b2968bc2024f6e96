// What Python calls: text in, text out. The globals are the whole interface; the other half is engine/feel/runtime.py.
import { builtins } from 'feelin';
import { installBuiltins, setCalendar, setNow, takeCounted } from './builtins.js';
import { compile, plainCore, run } from './compile.js';
import { fault } from './faults.js';
import { decideTarget, keep, kept } from './model.js';
import { roundBuiltins } from './numbers.js';
import { Scope, oddEntries } from './scope.js';
import { installStandard } from './standard.js';
import { pack, unpack } from './values.js';

installBuiltins();
roundBuiltins();
installStandard(text => run('expression', text, new Scope({})));

function attempt(action) {
  try {
    return action();
  } catch (error) {
    return fault(error);
  }
}

function oddTree(names) {
  return oddEntries(Object.entries(names), oddTree);
}

function answer({ run, warnings }, variables) {
  takeCounted();
  const result = { value: pack(run(variables)) };
  const counted = takeCounted();
  if (counted.length) result.counted = counted.map(({ from, at, ...rest }) => ({ ...rest, from: pack(from), at: pack(at) }));
  const reported = warnings();
  if (reported.length) result.warnings = reported.map(({ type, message }) => ({ type, message }));
  return result;
}

/** Evaluate `{now, variables, expressions}`; one answer an expression, `{value, counted?, warnings?}` or `{error, message, …}`. */
globalThis.feelEvaluate = text => {
  const { now, variables, expressions } = JSON.parse(text);
  setNow(now);
  const scope = new Scope(unpack(variables));
  return JSON.stringify(expressions.map(
    expression => attempt(() => answer(compile('expression', expression, scope.names, scope.shape), scope.values))
  ));
};

/** Decide `{now, key, model?, target, variables}`: `{value, steps}`, or the fault; `{missing}` asks for the model. */
globalThis.feelDecide = text => {
  const { now, key, model, target, variables } = JSON.parse(text);
  setNow(now);
  if (model) keep(key, model);
  const found = kept(key);
  if (!found) return '{"missing":true}';
  return JSON.stringify(attempt(() => {
    const { value, steps } = decideTarget(found, target, unpack(variables));
    return { value: pack(value), steps };
  }));
};

/** Parse `{kind, expression, names}`: `{free, mentioned, core}`, or the fault; `names`: name → names below it. */
globalThis.feelParse = text => {
  const { kind, expression, names = {} } = JSON.parse(text);
  const { names: odd, shape } = new Scope({}, oddTree(names));
  return JSON.stringify(attempt(() => {
    const { free, mentioned } = compile(kind, expression, odd, shape).names;
    return { free, mentioned, core: kind === 'expression' && shape === '' ? plainCore(expression) : null };
  }));
};

globalThis.feelCalendar = text => setCalendar(JSON.parse(text));

globalThis.feelBuiltins = () => JSON.stringify(Object.keys(builtins));
