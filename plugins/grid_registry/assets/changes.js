// The changes editor made quick: live figures and verdicts, units moved on a map, buttons without a page load, undo.
// Without this script the same buttons ask the server, which draws the same editor.
import './lib/grid.css';
import { forgetProblems, pieceOf, showPreview } from './lib/findings.mjs';
import { entriesOf, fill, planOf, sums, Undo } from './lib/plan.mjs';

const PAUSE = 300;

class Editor {
  constructor(frame) {
    this.frame = frame;
    this.form = frame.closest('form');
    this.turn = 0;
    this.timer = 0;
    this.undo = new Undo(this.entries());
    frame.addEventListener('click', (event) => this.onClick(event));
    frame.addEventListener('input', (event) => this.onInput(event));
    this.enhance();
    this.preview();
  }

  get root() {
    return this.frame.querySelector('fieldset.changes');
  }

  get key() {
    return this.root.dataset.key;
  }

  entries() {
    return entriesOf(new FormData(this.form), this.key);
  }

  onClick(event) {
    const button = event.target.closest('button');
    if (button?.matches('[data-undo]')) this.back();
    else if (button?.name === `${this.key}.do`) {
      event.preventDefault();
      this.exchange(this.entries(), button.value);
    }
  }

  onInput(event) {
    const control = event.target;
    if (!control.name) return;
    this.undo.note(this.entries(), control.matches('textarea, input[type=text]') ? control.name : null);
    if (control.matches('[data-rerender]')) {
      this.exchange(this.entries(), 'show', control.id);
      return;
    }
    forgetProblems(this.root, control.name);
    this.refresh();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.preview(), PAUSE);
  }

  back() {
    const entries = this.undo.back();
    if (entries) this.exchange(entries, 'undone');
  }

  /** Have the server draw the editor anew from these entries, as if the button had been pressed. */
  async exchange(entries, button, focusId) {
    const body = new URLSearchParams(entries);
    body.set(`${this.key}.do`, button);
    body.set('key', this.key);
    body.set('label', this.root.dataset.label);
    body.set('draft_url', this.root.dataset.draft);
    const turn = ++this.turn;
    const answer = await this.post(this.root.dataset.editor, body, {});
    if (!answer || turn !== this.turn) return;
    this.frame.replaceChildren(...pieceOf(await answer.text()));
    if (button === 'undone') this.undo.settle(this.entries());
    else this.undo.note(this.entries());
    this.enhance();
    this.focus(button, focusId);
    this.preview();
    this.form.dispatchEvent(new Event('input', { bubbles: true }));
  }

  async preview() {
    clearTimeout(this.timer);
    const turn = ++this.turn;
    const body = JSON.stringify({ township: this.root.dataset.township, changes: planOf(this.entries(), this.key) });
    const answer = await this.post(this.root.dataset.preview, body, { 'Content-Type': 'application/json' });
    this.root.querySelector('[data-trouble]').hidden = Boolean(answer);
    if (answer && turn === this.turn) showPreview(this.root, await answer.json());
  }

  async post(url, body, headers) {
    const token = this.form.elements.csrf_token.value;
    const answer = await fetch(url, { method: 'POST', body, headers: { ...headers, 'X-CSRFToken': token } }).catch(() => null);
    return answer?.ok ? answer : null;
  }

  /** Prepare a freshly drawn editor: what only makes sense with the script. */
  enhance() {
    this.maps = [];
    for (const button of this.root.querySelectorAll('[data-plain]')) button.hidden = true;
    this.root.querySelector('[data-undo]').hidden = false;
    for (const fieldset of this.root.querySelectorAll('[data-units]')) this.mount(fieldset);
    this.refresh();
  }

  async mount(fieldset) {
    if (!fieldset.querySelector('[data-unit-map]')) return;
    this.units ??= fetch(this.root.dataset.map).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
    const [{ mountUnitMap }, drawn] = await Promise.all([import('./lib/editor_map.mjs'), this.units]);
    if (!drawn || !fieldset.isConnected) return;
    const map = mountUnitMap(fieldset, drawn.units);
    if (map) this.maps.push(map);
  }

  refresh() {
    this.root.querySelector('[data-undo]').disabled = !this.undo.possible;
    for (const change of this.root.querySelectorAll('[data-op="split"]')) showSums(change);
    for (const map of this.maps) map.refresh();
  }

  focus(button, focusId) {
    const [action, number] = button.split(':');
    const changes = this.root.querySelectorAll('[data-change]');
    const target = {
      add: () => changes[changes.length - 1]?.querySelector('h3'),
      part: () => [...changes[number].querySelectorAll('[data-new-grid]')].pop()?.querySelector('input[type=text]'),
      undone: () => this.root.querySelector('[data-undo]'),
      show: () => document.getElementById(focusId),
    }[action]?.() ?? this.root;
    target.focus({ preventScroll: action !== 'add' && action !== 'part' });
  }
}

/** Units, households and people of each part, at once, without asking the server. */
function showSums(change) {
  const rows = [...change.querySelectorAll('tr[data-unit]')].map((row) => ({
    part: row.querySelector('input:checked')?.value,
    households: Number(row.dataset.households),
    population: Number(row.dataset.population),
  }));
  const parts = [...change.querySelectorAll('[data-figures]')];
  const total = sums(rows, parts.map((part) => part.dataset.part));
  for (const part of parts) part.textContent = fill(part.dataset.text, total[part.dataset.part]);
}

for (const frame of document.querySelectorAll('[data-changes-editor]')) new Editor(frame);
