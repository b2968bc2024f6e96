// Values across the boundary: JSON with tags `{"@": type, "v": text}` on one side, FEEL's values on the other.
// The other half is engine/feel/values.py; a property test holds the two together.
import {
  FeelDate, FeelDateTime, FeelDuration, FeelTime, date, dateAndTime, duration, isContext, time
} from 'feelin';

const MAX_DEPTH = 120;
const MAX_SHOWN = 200;
// an own key of this name would replace the prototype when feelin copies contexts with Object.assign
const PROTO = '__proto__';
const HIDDEN_PROTO = '\u0000__proto__';

/** A whole number that a double cannot hold: passed through untouched, never calculated with. */
class BigWhole {
  constructor(digits) {
    this.digits = digits;
  }

  toString() {
    return this.digits;
  }
}

/** A result that is not data: a function or a range. */
export class NotData extends Error {}

const READERS = {
  'date': date,
  'time': time,
  'date and time': dateAndTime,
  'days and time duration': duration,
  'years and months duration': duration,
  'integer': text => new BigWhole(text)
};

/** Turn tagged JSON into FEEL values. */
export function unpack(json) {
  if (json === null || typeof json !== 'object') return json;
  if (Array.isArray(json)) return json.map(unpack);
  if (!Object.hasOwn(json, '@')) return unpackContext(json);
  if (json['@'] === 'context') return unpackContext(json.v);
  return READERS[json['@']](json.v);
}

function unpackContext(json) {
  const context = {};
  for (const key of Object.keys(json)) context[key === PROTO ? HIDDEN_PROTO : key] = unpack(json[key]);
  return context;
}

/** Turn FEEL values into tagged JSON; throw NotData for a function or a range. */
export function pack(value, depth = 0) {
  if (depth > MAX_DEPTH) throw new NotData('nested too deeply');
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object') return packScalar(value);
  if (Array.isArray(value)) return value.map(item => pack(item, depth + 1));
  if (isContext(value)) return packContext(value, depth);
  return packTyped(value);
}

/** The same for an explanation: what is no data is a text that says so. */
export function packLoosely(value) {
  try {
    return pack(value);
  } catch {
    return '(function)';
  }
}

/** A value in words of JSON, cut short: for messages. */
export function shown(value) {
  const text = JSON.stringify(packLoosely(value));
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

function packScalar(value) {
  if (typeof value === 'function') throw new NotData('a function');
  return value;
}

function packContext(value, depth) {
  const json = {};
  let tagged = false;
  for (const key of Object.keys(value)) {
    tagged ||= key === '@';
    const packed = pack(value[key], depth + 1);
    if (key === HIDDEN_PROTO) {
      Object.defineProperty(json, PROTO, { value: packed, enumerable: true });
    } else {
      json[key] = packed;
    }
  }
  return tagged ? { '@': 'context', v: json } : json;
}

function packTyped(value) {
  if (value instanceof FeelDate) return { '@': 'date', v: value.iso };
  if (value instanceof FeelTime) return { '@': 'time', v: value.iso };
  if (value instanceof FeelDateTime) return { '@': 'date and time', v: moment(value) };
  if (value instanceof FeelDuration) {
    return { '@': `${value.yearsMonths ? 'years and months' : 'days and time'} duration`, v: value.iso };
  }
  if (value instanceof BigWhole) return { '@': 'integer', v: value.digits };
  throw new NotData('a function or a range');
}

// a named zone is resolved here, where the zone rules are the ones that FEEL calculated with
function moment(value) {
  if (!value.iso.includes('@')) return value.iso;
  return value.value.toZonedDateTime(value.zone).toInstant().toString();
}
