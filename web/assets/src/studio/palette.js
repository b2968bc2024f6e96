// What can be chosen: the handlers of installed plugins, forms, decisions, groups, processes, messages. The server's list,
// and what the open files add to it.
import { typeOf } from './descriptor.js';
import { CONSTANTS, toFeel } from './literal.js';
import { language, t } from './words.js';

export class Palette {
  /**
   * @param offered what `GET …/palette` says
   * @param files the open files of the bundle (`Files`)
   */
  constructor(offered, files) {
    this.handlers = offered.handlers ?? [];
    this.offered = offered;
    this.files = files;
  }

  handler(id) {
    return this.handlers.find((handler) => handler.id === id);
  }

  /** The handlers as groups of options, each plugin one. */
  handlersByPlugin() {
    const groups = new Map();
    for (const handler of this.handlers) {
      const label = handler.plugin_title || handler.plugin;
      groups.set(label, [...(groups.get(label) ?? []), { value: handler.id, label: handler.title }]);
    }
    return [...groups].map(([label, children]) => ({ label, children }));
  }

  /** A handler's operator with its parameters: what this diagram gives to parameters of the same name, else the default. */
  operator(pen, handler) {
    const habits = usualValues(pen.definitions);
    const parameters = handler.inputs.flatMap((input) => {
      const value = habits.get(input.id) ?? defaultOf(input);
      return value ? [pen.create(typeOf('parameter'), { id: input.id, value })] : [];
    });
    const list = parameters.length ? { parameterList: pen.create(typeOf('parameters'), { parameters }) } : {};
    return pen.create(typeOf('serviceTaskOperator'), { id: handler.id, resultVariable: handler.id.split('.').at(-1), ...list });
  }

  forms() {
    const open = this.files.named('.form.json').map((name) => name.split('/').at(-1).replace(/\.form\.json$/, ''));
    return merged(open.map((id) => ({ value: id, label: this.#formTitle(id) })), this.#of('forms', 'id', 'title'));
  }

  #formTitle(id) {
    const title = (this.offered.forms ?? []).find((form) => form.id === id)?.title;
    return called(title, id);
  }

  decisions() {
    const open = this.files.named('.dmn').flatMap((name) => [...(this.files.text(name) ?? '').matchAll(/<(?:[\w.-]+:)?decision\s[^>]*?\bid="([^"]+)"/g)]);
    return merged(open.map(([, id]) => ({ value: id, label: this.#titleOf('decisions', id) })), this.#of('decisions', 'id', 'title'));
  }

  #titleOf(list, id) {
    return (this.offered[list] ?? []).find((entry) => entry.id === id)?.title ?? id;
  }

  groups() {
    return this.#of('groups', 'id', 'title');
  }

  processes() {
    return this.#of('processes', 'key', 'title');
  }

  messages() {
    return merged(declaredMessages(this.files), this.#of('messages', 'name', 'title'));
  }

  #of(list, value, title) {
    return (this.offered[list] ?? []).map((entry) => ({
      value: entry[value],
      label: called(entry[title], entry[value]),
    }));
  }
}

function declaredMessages(files) {
  try {
    const { messages = [] } = JSON.parse(files.text('messages.json') ?? '{}');
    return messages.map(({ name, title }) => ({ value: name, label: called(title?.[language], name) }));
  } catch {
    return []; // being edited
  }
}

/** A title with the name by which the diagram knows it. */
const called = (title, id) => (title && title !== id ? t('{title}（{id}）', { title, id }) : id);

function merged(first, second) {
  const known = new Set(first.map(({ value }) => value));
  return [...first, ...second.filter(({ value }) => !known.has(value))];
}

function defaultOf({ type, default: value, options }) {
  if (value === undefined || value === null) return '';
  if (CONSTANTS.has(type) || options?.length) return toFeel(type, value);
  return ''; // an empty list or context: the handler's own default holds
}

/** Parameter → the value it has in most service tasks of the diagram: `request_no` is `request.no` everywhere. */
function usualValues(definitions) {
  const counts = new Map();
  for (const parameter of parametersIn(definitions)) {
    const key = JSON.stringify([parameter.get('id'), parameter.get('value')]);
    if (parameter.get('value')) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const found = new Map();
  for (const [key] of [...counts].filter(([, count]) => count > 1).sort(([, a], [, b]) => a - b)) found.set(...JSON.parse(key));
  return found;
}

function* parametersIn(scope) {
  for (const child of [...(scope.get('rootElements') ?? []), ...(scope.get('flowElements') ?? [])]) {
    const operator = child.get('extensionElements')?.get('values').find(({ $type }) => $type === typeOf('serviceTaskOperator'));
    if (operator) yield* operator.get('parameterList')?.get('parameters') ?? [];
    yield* parametersIn(child);
  }
}
