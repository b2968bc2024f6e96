// One diagram of the bundle on the drawing board, or to look at. The libraries are loaded when the first one is shown.
import { setAside, giveBack, keepReferences } from './lossless.js';
import { printWhole } from '../viewer/paper.js';

export class Diagram {
  /**
   * @param host where it is drawn
   * @param name the file's name
   * @param studio files, palette, `panel` (where properties are shown; null for looking only), `touched(diagram)`
   */
  constructor(host, name, studio) {
    Object.assign(this, { host, name, studio });
    this.ready = this.#open();
  }

  async #open() {
    const { make } = this.studio.panel ? await import('./board.js') : await import('./view.js');
    this.board = make(this.host, this.studio);
    this.board.on('import.parse.complete', ({ warnings }) => keepReferences(warnings ?? [], this.board.get('moddle')));
    await this.load(this.studio.files.text(this.name));
    printWhole(this.board.get('canvas'));
    if (this.studio.panel) this.board.on('commandStack.changed', () => this.#changed());
  }

  /** Show a diagram. What could not be read of it is thrown as an error, and what was there stays. */
  async load(xml) {
    await this.board.importXML(setAside(xml));
    this.loaded = xml;
    this.untouched = await this.#written();
    this.#begin();
  }

  #changed() {
    this.stale = true;
    this.studio.touched(this);
  }

  async #written() {
    const { xml } = await this.board.saveXML({ format: true });
    return giveBack(xml);
  }

  /**
   * Hand what was drawn to the files: the very text that was read when nothing is different, or all is undone (the
   * library puts what was deleted and comes back at another place among the rest).
   */
  async gather() {
    if (!this.stale) return;
    this.stale = false;
    const xml = this.can.undo ? await this.#written() : this.untouched;
    this.studio.files.set(this.name, xml === this.untouched ? this.loaded : xml);
  }

  async picture() {
    return (await this.board.saveSVG()).svg;
  }

  /** Show the whole, right of the tools. */
  fit() {
    this.#at(this.#whole());
  }

  /** Show the whole, or of a diagram too large to be read so the upper left part, where it begins. */
  #begin() {
    const whole = this.#whole();
    this.#at(whole < READABLE ? SHOWN : whole);
  }

  get #left() {
    return this.studio.panel ? TOOLS : MARGIN;
  }

  #whole() {
    const { inner, outer } = this.board.get('canvas').viewbox();
    return Math.min(1, (outer.width - this.#left - MARGIN) / inner.width, (outer.height - 2 * MARGIN) / inner.height);
  }

  #at(scale) {
    const canvas = this.board.get('canvas');
    const { inner, outer } = canvas.viewbox();
    if (!(scale > 0)) return; // an empty diagram, or a tab that is not shown
    canvas.viewbox({
      x: inner.x - this.#left / scale,
      y: inner.y - MARGIN / scale,
      width: outer.width / scale,
      height: outer.height / scale,
    });
  }

  /** Select an element and bring it into view. */
  show(id) {
    const element = this.board.get('elementRegistry').get(id);
    if (!element) return;
    if (document.activeElement?.closest('[data-panel]')) document.activeElement.blur(); // a field hands over what was typed
    this.board.get('selection', false)?.select(element);
    this.board.get('canvas').scrollToElement(element, 120);
  }

  has(id) {
    return Boolean(this.board?.get('elementRegistry').get(id));
  }

  nameOf(id) {
    return this.board?.get('elementRegistry').get(id)?.businessObject.get('name') || null;
  }

  undo() {
    this.#act('undo');
  }

  redo() {
    this.#act('redo');
  }

  #act(action) {
    this.board?.get('editorActions', false)?.trigger(action);
  }

  get can() {
    const stack = this.board?.get('commandStack', false);
    return { undo: Boolean(stack?.canUndo()), redo: Boolean(stack?.canRedo()) };
  }

  shown() {
    this.ready.then(() => {
      this.board.get('canvas').resized();
      this.board.get('eventBus').fire('propertiesPanel.providersChanged'); // files may have come that the panel offers
    });
  }
}

const READABLE = 0.55; // below this scale the names of steps cannot be read
const SHOWN = 0.75;
const TOOLS = 130; // px that the palette takes at the left
const MARGIN = 30;
