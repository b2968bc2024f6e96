// The handlers of installed plugins in the menus: create, append, replace. Choosing one makes a service task that is filled in.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { initials } from './pinyin.js';
import { Pen } from './pen.js';
import { choose } from './panel/handler.js';

export class HandlerMenus {
  static $inject = ['popupMenu', 'injector', 'elementFactory', 'create', 'autoPlace', 'rules', 'mouse', 'bpmnReplace', 'config.studio'];

  constructor(popupMenu, injector, elementFactory, create, autoPlace, rules, mouse, bpmnReplace, { palette }) {
    Object.assign(this, { popupMenu, injector, elementFactory, create, autoPlace, rules, mouse, bpmnReplace, palette });
    this.#offer('bpmn-create', () => this.#entries((handler) => this.#creating(handler)));
    this.#offer('bpmn-append', (element) =>
      rules.allowed('shape.append', { element }) ? this.#entries((handler) => this.#appending(element, handler)) : {},
    );
    this.#offer('bpmn-replace', (element) => (is(element, 'bpmn:Task') ? this.#entries((handler) => this.#replacing(element, handler)) : {}));
    letTypedTextSearch();
  }

  #offer(menu, entriesFor) {
    const provider = { getPopupMenuEntries: (element) => (entries) => afterTasks(entries, entriesFor(element)) };
    this.popupMenu.registerProvider(menu, provider);
  }

  #entries(action) {
    return Object.fromEntries(
      this.palette.handlers.map((handler) => [
        `handler-${handler.id}`,
        {
          label: handler.title,
          description: handler.id,
          className: 'bpmn-icon-service-task',
          search: `${handler.search ?? ''} ${handler.id} ${initials(`${handler.title} ${handler.plugin_title} ${handler.department}`)}`,
          group: { id: `plugin-${handler.plugin}`, name: handler.plugin_title || handler.plugin },
          action: action(handler),
        },
      ]),
    );
  }

  #shape(handler) {
    const root = this.injector.get('canvas').getRootElement();
    const pen = new Pen(root, this.injector);
    const extensionElements = pen.create('bpmn:ExtensionElements', { values: [this.palette.operator(pen, handler)] });
    const businessObject = pen.create('bpmn:ServiceTask', { name: handler.title, extensionElements });
    return this.elementFactory.createShape({ type: 'bpmn:ServiceTask', businessObject });
  }

  #creating(handler) {
    const start = (event) => {
      this.popupMenu.close();
      // chosen by a key: the shape hangs on the pointer where it was last
      this.create.start(event instanceof KeyboardEvent ? this.mouse.getLastMoveEvent() : event, this.#shape(handler));
    };
    return { click: start, dragstart: start };
  }

  #appending(element, handler) {
    return {
      click: () => this.autoPlace.append(element, this.#shape(handler)),
      dragstart: (event) => this.create.start(event, this.#shape(handler), { source: element }),
    };
  }

  #replacing(element, handler) {
    return (event) => {
      event?.preventDefault?.();
      this.popupMenu.close();
      const made = is(element, 'bpmn:ServiceTask') ? element : this.bpmnReplace.replaceElement(element, { type: 'bpmn:ServiceTask' });
      choose(new Pen(made, this.injector), this.palette, handler.id);
    };
  }
}

/** The menu shows its groups in the order of their first entries: handlers come right after the tasks. */
function afterTasks(entries, handlers) {
  const all = Object.entries(entries);
  const last = all.findLastIndex(([, { group }]) => (group?.id ?? group) === 'tasks');
  return Object.fromEntries([...all.slice(0, last + 1), ...Object.entries(handlers), ...all.slice(last + 1)]);
}

let listening = false;

/** The menu's search listens to keys only: text from an input method or the clipboard would not search. */
function letTypedTextSearch() {
  if (listening) return;
  listening = true;
  document.addEventListener('input', ({ target }) => {
    if (target.closest?.('.djs-popup-search')) target.dispatchEvent(new KeyboardEvent('keyup', { bubbles: true }));
  });
}

export const menusModule = { __init__: ['handlerMenus'], handlerMenus: ['type', HandlerMenus] };
