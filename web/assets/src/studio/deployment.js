// The dialog of a deployment: what is different, what was found, why; then what became of it.
import { call, newKey } from './calls.js';
import { moment, t } from './words.js';

const MARKS = { added: '新增', removed: '删去', changed: '修改', moved: '移动' };

export class Deployment {
  constructor(studio) {
    this.studio = studio;
    this.dialog = studio.root.querySelector('[data-deploy]');
    this.form = this.dialog.querySelector('form');
    this.differences = this.dialog.querySelector('[data-differences]');
    this.notice = this.dialog.querySelector('[data-notice]');
    this.done = this.dialog.querySelector('[data-done]');
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#deploy();
    });
  }

  async open() {
    await this.studio.gather();
    this.key = newKey();
    this.#tell('');
    this.form.hidden = false;
    this.done.hidden = true;
    this.differences.textContent = t('正在比较…');
    this.dialog.showModal();
    const body = this.#body();
    this.studio.findings.ask();
    try {
      const { elements, files } = await call('POST', this.studio.url.diff, body);
      this.#compare(elements, files);
    } catch (error) {
      this.differences.textContent = t('没有比较成：{reason}', { reason: error.message });
    }
  }

  #body() {
    return { files: this.studio.files.changes(), base_version: this.studio.version };
  }

  #compare(elements, files) {
    const others = files.filter(({ name }) => !name.endsWith('.bpmn'));
    if (!elements.length && !others.length) {
      this.differences.textContent = t('与现行版本没有差异。');
      return;
    }
    const rows = [...elements.map((each) => this.#element(each)), ...others.map((each) => row(each.change, each.name, []))];
    const list = document.createElement('ul');
    list.className = 'differences';
    list.append(...rows);
    this.differences.replaceChildren(list);
  }

  #element({ id, name, change, details }) {
    const told = (value) => (value === null || value === undefined || value === '' ? '—' : String(value));
    return row(change, name || id, (details ?? []).map(({ what, before, after }) => `${what}：${told(before)} → ${told(after)}`));
  }

  async #deploy() {
    const button = this.form.querySelector('[type=submit]');
    const reason = this.form.elements.reason.value.trim();
    button.disabled = true;
    this.#tell(t('正在检查并部署…'), 'status');
    try {
      const { version, url } = await call('POST', this.studio.url.deploy, { ...this.#body(), reason }, { key: this.key });
      this.studio.draft.settle();
      this.#succeeded(version, url);
    } catch (error) {
      this.key = newKey();
      this.#refused(error);
    } finally {
      button.disabled = false;
    }
  }

  #succeeded(version, url) {
    this.form.hidden = true;
    this.done.hidden = false;
    this.done.querySelector('[data-done-text]').textContent = t('已部署为第 {version} 版。新的案件按它办理，进行中的案件仍按原版本办理。', { version });
    this.done.querySelector('[data-done-link]').href = url;
    this.done.querySelector('[data-done-link]').focus();
    this.#tell('');
  }

  #refused(error) {
    if (error.problem?.code === 'version.superseded') {
      const { by, at, version } = error.problem;
      const who = t('{by}已于 {at} 部署第 {version} 版。', { by, at: moment(at), version });
      this.#tell([error.message, who, t('您的修改仍在草稿中。')].join('\n'));
      return this.notice.append(this.#choices(version));
    }
    if (error.problem?.findings) {
      this.studio.findings.show(error.problem.findings);
      const first = error.problem.findings.filter(({ severity }) => severity === 'error').slice(0, 5).map(({ message }) => message);
      return this.#tell([error.message, ...first].join('\n'));
    }
    return this.#tell(error.message || t('没有部署成，请再试一次。'));
  }

  #choices(version) {
    const box = Object.assign(document.createElement('div'), { className: 'studio-buttons' });
    for (const { label, act, stays } of this.studio.rebase.choices(version)) {
      const button = Object.assign(document.createElement('button'), { type: 'button', textContent: label, className: 'btn btn-sm btn-outline-secondary' });
      button.addEventListener('click', () => {
        if (!stays) this.dialog.close();
        act();
      });
      box.append(button);
    }
    return box;
  }

  #tell(text, kind = 'error') {
    this.notice.textContent = text;
    this.notice.hidden = !text;
    this.notice.className = `alert ${kind === 'error' ? 'alert-danger' : 'alert-info'}`;
  }
}

function row(change, name, details) {
  const item = document.createElement('li');
  const mark = document.createElement('span');
  mark.className = `difference difference-${change}`;
  mark.textContent = t(MARKS[change] ?? change);
  item.append(mark, ` ${name}`);
  if (details.length) {
    const list = document.createElement('ul');
    list.append(...details.map((text) => Object.assign(document.createElement('li'), { textContent: text })));
    item.append(list);
  }
  return item;
}
