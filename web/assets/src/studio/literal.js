// FEEL as a designer types it: a constant of a type, or an expression. In the file everything is FEEL.

const TEXT = /^"(?:[^"\\]|\\.)*"$/s;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
const DATE = /^date\("(\d{4}-\d{2}-\d{2})"\)$/;

/** Types whose constants have a field of their own; all others are expressions only. */
export const CONSTANTS = new Set(['string', 'number', 'integer', 'boolean', 'date']);

/** Return the FEEL of a constant; "" is no value at all. */
export function toFeel(type, constant) {
  const text = String(constant ?? '');
  if (text === '') return '';
  if (type === 'boolean' || NUMBER_TYPES.has(type)) return text;
  if (type === 'date') return `date("${text}")`;
  return JSON.stringify(text);
}

const NUMBER_TYPES = new Set(['number', 'integer']);

/** Return the constant that FEEL text is, as text; null when it is an expression. */
export function toConstant(type, feel) {
  const text = withoutSign(feel);
  if (text === '') return '';
  if (type === 'boolean') return text === 'true' || text === 'false' ? text : null;
  if (NUMBER_TYPES.has(type)) return NUMBER.test(text) ? text : null;
  if (type === 'date') return text.match(DATE)?.[1] ?? null;
  return TEXT.test(text) ? unquoted(text) : null;
}

function unquoted(text) {
  try {
    return JSON.parse(text.replace(/\n/g, '\\n'));
  } catch {
    return null; // an escape that JSON does not have
  }
}

/** Return FEEL without the sign that some editors put before it. */
export function withoutSign(feel) {
  return String(feel ?? '').trim().replace(/^=\s*/, '');
}
