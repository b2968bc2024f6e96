// The designer's page: a process on the drawing board, with its other files, what the server finds, a draft, a deployment.
import './studio.css';
import { attachActs } from './acts.js';
import { call } from './calls.js';
import { Deployment } from './deployment.js';
import { Draft } from './draft.js';
import { Files } from './files.js';
import { Findings } from './findings.js';
import { Palette } from './palette.js';
import { filesOf, Rebase } from './rebase.js';
import { Tabs } from './tabs.js';
import { missing, moment, t } from './words.js';

const PHONE = '(max-width: 767px)';

class Studio {
  constructor(root, bundle, offered) {
    this.root = root;
    this.bundle = bundle;
    this.version = bundle.version;
    this.url = Object.fromEntries(['bundle', 'palette', 'check', 'draft', 'deploy', 'diff', 'rebase', 'compare', 'list'].map((name) => [name, root.dataset[`${name}Url`]]));
    this.files = new Files(bundle);
    this.palette = new Palette(offered, this.files);
    /** Where properties are shown; null when the page is for looking only. */
    this.panel = this.readonly ? null : root.querySelector('[data-panel]');
    this.tabs = new Tabs(this);
    if (!this.readonly) {
      this.findings = new Findings(this);
      this.draft = new Draft(this);
      this.deployment = new Deployment(this);
      this.rebase = new Rebase(this);
      this.files.onChange(() => this.edited());
    }
  }

  get readonly() {
    return this.bundle.readonly || window.matchMedia(PHONE).matches;
  }

  start() {
    this.root.classList.toggle('is-readonly', this.readonly);
    this.root.style.setProperty('--studio-top', `${this.root.offsetTop}px`);
    attachActs(this);
    const asked = new URLSearchParams(window.location.search).get('file');
    const [first] = this.files.named('.bpmn').sort((a, b) => this.#weight(b) - this.#weight(a));
    this.tabs.show(this.files.text(asked ?? '') === null ? (first ?? this.files.names()[0]) : asked);
    if (!this.readonly && this.bundle.draft) this.#tellOfDraft();
  }

  /** The diagram of the process itself comes before those it calls. */
  #weight(name) {
    return new RegExp(`<(?:[\\w.-]+:)?process[^>]*\\bid="${this.bundle.key}"`).test(this.files.text(name)) ? 1 : 0;
  }

  #tellOfDraft() {
    const { saved_at: saved, base_version: base } = this.bundle.draft;
    this.draft.state.textContent = t('草稿已保存 {at}', { at: moment(saved) });
    if (base < this.version) this.rebase.offer(saved, base);
    else this.say(t('已打开您 {at} 的草稿。', { at: moment(saved) }));
  }

  /** A diagram was edited. */
  touched() {
    this.showState();
    this.edited();
  }

  edited() {
    this.draft?.touch();
    this.findings?.later();
  }

  /** A diagram is open: what was found belongs at its elements. */
  opened() {
    this.showState();
    this.root.dataset.ready = 'true';
    if (this.findings?.all.length) this.findings.mark();
    else this.findings?.ask();
  }

  /** Have what is being typed handed over: fields wait a moment, or until they lose the focus. */
  flush() {
    const field = document.activeElement;
    if (!field?.closest('[data-panel], .djs-direct-editing-parent')) return;
    field.blur();
    if (field.isConnected) field.focus({ preventScroll: true });
  }

  /** Have what is drawn in the files. */
  async gather() {
    for (const diagram of this.tabs.diagrams) await diagram.gather();
  }

  showState() {
    const { undo = false, redo = false } = this.tabs.shown?.can ?? {};
    for (const [act, can] of Object.entries({ undo, redo })) {
      const button = this.root.querySelector(`[data-act=${act}]`);
      if (button) button.disabled = !can;
    }
  }

  /** Say something in words; each of `offers` is a thing that can be done about it: `{label, act}`. */
  say(text, kind = 'status', ...offers) {
    const bar = this.root.querySelector('[data-say]');
    bar.className = `studio-say studio-say-${kind}`;
    bar.replaceChildren(text);
    const button = (label, act, stays) => {
      const made = Object.assign(document.createElement('button'), { type: 'button', textContent: label, className: 'btn btn-sm btn-outline-secondary' });
      made.addEventListener('click', () => { bar.hidden = !stays; act(); });
      bar.append(made);
    };
    for (const { label, act, stays } of offers) button(label, act, stays);
    button(t('知道了'), () => {});
    bar.hidden = false;
  }
}

async function open(root) {
  const [bundle, offered] = await Promise.all([call('GET', root.dataset.bundleUrl), call('GET', root.dataset.paletteUrl)]);
  const base = bundle.draft?.base_version ?? bundle.version;
  if (base < bundle.version) bundle.files = await filesOf(root.dataset.bundleUrl, base); // a draft belongs to what it began with
  const studio = new Studio(root, bundle, offered);
  // for the tests: the open parts, and the words that have no translation yet
  root.studio = studio;
  root.missingWords = missing;
  studio.start();
}

const root = document.getElementById('studio');
open(root).catch((error) => {
  const bar = root.querySelector('[data-say]');
  bar.textContent = t('没有打开成：{reason}', { reason: error.message });
  bar.className = 'studio-say studio-say-error';
  bar.hidden = false;
});
