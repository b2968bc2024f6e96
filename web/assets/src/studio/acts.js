// What the buttons and keys of the studio do.
import { blankText } from './files.js';
import { t } from './words.js';

export function attachActs(studio) {
  const acts = actsOf(studio);
  const act = (name) => acts[name] && Promise.resolve(acts[name]()).catch((error) => studio.say(error.message, 'error'));
  studio.root.addEventListener('click', ({ target }) => {
    const button = target.closest('[data-act]');
    if (!button) return;
    button.closest('details')?.removeAttribute('open');
    act(button.dataset.act);
  });
  studio.root.querySelector('[data-import]')?.addEventListener('change', ({ target }) => {
    if (target.files[0]) importDiagram(studio, target.files[0]).finally(() => { target.value = ''; });
  });
  studio.root.querySelector('[data-new-file] form')?.addEventListener('submit', (event) => newFile(studio, event));
  document.addEventListener('keydown', (event) => {
    const name = keyed(event);
    if (!name) return;
    event.preventDefault();
    act(name);
  });
}

function actsOf(studio) {
  const flushed = (act) => () => {
    studio.flush();
    return act();
  };
  const dialog = (name) => studio.root.querySelector(`[data-${name}]`);
  return {
    undo: () => studio.tabs.shown?.undo?.(),
    redo: () => studio.tabs.shown?.redo?.(),
    save: flushed(() => studio.draft?.save()),
    check: flushed(() => studio.findings?.ask()),
    fit: () => studio.tabs.shown?.fit?.(),
    deploy: flushed(() => studio.deployment?.open()),
    'download-bpmn': flushed(() => downloadText(studio)),
    'download-svg': () => downloadPicture(studio),
    import: () => dialog('import').click(),
    print: () => printOn('a4'),
    'print-a3': () => printOn('a3'),
    shortcuts: () => dialog('shortcuts').showModal(),
    'new-file': () => dialog('new-file').showModal(),
    'remove-file': () => removeFile(studio),
    discard: () => dialog('discard').showModal(),
    'discard-now': () => studio.draft.discard().then(leave(studio)),
    reload: leave(studio),
    close: () => studio.root.querySelector('dialog[open]')?.close(),
  };
}

function printOn(paper) {
  document.documentElement.dataset.paper = paper;
  window.print();
}

const leave = (studio) => () => (studio.version ? window.location.reload() : window.location.assign(studio.url.list));

function keyed(event) {
  const typing = event.target.closest?.('input, textarea, select, [contenteditable]');
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') return 'save';
  return event.key === '?' && !typing ? 'shortcuts' : null;
}

function download(name, text, type) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

async function downloadText(studio) {
  await studio.gather();
  const name = studio.tabs.current;
  download(name.split('/').at(-1), studio.files.text(name), name.endsWith('.bpmn') ? 'application/xml' : 'text/plain');
}

async function downloadPicture(studio) {
  const diagram = studio.tabs.diagram(studio.tabs.current);
  if (!diagram) return studio.say(t('请先打开一个流程图。'), 'error');
  return download(diagram.name.split('/').at(-1).replace(/\.bpmn$/, '.svg'), await diagram.picture(), 'image/svg+xml');
}

async function importDiagram(studio, file) {
  const diagram = studio.tabs.diagram(studio.tabs.current);
  if (!diagram) return studio.say(t('请先打开一个流程图。'), 'error');
  const before = studio.files.text(diagram.name);
  const text = await file.text();
  try {
    await diagram.load(text);
  } catch (error) {
    await diagram.load(before);
    return studio.say(t('“{file}”不是可以读取的流程图：{reason}', { file: file.name, reason: error.message }), 'error');
  }
  studio.files.set(diagram.name, text);
  studio.edited();
  return studio.say(t('已读入“{file}”，原来的图可以从“放弃草稿”取回。', { file: file.name }));
}

const ENDING = /\.(bpmn|dmn|form\.json|i18n\.json|feature)$|(^|\/)messages\.json$/;

function newFile(studio, event) {
  event.preventDefault();
  const { name } = event.target.elements;
  const wanted = name.value.trim();
  const refusal = !ENDING.test(wanted)
    ? t('文件名须以 .form.json、.dmn、.i18n.json、.feature 结尾，或者是 messages.json')
    : studio.files.text(wanted) !== null
      ? t('已有这个文件')
      : '';
  name.setCustomValidity(refusal);
  name.reportValidity();
  name.addEventListener('input', () => name.setCustomValidity(''), { once: true });
  if (refusal) return;
  event.target.closest('dialog').close();
  name.value = '';
  studio.files.set(wanted, blankText(wanted));
  studio.tabs.show(wanted);
}

function removeFile(studio) {
  const name = studio.tabs.current;
  const rest = studio.files.names().filter((other) => other !== name);
  if (!rest.some((other) => other.endsWith('.bpmn'))) return studio.say(t('流程至少要有一个流程图。'), 'error');
  const text = studio.files.text(name);
  studio.files.remove(name);
  studio.tabs.show(rest[0]);
  return studio.say(t('已删去“{file}”。', { file: name }), 'status', { label: t('恢复'), act: () => { studio.files.set(name, text); studio.tabs.show(name); } });
}
