// The changes editor's logic without the page: from the form's entries to a plan's changes, and back by undoing.
// Reads the same field names as ../../editor.py does on the server; a test holds the two together.

const TEXTS = ['op', 'grid', 'name', 'kind', 'setting', 'justification', 'from', 'to', 'community'];
const LISTS = ['unit_ids', 'grids'];
const PART_TEXTS = ['name', 'kind', 'setting', 'justification'];
const ROWS_HANG_ON = { split: 'grid', move_units: 'from', create: 'community', retire: 'grid' };

/** The entries of a FormData that belong to the editor, as [name, value] pairs; the pressed button is not one. */
export function entriesOf(formData, key) {
  return [...formData].filter(([name, value]) => name.startsWith(`${key}.`) && name !== `${key}.do` && typeof value === 'string');
}

/** The changes that the entries say, in the shape that POST /grids/preview takes. */
export function planOf(entries, key) {
  return numbersUnder(entries, `${key}.`).map((number) => changeOf(entries, `${key}.${number}.`));
}

function changeOf(entries, prefix) {
  const first = new Map([...entries].reverse());
  const text = (name) => (first.get(prefix + name) ?? '').trim();
  const change = {};
  for (const name of TEXTS) if (first.has(prefix + name)) change[name] = text(name);
  for (const name of LISTS) {
    const values = entries.filter(([entry]) => entry === prefix + name).map(([, value]) => value);
    if (values.length) change[name] = values;
  }
  const hangsOn = ROWS_HANG_ON[change.op];
  if (hangsOn && (first.get(`${prefix}shown`) ?? '') !== (change[hangsOn] ?? '')) {
    delete change.unit_ids;
    if (change.op === 'split') change.parts = partsOf(entries, prefix, []);
    return change;
  }
  if (change.op === 'split') change.parts = partsOf(entries, prefix, under(entries, `${prefix}unit.`));
  if (change.op === 'retire') {
    change.successors = Object.fromEntries(under(entries, `${prefix}successor.`).filter(([, grid]) => grid));
  }
  return change;
}

function partsOf(entries, prefix, assigned) {
  const first = new Map([...entries].reverse());
  return numbersUnder(entries, `${prefix}parts.`).map((number) => ({
    ...Object.fromEntries(PART_TEXTS.map((name) => [name, (first.get(`${prefix}parts.${number}.${name}`) ?? '').trim()])),
    unit_ids: assigned.filter(([, part]) => part === String(number)).map(([unit]) => unit),
  }));
}

function under(entries, prefix) {
  return entries.filter(([name]) => name.startsWith(prefix)).map(([name, value]) => [name.slice(prefix.length), value]);
}

function numbersUnder(entries, prefix) {
  const heads = under(entries, prefix).map(([rest]) => rest.split('.')[0]).filter((head) => /^\d+$/.test(head));
  return [...new Set(heads.map(Number))].sort((a, b) => a - b);
}

/** Units, households and people of each part: `rows` are {part, households, population}. */
export function sums(rows, parts) {
  const total = Object.fromEntries(parts.map((part) => [part, { units: 0, households: 0, population: 0 }]));
  for (const row of rows) {
    const sum = total[row.part];
    if (!sum) continue;
    sum.units += 1;
    sum.households += row.households;
    sum.population += row.population;
  }
  return total;
}

/** The part after this one, and after the last one the first: what a click on a unit does. */
export function nextPart(parts, current) {
  return parts[(parts.indexOf(current) + 1) % parts.length];
}

/** The nearest path at or above `path` that is known, or undefined. */
export function nearest(path, known) {
  for (let at = path; at; at = at.slice(0, Math.max(at.lastIndexOf('.'), 0))) if (known(at)) return at;
  return undefined;
}

/** Fill `{name}` in a text with values. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** What can be undone: earlier entries, the latest last. Typing on in one field is one step. */
export class Undo {
  #past = [];

  #present;

  #field = null;

  constructor(entries, limit = 50) {
    this.#present = entries;
    this.limit = limit;
  }

  get possible() {
    return this.#past.length > 0;
  }

  /** Note new entries; `field` names the text field that is being typed in, null for anything else. */
  note(entries, field = null) {
    if (JSON.stringify(entries) === JSON.stringify(this.#present)) return;
    if (field === null || field !== this.#field) this.#past.push(this.#present);
    if (this.#past.length > this.limit) this.#past.shift();
    this.#present = entries;
    this.#field = field;
  }

  /** Go one step back and return its entries; undefined when there is none. */
  back() {
    if (!this.possible) return undefined;
    this.#present = this.#past.pop();
    this.#field = null;
    return this.#present;
  }

  /** Take the present for what it is, without a step: after the server has drawn the same state anew. */
  settle(entries) {
    this.#present = entries;
  }
}
