// Types of DMN: whether a value is of one, and the conversions of DMN 1.5, 10.3.2.9.4 (list of one, date to moment).
import { FeelDate, FeelDateTime, FeelDuration, FeelTime, dateAndTime, isContext, isFunction } from 'feelin';
import { run } from './compile.js';
import { ValueFault } from './faults.js';
import { NONE, Scope, merged, oddEntries } from './scope.js';
import { shown } from './values.js';

const BASIC = {
  'Any': () => true,
  'number': value => typeof value === 'number' || value?.digits !== undefined,
  'string': value => typeof value === 'string',
  'boolean': value => typeof value === 'boolean',
  'date': value => value instanceof FeelDate,
  'time': value => value instanceof FeelTime,
  'date and time': value => value instanceof FeelDateTime,
  'days and time duration': value => value instanceof FeelDuration && !value.yearsMonths,
  'years and months duration': value => value instanceof FeelDuration && value.yearsMonths,
  'context': value => isContext(value),
  'list': value => Array.isArray(value),
  'function': value => isFunction(value) || typeof value === 'function'
};

/**
 * Return the value as one of the type `ref`.
 *
 * @param {object} types item definitions by name: { base, list, allowed, whole, parts: [{ name, type }] }
 * @param {{ what: string, name: string }} place what the value is, for the fault
 *
 * @throws ValueFault
 */
export function conform(value, ref, types, place) {
  if (value === undefined || value === null) return null;
  const type = Object.hasOwn(types, ref) ? types[ref] : null;
  if (type === null) return basic(value, ref, place);
  if (!type.list) return whole(single(unlisted(value, type, types), type, types, place, ref), type, ref, place);
  const items = Array.isArray(value) ? value : [value];
  const made = items.map((item, index) => single(item, type, types, at(place, `[${index + 1}]`), ref));
  return whole(made, type, ref, place);
}

/** Throw unless the unary tests hold for the value; null is a value that is not known, and passes. */
export function allow(value, tests, ref, place) {
  if (!tests || value === null) return;
  if (!run('unary', tests, new Scope({ '?': value }))(value)) refuse(value, ref, place, tests);
}

function at(place, step) {
  return { ...place, name: place.name + step };
}

function refuse(value, type, place, allowed) {
  throw new ValueFault({ ...place, type, value: shown(value), allowed });
}

function basic(value, ref, place) {
  const is = BASIC[ref] ?? BASIC.Any;
  if (is(value)) return value;
  if (ref === 'date and time' && value instanceof FeelDate) return dateAndTime(`${value.iso}T00:00:00Z`);
  if (ref === 'list') return [value];
  if (Array.isArray(value) && value.length === 1 && is(value[0])) return value[0];
  return refuse(value, ref, place);
}

// a list of one stands for its item, where no list is wanted
function unlisted(value, type, types) {
  const wantsList = type.base === 'list' || types[type.base]?.list;
  return Array.isArray(value) && value.length === 1 && !wantsList ? value[0] : value;
}

function single(value, type, types, place, ref) {
  let made = value;
  if (type.parts.length) made = context(value, type, types, place, ref);
  else if (type.base) made = conform(value, type.base, types, place);
  allow(made, type.allowed, ref, place);
  return made;
}

function context(value, type, types, place, ref) {
  if (value === null) return null;
  if (!isContext(value)) refuse(value, ref, place);
  const made = { ...value };
  for (const part of type.parts) {
    if (Object.hasOwn(value, part.name)) {
      made[part.name] = conform(value[part.name], part.type, types, at(place, `.${part.name}`));
    }
  }
  return made;
}

function whole(value, type, ref, place) {
  allow(value, type.whole, ref, place);
  return value;
}

const names = new WeakMap();

/** The names below a value of the type that decide how a text is read; a type inside itself has none. */
export function namesOfType(ref, types) {
  if (!Object.hasOwn(types, ref)) return NONE;
  if (!names.has(types)) names.set(types, new Map());
  const known = names.get(types);
  if (!known.has(ref)) {
    known.set(ref, NONE);
    const { base, parts } = types[ref];
    const own = oddEntries(parts.map(part => [part.name, part.type]), inner => namesOfType(inner, types));
    known.set(ref, merged(namesOfType(base, types), own));
  }
  return known.get(ref);
}
