// The files of the process as tabs: diagrams to draw on, everything else as text. A file is opened when it is first shown.
import { Diagram } from './diagram.js';
import { TextEditor } from './text_editor.js';
import { t } from './words.js';

export class Tabs {
  #open = new Map();

  constructor(studio) {
    this.studio = studio;
    this.strip = studio.root.querySelector('[data-tabs]');
    this.stage = studio.root.querySelector('[data-stage]');
    this.strip.addEventListener('click', ({ target }) => {
      const tab = target.closest('[role=tab]');
      if (tab) this.show(tab.dataset.file);
    });
    this.strip.addEventListener('keydown', (event) => this.#move(event));
    studio.files.onChange(() => this.draw());
  }

  /** Draw the strip anew: after files came, went or changed. */
  draw() {
    const names = this.studio.files.names();
    const drawn = [...this.strip.children].map((tab) => tab.dataset.file);
    if (drawn.join('\n') !== names.join('\n')) this.strip.replaceChildren(...names.map((name) => this.#tab(name)));
    for (const tab of this.strip.children) {
      const { file } = tab.dataset;
      const changed = this.studio.files.isChanged(file);
      tab.classList.toggle('is-changed', changed);
      tab.setAttribute('aria-selected', String(file === this.current));
      tab.tabIndex = file === this.current ? 0 : -1;
      tab.title = changed ? t('{file}（已修改）', { file }) : file;
    }
    for (const [name, { host }] of this.#open) if (!names.includes(name)) this.#close(name, host);
  }

  #tab(name) {
    const tab = document.createElement('button');
    Object.assign(tab, { type: 'button', className: 'studio-tab', textContent: name });
    tab.setAttribute('role', 'tab');
    tab.setAttribute('aria-controls', 'studio-stage');
    tab.dataset.file = name;
    return tab;
  }

  #close(name, host) {
    host.remove();
    this.diagram(name)?.board?.panelElement?.remove();
    this.#open.delete(name);
  }

  #move(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const names = this.studio.files.names();
    const next = names[(names.indexOf(this.current) + step + names.length) % names.length];
    this.show(next);
    this.strip.querySelector('[aria-selected=true]').focus();
    event.preventDefault();
  }

  show(name) {
    if (this.studio.files.text(name) === null) return;
    this.current = name;
    if (!this.#open.has(name)) this.#make(name);
    for (const [other, { host, part }] of this.#open) {
      host.hidden = other !== name;
      if (part.board?.panelElement) part.board.panelElement.hidden = other !== name;
    }
    this.studio.root.dataset.kind = name.endsWith('.bpmn') ? 'diagram' : 'text';
    this.draw();
    this.#open.get(name).part.shown();
    this.strip.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    this.studio.showState();
  }

  /** Show the files as they are now, whatever was open. */
  reopen() {
    for (const [name, { host }] of [...this.#open]) this.#close(name, host);
    this.show(this.studio.files.text(this.current) === null ? this.studio.files.names()[0] : this.current);
  }

  #make(name) {
    const host = document.createElement('div');
    host.className = 'studio-file';
    this.stage.append(host);
    if (name.endsWith('.bpmn')) {
      const part = new Diagram(host, name, this.studio);
      this.#open.set(name, { host, part });
      part.ready.then(() => this.studio.opened(part)).catch((error) => this.#unreadable(name, host, error));
    } else {
      const part = new TextEditor(host, name, this.studio.files, { readonly: !this.studio.panel, label: name });
      this.#open.set(name, { host, part });
    }
  }

  /** A diagram that cannot be drawn is still text that can be mended. */
  #unreadable(name, host, error) {
    this.#close(name, host);
    this.studio.say(t('这个图无法显示，改以文本打开：{reason}', { reason: error.message }), 'error');
    const text = document.createElement('div');
    text.className = 'studio-file';
    this.stage.append(text);
    const part = new TextEditor(text, name, this.studio.files, { readonly: !this.studio.panel, label: name });
    this.#open.set(name, { host: text, part });
  }

  get shown() {
    return this.#open.get(this.current)?.part;
  }

  /** The diagram of a file that is open; undefined for others. */
  diagram(name) {
    const part = this.#open.get(name)?.part;
    return part instanceof Diagram ? part : undefined;
  }

  editor(name) {
    const part = this.#open.get(name)?.part;
    return part instanceof TextEditor ? part : undefined;
  }

  get diagrams() {
    return [...this.#open.values()].map(({ part }) => part).filter((part) => part instanceof Diagram);
  }
}
