// One decision table in one crossing: the inputs, the tests of every rule, the outputs of those that hold.
import { compile } from './compile.js';
import { pack } from './values.js';

const IRRELEVANT = new Set(['', '-']);

/** A fault of one cell, with the text of the cell. */
class CellFault extends Error {
  constructor(expression, cause) {
    super(cause.message);
    Object.assign(this, { expression, cause });
  }
}

function cell(expression, action) {
  try {
    return action();
  } catch (cause) {
    throw new CellFault(expression, cause);
  }
}

function evaluate(expression, variables, shape) {
  return cell(expression, () => compile('expression', expression, variables, shape).run(variables));
}

function holds(test, value, variables, shape) {
  if (IRRELEVANT.has(test)) return true;
  const context = { ...variables, '?': value };
  return cell(test, () => compile('unary', test, variables, shape).run(context)(value)) === true;
}

/**
 * @param {{ inputs: string[], rules: { tests: string[], outputs: string[] }[], first: boolean }} table
 *
 * @return {{ inputs: any[], hits: { rule: number, outputs: any[] }[] }} packed; `rule` counts from 0
 */
export function decide({ inputs, rules, first }, variables, shape) {
  const values = inputs.map(input => evaluate(input, variables, shape));
  const hits = [];
  for (const [rule, { tests, outputs }] of rules.entries()) {
    if (!tests.every((test, index) => holds(test, values[index], variables, shape))) continue;
    hits.push({ rule, outputs: outputs.map(output => pack(output ? evaluate(output, variables, shape) : null)) });
    if (first) break;
  }
  return { inputs: values.map(value => pack(value)), hits };
}
