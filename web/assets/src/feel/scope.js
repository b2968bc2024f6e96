// The names an expression sees: their values, and what of the names themselves decides how a text is read.
import { isContext } from 'feelin';

// a key of another kind changes how an expression is read: spaces, signs, and the language's own words
const PLAIN_KEY = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const WORDS = new Set([
  'and', 'as', 'between', 'date', 'days', 'duration', 'else', 'every', 'external', 'false', 'for', 'function', 'if',
  'in', 'instance', 'not', 'null', 'of', 'or', 'partial', 'return', 'satisfies', 'some', 'then', 'time', 'true',
  'years'
]);
const ODD_CACHE_SIZE = 10000;
const MAX_DEPTH = 120;
const oddKeys = new Map();
export const NONE = Object.freeze(Object.create(null));

export function isOdd(key) {
  let odd = oddKeys.get(key);
  if (odd === undefined) {
    if (oddKeys.size >= ODD_CACHE_SIZE) oddKeys.clear();
    odd = !PLAIN_KEY.test(key) || WORDS.has(key);
    oddKeys.set(key, odd);
  }
  return odd;
}

/** The keys of a value, at any depth, that decide how a text is read: name → such keys below it. */
export function oddNames(value, depth = 0) {
  if (value === null || typeof value !== 'object' || depth > MAX_DEPTH) return NONE;
  if (Array.isArray(value)) return value.reduce((found, item) => merged(found, oddNames(item, depth + 1)), NONE);
  return isContext(value) ? oddEntries(Object.entries(value), item => oddNames(item, depth + 1)) : NONE;
}

/** The same of `[name, content]` pairs; `below(content)` gives what is below a name. */
export function oddEntries(entries, below) {
  let found = NONE;
  for (const [key, content] of entries) {
    const inner = below(content);
    if (inner === NONE && !isOdd(key)) continue;
    if (found === NONE) found = Object.create(null);
    found[key] = inner;
  }
  return found;
}

export function merged(one, other) {
  if (one === NONE || one === other) return other;
  if (other === NONE) return one;
  const both = Object.assign(Object.create(null), one);
  for (const key of Object.keys(other)) both[key] = key in both ? merged(both[key], other[key]) : other[key];
  return both;
}

function shapeOf(names) {
  return names === NONE ? '' : JSON.stringify(names);
}

/** Values by name, never changed; `with` makes the scope one level further in. */
export class Scope {
  constructor(values, names = oddNames(values)) {
    this.values = values;
    this.names = names;
    this.shape = shapeOf(names);
  }

  with(name, value, declared = NONE) {
    return this.withAll([[name, value, declared]]);
  }

  withAll(bindings) {
    const values = { ...this.values };
    let names = this.names;
    for (const [name, value, declared = NONE] of bindings) {
      values[name] = value;
      const inner = merged(declared, oddNames(value));
      if (!(name in names) && inner === NONE && !isOdd(name)) continue;
      names = Object.assign(Object.create(null), names);
      if (inner === NONE && !isOdd(name)) delete names[name];
      else names[name] = inner;
    }
    return new Scope(values, names);
  }
}
