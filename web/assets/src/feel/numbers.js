// FEEL's numbers are decimals; JavaScript's are binary. Fifteen significant digits are exact in both, so every result
// is rounded to them: 0.1 + 0.2 = 0.3, and 390 / 300 - 1 is 0.3, not a little more.
import { builtins } from 'feelin';

const DIGITS = 15;
const CALCULATING = ['sum', 'mean', 'product', 'median', 'stddev', 'sqrt', 'log', 'exp', 'modulo', 'abs'];

export function rounded(value) {
  if (typeof value !== 'number' || Number.isInteger(value) || !Number.isFinite(value)) return value;
  return Number(value.toPrecision(DIGITS));
}

export function roundBuiltins() {
  for (const name of CALCULATING) {
    const exact = builtins[name];
    builtins[name] = Object.assign((...args) => rounded(exact(...args)), { $args: exact.$args });
  }
}
