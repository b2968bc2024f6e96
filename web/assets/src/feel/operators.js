// Where feelin's operators differ from DMN 1.5 (chapter 10.3), and durations that are multiplied and divided.
import {
  FeelDate, FeelDuration, compareValue, createRange, duration, equals, evalNode, getType, isContext, isRange
} from 'feelin';
import { rounded } from './numbers.js';

const ORDER = new Set(['<', '<=', '>', '>=']);
const MAX_DAYS = 100_000;
const SECONDS = {
  days: 86400, hours: 3600, minutes: 60, seconds: 1, milliseconds: 1e-3, microseconds: 1e-6, nanoseconds: 1e-9
};

const EQUALITY = {
  '=': typed(() => b => a => same(a, b), 'test'),
  '!=': typed(() => b => a => {
    const equal = same(a, b);
    return equal === null ? null : !equal;
  }, 'test')
};

const OWN = {
  ArithOp: (node, args, made) => context => {
    const operator = made(context);
    return (left, right) => {
      const a = left(context);
      const b = right(context);
      const own = withDuration(node.input, a, b);
      return own === undefined ? rounded(operator(() => a, () => b)) : own;
    };
  },
  CompareOp: (node, args, made) => Object.assign(EQUALITY[node.input] ?? made, { operator: node.input }),
  Comparison: (node, args, made) => ORDER.has(args[1].operator) ? typed(ordered(args), 'test') : lenient(made),
  Interval: (node, args, made) => lenient(made),
  SimplePositiveUnaryTest: (node, args, made) => lenient(made),
  IfExpression: (node, [, condition, , then, , otherwise], made) =>
    typed(context => (condition(context) === true ? then(context) : otherwise?.(context) ?? null), made.type),
  every: () => quantifier(false),
  some: () => quantifier(true),
  FilterExpression: (node, args, made) => args[2].type === 'string' ? made : typed(filter(args[0], args[2]), 'any'),
  IterationContext: (node, [start, , end], made) => end ? context => between(start(context), end(context)) : made,
  NumericLiteral: node => constant(Number(node.input.replaceAll(/\s/g, '')))
};

/** What a node of the tree does: feelin's own doing, or ours where it differs from the standard. */
export function operation(node, args, reports) {
  const given = node.name === 'InExpression' ? [args[0], args[1], context => items(args[2](context))] : args;
  const made = evalNode(node, given, reports);
  return Object.hasOwn(OWN, node.name) ? OWN[node.name](node, args, made) : made;
}

function typed(run, type) {
  return Object.assign(run, { type });
}

function constant(value) {
  return Object.assign(() => value, { type: 'number', constantValue: value });
}

// what cannot be compared gives null, not an error
function lenient(run) {
  return typed(context => {
    try {
      return run(context);
    } catch (error) {
      if (error.message?.startsWith('unsupported range')) return null;
      throw error;
    }
  }, run.type);
}

function ordered([left, operator, right]) {
  return context => {
    const a = left(context);
    const b = right(context);
    return comparable(a, b) ? compareValue(operator()(b), a) : null;
  };
}

// feelin compares durations of more than 180 days by whole months
function same(a, b) {
  if (!(a instanceof FeelDuration && b instanceof FeelDuration)) return equals(a, b);
  return a.yearsMonths === b.yearsMonths ? total(a) === total(b) : null;
}

/** Whether two values are of one type that has an order. */
export function comparable(a, b) {
  const type = getType(a);
  if (type !== getType(b) || a === null || typeof a === 'boolean') return false;
  if (type === 'duration') return a.yearsMonths === b.yearsMonths;
  return ['number', 'string', 'date', 'time', 'date time'].includes(type);
}

function quantifier(sought) {
  return typed(context => (contexts, condition) => {
    const scopes = contexts(context);
    if (!Array.isArray(scopes)) return null;
    let unknown = false;
    for (const scope of scopes) {
      const verdict = condition(scope);
      if (verdict === sought) return sought;
      unknown ||= typeof verdict !== 'boolean';
    }
    return unknown ? null : !sought;
  }, 'test');
}

function filter(source, test) {
  return context => {
    const target = source(context);
    if (target === null) return null;
    const list = Array.isArray(target) ? target : [target];
    const verdict = item => test({ ...context, item, ...(isContext(item) ? item : null) });
    if (list.length === 0) return typeof test(context) === 'number' ? null : [];
    const first = verdict(list[0]);
    if (typeof first === 'number') return list.at(first > 0 ? first - 1 : first || list.length) ?? null;
    return list.filter((item, index) => meets(index ? verdict(item) : first, item));
  };
}

function meets(verdict, item) {
  if (!isRange(verdict) && typeof verdict !== 'function') return verdict === true;
  return compareValue(verdict, item) === true;
}

function between(start, end) {
  if (start instanceof FeelDate && end instanceof FeelDate) return days(start, end);
  return start === null || end === null ? null : createRange(start, end).map(item => item);
}

function days(start, end) {
  const count = start.value.until(end.value).total('days');
  if (Math.abs(count) > MAX_DAYS) return null;
  const step = Math.sign(count);
  const steps = Array.from({ length: Math.abs(count) + 1 }, (_, index) => index * step);
  return steps.map(each => new FeelDate(start.value.add({ days: each })));
}

function items(value) {
  if (!isRange(value)) return value === null || Array.isArray(value) ? value : [value];
  if (!(value.start instanceof FeelDate && value.end instanceof FeelDate)) return value;
  const list = days(value.start, value.end);
  return list?.slice(value['start included'] ? 0 : 1, value['end included'] ? undefined : -1) ?? null;
}

function withDuration(operator, a, b) {
  const [left, right] = [a instanceof FeelDuration, b instanceof FeelDuration];
  if (!left && !right) return undefined;
  if (operator === '*') return left === right ? undefined : left ? scaled(a, b) : scaled(b, a);
  if (operator === '-' && a === 0) return scaled(b, -1);
  if (operator !== '/' || !left) return undefined;
  if (!right) return typeof b === 'number' && b !== 0 ? made(a.yearsMonths, total(a) / b) : null;
  return a.yearsMonths === b.yearsMonths && total(b) !== 0 ? rounded(total(a) / total(b)) : null;
}

function scaled(value, factor) {
  return typeof factor === 'number' ? made(value.yearsMonths, total(value) * factor) : null;
}

/** Months, or seconds. */
export function total({ yearsMonths, value }) {
  if (yearsMonths) return value.years * 12 + value.months;
  return rounded(Object.entries(SECONDS).reduce((sum, [unit, seconds]) => sum + value[unit] * seconds, 0));
}

function made(yearsMonths, amount) {
  if (!(Math.abs(amount) < 1e12)) return null;
  const sign = amount < 0 ? '-' : '';
  if (yearsMonths) return duration(`${sign}P${Math.floor(Math.abs(amount))}M`);
  return duration(`${sign}PT${Math.abs(amount).toFixed(9)}S`);
}
