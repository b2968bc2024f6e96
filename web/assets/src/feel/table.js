// Decision tables: which rules hold, and what the hit policy makes of them (DMN 1.5, 8.2.10).
import { equals } from 'feelin';
import { run } from './compile.js';
import { Conflict } from './faults.js';
import { Scope } from './scope.js';
import { allow, conform } from './types.js';
import { packLoosely } from './values.js';

const IRRELEVANT = new Set(['', '-']);
const MANY = new Set(['COLLECT', 'RULE ORDER', 'OUTPUT ORDER']);
const AGGREGATE = {
  SUM: values => values.reduce((a, b) => run('expression', 'a + b', new Scope({ a, b }))),
  MIN: values => run('expression', 'min(values)', new Scope({ values })),
  MAX: values => run('expression', 'max(values)', new Scope({ values }))
};

/**
 * @param {object} table { name, policy, aggregation, inputs, outputs, rules: [{ tests, outputs }] }
 * @param {function} note gets the table and { name, inputs, hits }, for the answer to why
 */
export function decide(table, scope, types, note) {
  const values = table.inputs.map(input => inputValue(input, scope, types));
  const hits = matching(table, values, scope, types);
  note(table, {
    name: table.name,
    inputs: labelled(table.inputs.map(input => input.label), values),
    hits: hits.map(hit => explained(table, hit))
  });
  if (hits.length === 0 && table.outputs.some(output => output.default)) return defaults(table, scope);
  const conflict = () => new Conflict(table.policy, hits.map(hit => hit.rule + 1), table.name);
  return result(table, hits, scope, conflict);
}

function labelled(labels, values) {
  return labels.map((label, index) => [label, packLoosely(values[index])]);
}

function explained({ rules, outputs: columns }, { rule, outputs }) {
  const { id, description } = rules[rule];
  return { rule: rule + 1, id, description, outputs: labelled(columns.map(column => column.name), outputs) };
}

function inputValue(input, scope, types) {
  const place = { what: 'input', name: input.label };
  const value = conform(run('expression', input.text, scope), input.type, types, place);
  allow(value, input.allowed, input.type, place);
  return value;
}

function matching(table, values, scope, types) {
  const hits = [];
  const tested = values.map(value => scope.with('?', value));
  for (const [rule, { tests, outputs }] of table.rules.entries()) {
    if (!tests.every((test, index) => holds(test, values[index], tested[index]))) continue;
    hits.push({ rule, outputs: outputs.map((text, index) => outputValue(text, table.outputs[index], scope, types)) });
    if (table.policy === 'FIRST') break;
  }
  return hits;
}

function holds(test, value, scope) {
  return IRRELEVANT.has(test) || run('unary', test, scope)(value) === true;
}

function outputValue(text, output, scope, types) {
  const place = { what: 'output', name: output.name };
  const value = conform(text ? run('expression', text, scope) : null, output.type, types, place);
  if (!output.ordered) allow(value, output.allowed, output.type, place);
  return value;
}

function defaults(table, scope) {
  const values = table.outputs.map(output => output.default ? run('expression', output.default, scope) : null);
  const value = bare(table, values);
  return MANY.has(table.policy) && !table.aggregation ? [value] : value;
}

function bare({ outputs }, values) {
  if (outputs.length === 1) return values[0];
  return Object.fromEntries(outputs.map((output, index) => [output.name, values[index]]));
}

function result(table, hits, scope, conflict) {
  const values = hits.map(hit => bare(table, hit.outputs));
  if (table.aggregation) return aggregate(table.aggregation, values, conflict);
  if (table.policy === 'OUTPUT ORDER') return sorted(table, hits, scope, conflict).map(hit => bare(table, hit.outputs));
  if (MANY.has(table.policy)) return values;
  if (hits.length === 0) return null;
  if (table.policy === 'PRIORITY') return bare(table, sorted(table, hits, scope, conflict)[0].outputs);
  if (table.policy === 'UNIQUE' && hits.length > 1) throw conflict();
  if (table.policy === 'ANY' && !values.every(value => equals(value, values[0]))) throw conflict();
  return values[0];
}

function sorted(table, hits, scope, conflict) {
  const ordered = table.outputs.map(output => output.ordered ? run('expression', `[${output.allowed}]`, scope) : null);
  const rank = hit => hit.outputs.flatMap((value, index) => ordered[index] ? position(ordered[index], value) : []);
  const position = (list, value) => {
    const found = list.findIndex(item => equals(item, value) === true);
    if (found < 0) throw conflict();
    return found;
  };
  return hits.map(hit => ({ ...hit, rank: rank(hit) })).sort((a, b) => {
    const differs = a.rank.findIndex((place, index) => place !== b.rank[index]);
    return differs < 0 ? a.rule - b.rule : a.rank[differs] - b.rank[differs];
  });
}

function aggregate(aggregation, values, conflict) {
  if (aggregation === 'COUNT') return values.length;
  if (values.length === 0) return null;
  // a number and a text cannot be added, nor compared
  if (values.some(each => each?.constructor !== values[0]?.constructor)) throw conflict();
  return AGGREGATE[aggregation](values) ?? refuse(conflict());
}

function refuse(fault) {
  throw fault;
}
