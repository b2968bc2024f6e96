// The draft on the server: kept by itself three seconds after the last edit, one a person and process.
import { AWAY, call } from './calls.js';
import { moment, t } from './words.js';

const PAUSE = 3000; // ms
const AGAIN = 5000; // ms until the server is tried again

export class Draft {
  #waiting = null;
  #saving = null;

  constructor(studio) {
    this.studio = studio;
    this.state = studio.root.querySelector('[data-draft-state]');
    this.exists = Boolean(studio.bundle.draft);
    this.pending = false;
    window.addEventListener('online', () => { if (this.pending) this.save(); });
    window.addEventListener('beforeunload', (event) => {
      if (this.pending) event.preventDefault();
    });
  }

  /** Something was edited: keep it soon. */
  touch() {
    this.pending = true;
    this.state.textContent = t('有未保存的修改');
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.save(), PAUSE);
  }

  /** Keep it now. Two savings never run side by side: the later one must win. */
  async save() {
    clearTimeout(this.#waiting);
    while (this.#saving) await this.#saving;
    this.#saving = this.#save().finally(() => { this.#saving = null; });
    return this.#saving;
  }

  async #save() {
    await this.studio.gather();
    this.pending = false;
    const files = this.studio.files.changes();
    this.state.textContent = t('正在保存草稿…');
    try {
      if (Object.keys(files).length || !this.studio.version) await call('PUT', this.studio.url.draft, { files, base_version: this.studio.version });
      else if (this.exists) await call('DELETE', this.studio.url.draft);
      this.exists = Object.keys(files).length > 0;
      if (this.away) this.studio.findings.later(); // it could not be checked either
      this.away = false;
      if (!this.pending) this.state.textContent = this.exists ? t('草稿已保存 {at}', { at: moment(new Date()) }) : t('与现行版本相同');
    } catch (error) {
      this.pending = true;
      this.away = error.status === AWAY || error.status === 503;
      if (this.away) this.#waiting = setTimeout(() => this.save(), AGAIN);
      this.state.textContent = t('草稿没有保存：{reason}', { reason: error.message });
    }
  }

  async discard() {
    clearTimeout(this.#waiting);
    this.pending = false;
    await call('DELETE', this.studio.url.draft);
  }

  /** What was edited is deployed: nothing is left to keep. */
  settle() {
    clearTimeout(this.#waiting);
    this.pending = false;
    this.exists = false;
  }
}
