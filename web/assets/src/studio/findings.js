// What the server finds in the files as they are now: asked after each pause, shown at the elements and in a list.
import { call } from './calls.js';
import { t } from './words.js';

const PAUSE = 1500; // ms without an edit

export class Findings {
  #waiting = null;
  #asking = null;
  #overlays = [];

  /** `studio`: files, tabs, `gather()`, `url`, `version`. */
  constructor(studio) {
    this.studio = studio;
    this.list = studio.root.querySelector('[data-findings]');
    this.states = studio.root.querySelectorAll('[data-findings-state]');
    this.all = [];
    this.standing = [];
    this.list.addEventListener('click', ({ target }) => {
      const button = target.closest('button');
      if (button) this.#goTo(this.all[Number(button.dataset.index)]);
    });
  }

  /** Ask after a pause in editing. */
  later() {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.ask(), PAUSE);
  }

  /** Ask now; what was asked before is no longer of interest. */
  async ask() {
    clearTimeout(this.#waiting);
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    this.#say(t('正在检查…'));
    try {
      await this.studio.gather();
      const body = { files: this.studio.files.changes(), base_version: this.studio.version };
      const { findings } = await call('POST', this.studio.url.check, body, { signal: asking.signal });
      if (asking === this.#asking) this.show(findings);
    } catch (error) {
      if (error.name === 'AbortError') return;
      if (error.problem?.findings) this.show(error.problem.findings);
      else if (error.status === 503) this.later(); // others are being checked
      else this.#say(t('没有检查成：{reason}', { reason: error.message }));
    }
  }

  /** Show these with whatever is found, until others take their place. */
  stand(findings) {
    this.standing = findings;
  }

  show(found) {
    const findings = [...this.standing, ...found];
    this.all = findings;
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    const warnings = findings.length - errors;
    this.#say(t('{errors} 个错误，{warnings} 个警告', { errors, warnings }));
    this.studio.root.dataset.errors = String(errors);
    this.list.replaceChildren(...findings.map((finding, index) => this.#row(finding, index)));
    this.mark();
  }

  /** Under the diagram and in the dialog of a deployment. */
  #say(text) {
    for (const state of this.states) state.textContent = text;
  }

  #row(finding, index) {
    const row = document.createElement('li');
    row.className = `finding finding-${finding.severity}`;
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.index = String(index);
    button.append(part('finding-severity', words(finding.severity)), part('finding-message', finding.message), part('finding-place', this.#place(finding)));
    row.append(button);
    if (finding.hint) row.append(part('finding-hint', finding.hint));
    return row;
  }

  #place({ file, line, element }) {
    const name = element && this.studio.tabs.diagram(file)?.nameOf(element);
    return [name || element, file && (line ? `${file}:${line}` : file)].filter(Boolean).join(' · ');
  }

  /** Put a badge at each element that has findings, with how many. */
  mark() {
    for (const { board, id } of this.#overlays) board.get('overlays').remove(id);
    this.#overlays = [];
    const places = new Map();
    for (const finding of this.all) {
      const diagram = this.studio.tabs.diagram(finding.file);
      if (finding.element && diagram?.has(finding.element)) {
        const key = `${finding.file}\n${finding.element}`;
        places.set(key, { diagram, id: finding.element, found: [...(places.get(key)?.found ?? []), finding] });
      }
    }
    for (const place of places.values()) this.#badge(place);
  }

  #badge({ diagram, id, found }) {
    const worst = found.some(({ severity }) => severity === 'error') ? 'error' : 'warning';
    const html = document.createElement('button');
    html.type = 'button';
    html.className = `finding-badge finding-badge-${worst}`;
    html.textContent = `${worst === 'error' ? '✕' : '!'} ${found.length}`;
    html.title = found.map(({ severity, message }) => `${words(severity)}：${message}`).join('\n');
    html.setAttribute('aria-label', html.title);
    html.addEventListener('click', () => this.#reveal(found[0]));
    const overlay = diagram.board.get('overlays').add(id, 'finding', { position: { top: -14, left: -14 }, html });
    this.#overlays.push({ board: diagram.board, id: overlay });
  }

  #reveal(finding) {
    this.#goTo(finding, false);
    this.list.querySelector(`[data-index="${this.all.indexOf(finding)}"]`)?.scrollIntoView({ block: 'nearest' });
  }

  #goTo({ file, line, element }) {
    const diagram = this.studio.tabs.diagram(file);
    if (file && this.studio.files.text(file) !== null) this.studio.tabs.show(file);
    if (diagram && element) diagram.ready.then(() => diagram.show(element));
    else if (line) this.studio.tabs.editor(file)?.goTo(line);
  }
}

const words = (severity) => (severity === 'error' ? t('错误') : t('警告'));

function part(name, text) {
  const span = document.createElement('span');
  span.className = name;
  span.textContent = text;
  return span;
}
