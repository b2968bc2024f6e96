// Writes on one element, always through the command stack, so that undo and redo restore exactly. One call is one step.
import { getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';
import { typeOf } from './descriptor.js';

const TOGETHER = 'properties-panel.multi-command-executor';

export class Pen {
  constructor(element, injector, owner = getBusinessObject(element)) {
    this.element = element;
    this.injector = injector;
    /** The moddle element whose extension elements are read and written: the element's own, or a part of it. */
    this.owner = owner;
  }

  /** Return a pen for a part of the same element, such as an event definition. */
  on(owner) {
    return new Pen(this.element, this.injector, owner);
  }

  get t() {
    return this.injector.get('translate');
  }

  create(type, properties, parent) {
    const made = this.injector.get('bpmnFactory').create(type, properties);
    for (const value of Object.values(properties).flat()) if (value?.$type) value.$parent = made;
    if (parent) made.$parent = parent;
    return made;
  }

  run(...changes) {
    const commands = changes.flat().filter(Boolean);
    if (commands.length) this.injector.get('commandStack').execute(TOGETHER, commands);
  }

  /** Return the command that sets properties of a moddle element. */
  change(moddleElement, properties) {
    return { cmd: 'element.updateModdleProperties', context: { element: this.element, moddleElement, properties } };
  }

  set(properties) {
    this.run(this.change(this.owner, properties));
  }

  // extension elements -------------------------------------------------------------------------------------------

  extension(name) {
    return this.#all().find(({ $type }) => $type === typeOf(name));
  }

  #all() {
    return this.owner.get('extensionElements')?.get('values') ?? [];
  }

  /** Return the command that adds an extension element. */
  added(child) {
    const box = this.owner.get('extensionElements');
    if (!box) return this.change(this.owner, { extensionElements: this.create('bpmn:ExtensionElements', { values: [child] }, this.owner) });
    child.$parent = box;
    return this.change(box, { values: [...this.#all(), child] });
  }

  /** Return the command that takes an extension element away, and the box around it when it was the last. */
  dropped(child) {
    const rest = this.#all().filter((other) => other !== child);
    const box = this.owner.get('extensionElements');
    return rest.length ? this.change(box, { values: rest }) : this.change(this.owner, { extensionElements: undefined });
  }

  text(name) {
    return this.extension(name)?.get('value') ?? '';
  }

  setText(name, value) {
    const found = this.extension(name);
    if (!value) this.run(found && this.dropped(found));
    else if (found) this.run(this.change(found, { value }));
    else this.run(this.added(this.create(typeOf(name), { value })));
  }

  // properties ---------------------------------------------------------------------------------------------------

  properties() {
    return this.extension('properties')?.get('values') ?? [];
  }

  property(name) {
    return this.properties().find((property) => property.get('name') === name)?.get('value') ?? '';
  }

  setProperty(name, value) {
    this.run(this.propertyChange(name, value));
  }

  /** Return the commands that give a property its value; without a value it goes. */
  propertyChange(name, value) {
    const box = this.extension('properties');
    const found = this.properties().find((property) => property.get('name') === name);
    if (found && value) return [this.change(found, { value })];
    if (found) {
      const rest = this.properties().filter((property) => property !== found);
      return [rest.length ? this.change(box, { values: rest }) : this.dropped(box)];
    }
    if (!value) return [];
    const made = this.create(typeOf('property'), { name, value }, box);
    if (box) return [this.change(box, { values: [...this.properties(), made] })];
    return [this.added(this.create(typeOf('properties'), { values: [made] }))];
  }

  // what stands beside the processes -----------------------------------------------------------------------------

  get definitions() {
    let found = getBusinessObject(this.element);
    while (found.$parent) found = found.$parent;
    return found;
  }

  roots(type) {
    return (this.definitions.get('rootElements') ?? []).filter(({ $type }) => $type === type);
  }

  /** Refer to the root element that fits, made when there is none: one step. */
  refer(reference, type, fits, properties) {
    const found = this.roots(type).find(fits);
    if (found) return this.set({ [reference]: found });
    const made = this.create(type, properties, this.definitions);
    const roots = [...this.definitions.get('rootElements'), made];
    return this.run(this.change(this.definitions, { rootElements: roots }), this.change(this.owner, { [reference]: made }));
  }
}
