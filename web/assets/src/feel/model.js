// A DMN file in V8: its decisions, knowledge and services, evaluated along their requirements.
import { FeelFunction } from 'feelin';
import { evaluate, functionOf } from './boxed.js';
import { Scope } from './scope.js';
import { conform, namesOfType } from './types.js';
import { packLoosely } from './values.js';

const CACHE_LENGTH = 4_000_000;
const MAX_STEPS = 500;
const models = new Map();
let cached = 0;

/** Keep a model, given as text, under its key; those used longest ago go. */
export function keep(key, text) {
  while (models.size && cached + text.length > CACHE_LENGTH) {
    const [oldest, { length }] = models.entries().next().value;
    models.delete(oldest);
    cached -= length;
  }
  models.set(key, { model: JSON.parse(text), length: text.length });
  cached += text.length;
}

/** The model of the key, or null when it is not (or no longer) kept. */
export function kept(key) {
  const found = models.get(key);
  if (!found) return null;
  models.delete(key);
  models.set(key, found);
  return found.model;
}

/**
 * Evaluate a decision or a decision service.
 *
 * @param {object} model { types, nodes: id → { kind, id, name, variable, type, logic, inputs, requires, knowledge, … } }
 *
 * @return {{ value: any, steps: object[] }} `steps`: each decision made, in order: { id, value, tables, requires }
 */
export function decideTarget(model, target, variables) {
  const made = new Map();
  const steps = [];
  const node = model.nodes[target];
  const scope = node.kind === 'service'
    ? new Scope(variables)
    : withInputs(model, needed(model, node), new Scope(variables));
  const value = node.kind === 'service'
    ? serve(model, node, scope, steps)
    : make(model, node, { scope, made, steps });
  return { value, steps };
}

function needed(model, node, found = new Map(), seen = new Set()) {
  if (seen.has(node.id)) return found;
  seen.add(node.id);
  for (const input of node.inputs) found.set(input, model.nodes[input]);
  for (const required of node.requires) needed(model, model.nodes[required], found, seen);
  return found;
}

function withInputs(model, inputs, scope) {
  return scope.withAll([...inputs.values()].map(({ variable, type }) => [
    variable,
    conform(scope.values[variable], type, model.types, { what: 'input', name: variable }),
    namesOfType(type, model.types)
  ]));
}

function make(model, node, run) {
  if (run.made.has(node.id)) return run.made.get(node.id);
  const required = node.requires.map(id => model.nodes[id]);
  const bindings = required.map(each => [each.variable, make(model, each, run), namesOfType(each.type, model.types)]);
  const tables = [];
  const site = siteOf(model, node, tables);
  const scope = run.scope.withAll([...bindings, ...knowledge(model, node, site)]);
  const value = conform(evaluate(node.logic, scope, site), node.type, model.types, { what: 'result', name: node.name });
  run.made.set(node.id, value);
  if (run.steps.length < MAX_STEPS) {
    run.steps.push({ id: node.id, value: packLoosely(value), tables, requires: node.requires });
  }
  return value;
}

function siteOf(model, node, tables) {
  return {
    types: model.types,
    note: (table, told) => {
      if (tables.length < MAX_STEPS) tables.push({ ...told, own: table === node.logic });
    }
  };
}

// the functions that a node may call; a business knowledge model may call itself
function knowledge(model, node, site) {
  return node.knowledge.map(id => model.nodes[id]).map(each => {
    const made = each.kind === 'service' ? serviceFunction(model, each) : knowledgeFunction(model, each, site);
    return [each.variable, made, namesOfType(each.type, model.types)];
  });
}

function knowledgeFunction(model, node, site) {
  const parameters = node.logic.parameters;
  const call = (...given) => {
    const scope = new Scope({}).withAll([[node.variable, made], ...knowledge(model, node, site)]);
    const value = functionOf(node.logic, scope, site, node.name).fn(...given);
    return conform(value, node.type, model.types, { what: 'result', name: node.name });
  };
  const made = new FeelFunction(call, parameters.map(parameter => parameter.name));
  return made;
}

// DMN 1.5, 10.4: the parameters are the input data, then the input decisions
function serviceFunction(model, node) {
  const names = parametersOf(model, node).map(each => each.variable);
  return new FeelFunction((...given) => {
    const values = Object.fromEntries(names.map((name, index) => [name, given[index] ?? null]));
    return serve(model, node, new Scope(values), []);
  }, names);
}

function parametersOf(model, node) {
  return [...node.inputs, ...node.given].map(id => model.nodes[id]);
}

function serve(model, node, scope, steps) {
  const inputs = new Map(parametersOf(model, node).map(each => [each.id, each]));
  const known = withInputs(model, inputs, scope);
  const made = new Map(node.given.map(id => [id, known.values[model.nodes[id].variable]]));
  const outputs = node.outputs.map(id => model.nodes[id]);
  const values = outputs.map(output => make(model, output, { scope: known, made, steps }));
  const value = outputs.length === 1
    ? values[0]
    : Object.fromEntries(outputs.map((output, index) => [output.variable, values[index]]));
  return conform(value, node.type, model.types, { what: 'result', name: node.name });
}
