// Built-in functions of DMN 1.5 that feelin lacks, or that answer otherwise than the standard says (10.3.4).
import {
  FeelDate, FeelDateTime, builtins, cmp, createRange, duration, equals, getFromContext, getType, isContext, isRange
} from 'feelin';
import { comparable, total } from './operators.js';

const RANGE_TEXT = /^\s*([[\]()])(.*)\.\.(.*)([[\]()])\s*$/s;
const FULL_TIME = /^\d{2}:\d{2}:\d{2}/;
const MIXED_DURATION = /\d[YM][^T]*\d+D|\d[YM].*T/;

function define(name, parameters, fn) {
  builtins[name] = Object.assign((...args) => fn(...args.map(arg => arg ?? null)), { $args: parameters });
}

// answers null where `refused` says so, else as before
function guard(name, refused) {
  const usual = builtins[name];
  builtins[name] = Object.assign((...args) => (refused(...args) ? null : usual(...args)), { $args: usual.$args });
}

function order(a, b) {
  return comparable(a, b) ? cmp(a, b) : null;
}

function extreme(sign) {
  return (...given) => {
    const list = given.length === 1 && Array.isArray(given[0]) ? given[0] : given;
    if (list.length === 0 || !list.every(item => comparable(item, list[0]))) return null;
    return list.reduce((best, item) => (cmp(item, best) * sign > 0 ? item : best));
  };
}

function numbers() {
  for (const name of ['odd', 'even']) guard(name, n => typeof n === 'number' && !Number.isInteger(n));
}

function lists() {
  define('min', ['...list'], extreme(-1));
  define('max', ['...list'], extreme(1));
  guard('sublist', (list, start) => start === 0);
  guard('substring', (string, start) => start === 0);
  guard('remove', (list, position) => Array.isArray(list) && (position === 0 || Math.abs(position) > list.length));
  define('insert before', ['list', 'position', 'newItem'], (list, position, item) => {
    if (!Array.isArray(list) || !Number.isInteger(position)) return null;
    const index = position > 0 ? position - 1 : list.length + position;
    if (position === 0 || index < 0 || index > list.length) return null;
    return [...list.slice(0, index), item, ...list.slice(index)];
  });
  define('get value', ['m', 'key'], (context, key) => {
    const path = Array.isArray(key) ? key : [key];
    if (path.length === 0 || !path.every(step => typeof step === 'string')) return null;
    return path.reduce((value, step) => (isContext(value) ? getFromContext(step, value) ?? null : null), context);
  });
  const is = builtins.is;
  define('is', ['value1', 'value2'], (a, b) => (getType(a) === getType(b) ? is(a, b) : false));
}

function temporals() {
  define('last day of month', ['date'], date => (
    date instanceof FeelDate || date instanceof FeelDateTime ? date.value.daysInMonth : null
  ));
  guard('date', from => typeof from === 'string' && from.includes('T'));
  guard('time', from => typeof from === 'string' && !FULL_TIME.test(from) && !from.includes('T'));
  guard('duration', from => typeof from === 'string' && MIXED_DURATION.test(from));
  const months = builtins['years and months duration'];
  define('years and months duration', ['from', 'to'], (from, to) => {
    const exact = months(from, to);
    return exact === null ? null : duration(`${total(exact) < 0 ? '-' : ''}P${Math.abs(total(exact))}M`);
  });
}

const starts = (a, b) => sameStart(a, b) && (order(a.end, b.end) < 0 || within(a, b, 'end'));
const finishes = (a, b) => sameEnd(a, b) && (order(a.start, b.start) > 0 || within(a, b, 'start'));
const sameStart = (a, b) => equals(a.start, b.start) === true && a['start included'] === b['start included'];
const sameEnd = (a, b) => equals(a.end, b.end) === true && a['end included'] === b['end included'];

function within(a, b, side) {
  return equals(a[side], b[side]) === true && (!a[`${side} included`] || b[`${side} included`]);
}

function overlapsBefore(a, b) {
  const first = order(a.start, b.start);
  const meeting = order(a.end, b.start);
  const last = order(a.end, b.end);
  return (first < 0 || (first === 0 && a['start included'] && !b['start included'])) &&
    (meeting > 0 || (meeting === 0 && a['end included'] && b['start included'])) &&
    (last < 0 || (last === 0 && (!a['end included'] || b['end included'])));
}

function ranges() {
  const pairs = (name, test) => define(
    name, ['range1', 'range2'], (a, b) => (isRange(a) && isRange(b) ? test(a, b) : null)
  );
  const mixed = (name, parameters, ofRange, ofPoint) => define(name, parameters, (a, b) => {
    if (!isRange(b)) return null;
    return isRange(a) ? ofRange(a, b) : ofPoint(a, b);
  });
  pairs('overlaps before', overlapsBefore);
  pairs('overlaps after', (a, b) => overlapsBefore(b, a));
  const atStart = (point, range) => range['start included'] && equals(point, range.start) === true;
  const atEnd = (point, range) => range['end included'] && equals(point, range.end) === true;
  mixed('starts', ['point', 'range'], starts, atStart);
  mixed('finishes', ['point', 'range'], finishes, atEnd);
  const swapped = name => (a, b) => builtins[name](b, a);
  define('started by', ['range', 'point'], swapped('starts'));
  define('finished by', ['range', 'point'], swapped('finishes'));
  define('during', ['point', 'range'], (a, b) => (isRange(b) ? builtins.includes(b, a) : null));
  define('coincides', ['value1', 'value2'], (a, b) => equals(a, b));
}

/** `evaluate(text)` gives the value of a literal, for `range("[1..5]")`. */
export function installStandard(evaluate) {
  numbers();
  lists();
  temporals();
  ranges();
  define('range', ['from'], from => {
    const [, open, start, end, close] = RANGE_TEXT.exec(typeof from === 'string' ? from : '') ?? [];
    if (open === undefined || '})'.includes(open) || close === '(') return null;
    const [first, last] = [start, end].map(text => (text.trim() ? evaluate(text) : null));
    return first === null && last === null ? null : createRange(first, last, open === '[', close === ']');
  });
}
