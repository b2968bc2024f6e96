// Somebody else deployed meanwhile: compare, and go on from the new version with one's own changes on it.
import { call } from './calls.js';
import { moment, t } from './words.js';

/** Return the files of a version; 0 is what there was before the first. */
export async function filesOf(url, version) {
  return version ? (await call('GET', `${url}?version=${version}`)).files : [];
}

export class Rebase {
  constructor(studio) {
    this.studio = studio;
  }

  /** Tell that a draft belongs to an older version, and what can be done. */
  offer(saved, base) {
    const { studio } = this;
    const newest = studio.version;
    studio.version = base;
    this.#showVersion();
    const text = t('这是您 {at} 的草稿，它从第 {base} 版改起；此后已部署第 {version} 版。', { at: moment(saved), base, version: newest });
    studio.say(text, 'error', ...this.choices(newest));
  }

  /** What can be done about a version that somebody else deployed. */
  choices(newest) {
    const { studio } = this;
    const compare = { label: t('比较'), act: () => window.open(`${studio.url.compare}?old=${studio.version}&new=${newest}`, '_blank', 'noopener'), stays: true };
    const go = { label: t('在新版本上继续'), act: () => this.go().catch((error) => studio.say(error.message, 'error', go)) };
    return studio.version ? [compare, go] : [go];
  }

  /** Put what was changed onto the newest version. What was before can be had back until the page is left. */
  async go() {
    const { studio } = this;
    studio.flush();
    await studio.gather();
    const before = { version: studio.version, files: studio.files.changes(), deployed: studio.files.deployed() };
    const { version, files, findings } = await call('POST', studio.url.rebase, { files: before.files, base_version: before.version });
    const deployed = await filesOf(studio.url.bundle, version);
    studio.findings.stand(findings);
    this.#begin({ version, files, deployed });
    const text = findings.length
      ? t('您的修改已放到第 {version} 版上。有 {count} 处两人都改了，保留了您的，请在下面逐一核对。', { version, count: findings.length })
      : t('您的修改已放到第 {version} 版上，与对方的没有冲突。', { version });
    const back = () => {
      studio.findings.stand([]);
      this.#begin(before);
      studio.say(t('已退回：草稿仍从第 {version} 版改起。', { version: before.version }), 'status', ...this.choices(version));
    };
    studio.say(text, findings.length ? 'error' : 'status', { label: t('退回原来的草稿'), act: back });
  }

  #begin({ version, files, deployed }) {
    const { studio } = this;
    studio.version = version;
    studio.files.restart(deployed, files);
    studio.tabs.reopen();
    this.#showVersion();
    studio.draft.save();
  }

  #showVersion() {
    const { version, root } = this.studio;
    root.querySelector('[data-version-shown]').textContent = version ? t('第 {version} 版', { version }) : t('新流程');
  }
}
