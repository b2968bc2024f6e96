// The files of a process: as deployed, as the draft has them, as they are being edited.

export class Files {
  #deployed = new Map();
  #changed = new Map();
  #listeners = [];

  /** `bundle` as the server gives it. */
  constructor(bundle) {
    this.kinds = new Map();
    for (const { name, text } of bundle.files) this.#deployed.set(name, text);
    for (const [name, text] of Object.entries(bundle.draft?.files ?? {})) this.#changed.set(name, text);
  }

  onChange(listener) {
    this.#listeners.push(listener);
  }

  /** Names in the order of the tabs: the main diagram first, then by kind and name. */
  names() {
    const all = new Set([...this.#deployed.keys(), ...this.#changed.keys()]);
    return [...all].filter((name) => this.text(name) !== null).sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  }

  named(ending) {
    return this.names().filter((name) => name.endsWith(ending));
  }

  /** The text of a file; null when there is none. */
  text(name) {
    return this.#changed.has(name) ? this.#changed.get(name) : (this.#deployed.get(name) ?? null);
  }

  set(name, text) {
    if (this.text(name) === text) return;
    if (this.#deployed.get(name) === text || (text === null && !this.#deployed.has(name))) this.#changed.delete(name);
    else this.#changed.set(name, text);
    this.#listeners.forEach((listener) => listener(name));
  }

  /** The files of the version that the changes began with. */
  deployed() {
    return [...this.#deployed].map(([name, text]) => ({ name, text }));
  }

  /** Begin from other files: those of another version, and what differs from them. */
  restart(deployed, changes) {
    this.#deployed = new Map(deployed.map(({ name, text }) => [name, text]));
    this.#changed = new Map(Object.entries(changes));
    this.#listeners.forEach((listener) => listener(null));
  }

  remove(name) {
    this.set(name, null);
  }

  isChanged(name) {
    return this.#changed.has(name);
  }

  /** What differs from the deployed version: name → text, null for what is gone. */
  changes() {
    return Object.fromEntries(this.#changed);
  }
}

const KINDS = ['.bpmn', '.dmn', '.form.json', 'messages.json', '.i18n.json', '.feature'];

function rank(name) {
  const found = KINDS.findIndex((ending) => name.endsWith(ending));
  return found < 0 ? KINDS.length : found;
}

/** What a new file of a name holds. */
export function blankText(name) {
  if (name.endsWith('.form.json')) return `${JSON.stringify(blankForm(name.split('/').at(-1).replace('.form.json', '')), null, 2)}\n`;
  if (name.endsWith('messages.json')) return `${JSON.stringify({ messages: [] }, null, 2)}\n`;
  if (name.endsWith('.json')) return '{}\n';
  if (name.endsWith('.feature')) return '# language: zh-CN\n功能: \n\n  场景: \n    当流程启动\n    那么流程办结\n';
  return '';
}

const blankForm = (id) => ({ type: 'default', id, components: [{ type: 'textarea', id: 'c1', key: 'text', label: '说明', validate: { required: true } }] });
