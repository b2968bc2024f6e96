// Boxed expressions of DMN (1.5, 10.2): a tree of { kind, … } over a scope gives a FEEL value.
import { FeelFunction, isContext, isInvocationFailure, isRange, wrapFunction } from 'feelin';
import { run } from './compile.js';
import { CellFault } from './faults.js';
import { decide } from './table.js';
import { conform, namesOfType } from './types.js';

const KINDS = {
  literal: (node, scope) => run('expression', node.text, scope),
  table: (node, scope, site) => decide(node, scope, site.types, site.note),
  context: contextOf,
  list: (node, scope, site) => node.items.map(item => evaluate(item, scope, site)),
  relation: relationOf,
  invocation: invoke,
  function: (node, scope, site) => functionOf(node, scope, site, 'function'),
  conditional: (node, scope, site) =>
    evaluate(evaluate(node.condition, scope, site) === true ? node.then : node.otherwise, scope, site),
  filter: filtered,
  for: (node, scope, site) => {
    const partial = [];
    for (const inner of iterated(node, scope, site) ?? []) {
      partial.push(evaluate(node.body, inner.with('partial', partial), site));
    }
    return partial;
  },
  some: (node, scope, site) => quantified(node, scope, site, true),
  every: (node, scope, site) => quantified(node, scope, site, false)
};

/**
 * @param {object} node
 * @param {Scope} scope
 * @param {{ types: object, note: function }} site the item definitions, and who hears of each table
 */
export function evaluate(node, scope, site) {
  return KINDS[node.kind](node, scope, site);
}

function contextOf({ entries, result }, scope, site) {
  const context = {};
  let inner = scope;
  for (const { name, type, logic } of entries) {
    const value = conform(evaluate(logic, inner, site), type, site.types, { what: 'entry', name });
    context[name] = value;
    inner = inner.with(name, value, namesOfType(type, site.types));
  }
  return result ? evaluate(result, inner, site) : context;
}

function relationOf({ columns, rows }, scope, site) {
  return rows.map(
    row => Object.fromEntries(columns.map((column, index) => [column, evaluate(row[index], scope, site)]))
  );
}

/** A FEEL function of a `function` node: its parameters are conformed, and its body sees them over `scope`. */
export function functionOf({ parameters, body }, scope, site, name) {
  const names = parameters.map(parameter => parameter.name);
  const bindings = given => parameters.map(({ name: parameter, type }, index) => [
    parameter,
    conform(given[index], type, site.types, { what: 'parameter', name: `${name}(${parameter})` }),
    namesOfType(type, site.types)
  ]);
  return new FeelFunction((...given) => evaluate(body, scope.withAll(bindings(given)), site), names);
}

function invoke({ callee, bindings }, scope, site) {
  const target = wrapFunction(run('expression', callee, scope));
  if (target === null) throw new CellFault(callee, new TypeError('there is no function of this name'));
  const given = bindings.map(({ name, logic }) => [name, evaluate(logic, scope, site)]);
  const value = target.invoke(Object.fromEntries(given));
  if (isInvocationFailure(value)) throw new CellFault(callee, new TypeError('the function has other parameters'));
  return value;
}

function items(value) {
  if (isRange(value)) return value.map(item => item);
  return value === null || Array.isArray(value) ? value : [value];
}

function iterated({ name, source }, scope, site) {
  return items(evaluate(source, scope, site))?.map(item => scope.with(name, item)) ?? null;
}

function quantified(node, scope, site, sought) {
  const scopes = iterated(node, scope, site);
  if (scopes === null) return null;
  const found = scopes.some(inner => (evaluate(node.body, inner, site) === true) === sought);
  return found ? sought : !sought;
}

function filtered({ source, match }, scope, site) {
  const list = items(evaluate(source, scope, site));
  if (list === null || list.length === 0) return list;
  const inner = item => scope.withAll([...(isContext(item) ? Object.entries(item) : []), ['item', item]]);
  const verdicts = list.map(item => evaluate(match, inner(item), site));
  const index = verdicts[0];
  if (typeof index === 'number') return list.at(index > 0 ? index - 1 : index) ?? null;
  return list.filter((_, each) => verdicts[each] === true);
}
