// What Python calls: text in, text out. The globals are the whole interface; the other half is engine/feel/runtime.py.
import { builtins } from 'feelin';
import { installBuiltins, setCalendar, setNow } from './builtins.js';
import { compile } from './compile.js';
import { roundBuiltins } from './numbers.js';
import { decide } from './table.js';
import { pack, unpack } from './values.js';

// a key of another kind changes how an expression is read: spaces, signs, and the language's own words
const PLAIN_KEY = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const WORDS = new Set([
  'and', 'as', 'between', 'date', 'days', 'duration', 'else', 'every', 'external', 'false', 'for', 'function', 'if',
  'in', 'instance', 'item', 'not', 'null', 'of', 'or', 'partial', 'return', 'satisfies', 'some', 'then', 'time', 'true',
  'years'
]);

installBuiltins();
roundBuiltins();

function fault(error) {
  if (error.cause) return { ...fault(error.cause), expression: error.expression };
  if (error.position) return { error: 'syntax', message: error.message, ...error.position };
  return { error: 'run', message: `${error.constructor.name}: ${error.message}` };
}

function attempt(action) {
  try {
    return action();
  } catch (error) {
    return fault(error);
  }
}

const ODD_CACHE_SIZE = 10000;
const oddKeys = new Map();

function isOdd(key) {
  let odd = oddKeys.get(key);
  if (odd === undefined) {
    if (oddKeys.size >= ODD_CACHE_SIZE) oddKeys.clear();
    odd = !PLAIN_KEY.test(key) || WORDS.has(key);
    oddKeys.set(key, odd);
  }
  return odd;
}

function readVariables(json) {
  const odd = new Set();
  const variables = unpack(json, (path, key) => {
    if (isOdd(key)) odd.add([...path, key].join('\u0001'));
  });
  return { variables, shape: [...odd].sort().join('\n') };
}

function answer({ run, warnings }, variables) {
  const result = { value: pack(run(variables)) };
  const reported = warnings();
  if (reported.length) result.warnings = reported.map(({ type, message }) => ({ type, message }));
  return result;
}

/** Evaluate `{now, variables, expressions}`; one answer an expression, `{value, warnings?}` or `{error, message, …}`. */
globalThis.feelEvaluate = text => {
  const { now, variables: json, expressions } = JSON.parse(text);
  setNow(now);
  const { variables, shape } = readVariables(json);
  return JSON.stringify(expressions.map(
    expression => attempt(() => answer(compile('expression', expression, variables, shape), variables))
  ));
};

/** Match `{now, variables, table}`: `{inputs, hits}`, or the fault with the cell's text. */
globalThis.feelDecide = text => {
  const { now, variables: json, table } = JSON.parse(text);
  setNow(now);
  const { variables, shape } = readVariables(json);
  return JSON.stringify(attempt(() => decide(table, variables, shape)));
};

/** Parse `{kind, expression}`: `{free, mentioned}`, or the fault. */
globalThis.feelParse = text => {
  const { kind, expression } = JSON.parse(text);
  return JSON.stringify(attempt(() => compile(kind, expression).names));
};

globalThis.feelCalendar = text => setCalendar(JSON.parse(text));

globalThis.feelBuiltins = () => JSON.stringify(Object.keys(builtins));
