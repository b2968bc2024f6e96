// What goes wrong in a decision, with the facts that Python needs to say so.

/** A fault of one expression, with its text. */
export class CellFault extends Error {
  constructor(expression, cause) {
    super(cause.message);
    Object.assign(this, { expression, cause });
  }
}

/** A value that is not of the type, or not one of the allowed values. `facts`: what, name, value, type. */
export class ValueFault extends Error {
  constructor(facts) {
    super('a value is not allowed');
    this.facts = { error: 'value', ...facts };
  }
}

/** Rules that contradict the hit policy: `rules` count from 1. */
export class Conflict extends Error {
  constructor(policy, rules, table) {
    super('rules contradict each other');
    this.facts = { error: 'conflict', policy, rules, table };
  }
}

/** The fault as an answer. */
export function fault(error) {
  if (error.facts) return error.facts;
  if (error.cause) return { ...fault(error.cause), expression: error.expression };
  if (error.position) return { error: 'syntax', message: error.message, ...error.position };
  return { error: 'run', message: `${error.constructor.name}: ${error.message}` };
}
