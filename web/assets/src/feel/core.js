// The plain core of an expression, for Python to run without crossing: engine/feel/core.py. Anything else is null.
import { evalNode } from 'feelin';
import { isOdd } from './scope.js';

const MAX_DEPTH = 30;
const ARITHMETIC = new Set(['+', '-', '*', '/']);
const FUNCTIONS = new Set(['contains', 'count', 'ends with', 'not', 'starts with', 'string length']);

const CORES = {
  Expression: ([inner], at) => at(inner),
  ParenthesizedExpression: ([, inner], at) => at(inner),
  NumericLiteral: (parts, at, text) => {
    const number = Number(text.replaceAll(/\s/g, ''));
    return Number.isFinite(number) ? ['value', number] : null;
  },
  StringLiteral: (parts, at, text) => ['value', evalNode({ name: 'StringLiteral', input: text }, [], null).constantValue],
  BooleanLiteral: (parts, at, text) => ['value', text === 'true'],
  null: () => ['value', null],
  VariableName: (parts, at, text) => parts.length === 1 && !isOdd(text) ? ['variable', text] : null,
  PathExpression: ([target, , property], at, text, textOf) =>
    property.firstChild?.nextSibling || isOdd(textOf(property)) ? null : ['path', at(target), textOf(property)],
  Comparison: ([left, operator, right], at, text, textOf) =>
    operator.name === 'CompareOp' ? ['compare', textOf(operator), at(left), at(right)] : null,
  Conjunction: ([left, , right], at) => ['and', at(left), at(right)],
  Disjunction: ([left, , right], at) => ['or', at(left), at(right)],
  ArithmeticExpression: arithmetic,
  IfExpression: ([, condition, , then, , otherwise], at) => ['if', at(condition), at(then), at(otherwise)],
  FunctionInvocation: call
};

function arithmetic(parts, at, text, textOf) {
  if (parts.length === 2) return ['arithmetic', '-', ['value', 0], at(parts[1])];
  const [left, operator, right] = parts;
  return ARITHMETIC.has(textOf(operator)) ? ['arithmetic', textOf(operator), at(left), at(right)] : null;
}

function call([callee, , given], at, text, textOf) {
  const name = textOf(callee);
  if (callee.name !== 'VariableName' || !FUNCTIONS.has(name) || given?.name !== 'PositionalParameters') return null;
  return ['call', name, ...children(given).map(at)];
}

function children(node) {
  const list = [];
  for (let child = node.firstChild; child; child = child.nextSibling) list.push(child);
  return list;
}

/** `[operation, …operands]`, nested; null when any part of the expression is not of the core. */
export function coreOf(tree, input, isBuiltin) {
  const textOf = node => input.slice(node.from, node.to);
  const at = (node, depth) => {
    const core = CORES[node?.name];
    if (!core || depth > MAX_DEPTH) throw new NotPlain();
    const made = core(children(node), each => at(each, depth + 1), textOf(node), textOf);
    if (made === null || (made[0] === 'variable' && isBuiltin(made[1]))) throw new NotPlain();
    return made;
  };
  try {
    return at(tree.topNode, 0);
  } catch (error) {
    if (error instanceof NotPlain) return null;
    throw error;
  }
}

class NotPlain extends Error {}
