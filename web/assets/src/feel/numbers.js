// FEEL's numbers are decimals; JavaScript's are binary. Fifteen significant digits are exact in both, so every result
// is rounded to them: 0.1 + 0.2 = 0.3, and 390 / 300 - 1 is 0.3, not a little more.
import { builtins } from 'feelin';

const DIGITS = 15;
const MAX_SCALE = 300;
const CALCULATING = ['sum', 'mean', 'product', 'median', 'stddev', 'sqrt', 'log', 'exp', 'modulo', 'abs'];
const away = (value, round) => Math.sign(value) * round(Math.abs(value));
const ROUNDING = {
  'decimal': value => halfEven(value),
  'floor': Math.floor,
  'ceiling': Math.ceil,
  'round up': value => away(value, Math.ceil),
  'round down': value => away(value, Math.floor),
  'round half up': value => away(value, Math.round),
  'round half down': value => away(value, each => Math.ceil(each - 0.5))
};

export function rounded(value) {
  if (typeof value !== 'number' || Number.isInteger(value) || !Number.isFinite(value)) return value;
  return Number(value.toPrecision(DIGITS));
}

// by the decimal digits: 1.005 has no binary form, and 1.005 * 100 is a little less than 100.5
function shifted(value, scale) {
  const [digits, exponent = '0'] = String(value).split('e');
  return Number(`${digits}e${Number(exponent) + scale}`);
}

function halfEven(value) {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

function rounding(round) {
  return (n, scale = 0) => {
    const places = scale ?? 0;
    if (typeof n !== 'number' || !Number.isInteger(places) || Math.abs(places) > MAX_SCALE) return null;
    return shifted(round(shifted(rounded(n), places)), -places) + 0;
  };
}

export function roundBuiltins() {
  for (const name of CALCULATING) {
    const exact = builtins[name];
    builtins[name] = Object.assign((...args) => rounded(exact(...args)), { $args: exact.$args });
  }
  for (const [name, round] of Object.entries(ROUNDING)) {
    builtins[name] = Object.assign(rounding(round), { $args: builtins[name].$args });
  }
}
