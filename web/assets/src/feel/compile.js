// From text to a function of the variables, kept: parsing is by far the dearest part of an evaluation.
import { InterpreterContext, getBuiltin, lintError, parseExpression, parseUnaryTests } from 'feelin';
import { coreOf } from './core.js';
import { CellFault } from './faults.js';
import { namesOf } from './names.js';
import { operation } from './operators.js';

// characters of all expressions kept; a character costs some 200 bytes compiled, and the isolate has 128 MB
const CACHE_LENGTH = 150_000;
const PARSERS = { expression: parseExpression, unary: parseUnaryTests };
const OPERATIONS = new Set([
  'ArithmeticExpression', 'Comparison', 'Conjunction', 'Disjunction', 'SimplePositiveUnaryTest'
]);
const cache = new Map();
let cached = 0;

/**
 * Compile an expression or unary tests.
 *
 * @param {string} kind `expression` or `unary`
 * @param {string} input
 * @param {object} names name → names below it; they decide how names with spaces and signs are read
 * @param {string} shape what of the variables' names matters for that, '' when nothing does
 *
 * @return {{ run: function, names: { free: string[], mentioned: string[] },
 *   warnings: function(): object[] }}
 * @throws feelin's SyntaxError, with position
 */
export function compile(kind, input, variables = {}, shape = '') {
  const key = `${kind}\n${shape}\n${input}`;
  const made = cache.get(key) ?? build(PARSERS[kind](input, variables), input);
  forget(key);
  // a Map keeps the order of insertion: the first is the one used longest ago
  while (cache.size && cached + key.length > CACHE_LENGTH) forget(cache.keys().next().value);
  cache.set(key, made);
  cached += key.length;
  return made;
}

/**
 * The value of a text over a scope; of unary tests, the function that tests a value.
 *
 * @throws CellFault with the text
 */
export function run(kind, input, scope) {
  try {
    const made = compile(kind, input, scope.names, scope.shape);
    const value = made.run(scope.values);
    made.warnings();
    return value;
  } catch (cause) {
    throw cause.facts || cause instanceof CellFault ? cause : new CellFault(input, cause);
  }
}

function forget(key) {
  if (cache.delete(key)) cached -= key.length;
}

function build(tree, input) {
  const reports = new InterpreterContext();
  const stack = [{ args: [] }];
  tree.iterate({
    enter(ref) {
      if (ref.type.isError) throw lintError(input, ref);
      if (ref.type.isSkipped) return false;
      refuseUnmeant(ref, stack.at(-1).node, input);
      stack.push({ args: [], node: describe(ref, input) });
    },
    leave(ref) {
      if (ref.type.isSkipped) return;
      const { node, args } = stack.pop();
      stack.at(-1).args.push(operation(node, args, reports));
    }
  });
  return {
    run: stack[0].args.at(-1),
    names: namesOf(tree, input, isBuiltin),
    warnings: () => reports.warnings.splice(0)
  };
}

// `n > > 1` and `a and > 1` parse, as a comparison with a range, and are never what was meant
function refuseUnmeant({ name, from, to }, parent, input) {
  if (name === 'external') throw Object.assign(new Error('External functions are not run'), { position: { from, to } });
  if (name !== 'SimplePositiveUnaryTest' || !OPERATIONS.has(parent?.name) || !/^[<>=!]/.test(input.slice(from))) return;
  throw Object.assign(new Error('A comparison lacks its left side'), { position: { from, to } });
}

/** The plain core of an expression that compiles; not kept, because Python keeps it. */
export function plainCore(input) {
  return coreOf(parseExpression(input, {}), input, isBuiltin);
}

function isBuiltin(name) {
  return getBuiltin(name) !== undefined;
}

function describe({ name, from, to }, input) {
  return { name, position: { from, to }, input: input.slice(from, to) };
}
