// The diagram of an instance with its tokens, read-only. Data comes in two ways: the diagram by a request, the tokens
// in an attribute of the part of the page that htmx replaces while the instance moves.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './viewer.css';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { follow } from './live.js';
import { printWhole } from './paper.js';

const READABLE = 0.6; // below this scale the names of tasks cannot be read
const SHOWN = 0.75;
const MARGIN = 20;
const STATES = ['waiting', 'running', 'inside', 'done', 'dead'];
const host = document.querySelector('[data-diagram]');
if (host) show(host);
follow();

async function show(host) {
  const viewer = new NavigatedViewer({ container: host.querySelector('[data-canvas]') });
  const names = readJson('diagramNames');
  viewer.on('import.parse.complete', ({ elementsById }) => translate(elementsById, names));
  const answer = await fetch(host.dataset.diagram);
  await viewer.importXML(await answer.text());
  const canvas = viewer.get('canvas');
  const fit = () => canvas.zoom('fit-viewport', 'auto');
  const mark = () => markTokens(viewer, readJson('diagramTokens'), host.dataset.openLabel);
  mark();
  fit();
  if (canvas.zoom() < READABLE) showToken(viewer, readJson('diagramTokens'));
  printWhole(canvas);
  host.querySelector('[data-zoom="in"]')?.addEventListener('click', () => canvas.zoom(canvas.zoom() * 1.25));
  host.querySelector('[data-zoom="out"]')?.addEventListener('click', () => canvas.zoom(canvas.zoom() / 1.25));
  host.querySelector('[data-zoom="fit"]')?.addEventListener('click', fit);
  document.addEventListener('progress:changed', mark);
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-element]');
    if (!button) return;
    focusOn(viewer, button.dataset.element);
    focusLines(button.dataset.element, false);
    host.scrollIntoView({ block: 'nearest' });
  });
  viewer.on('element.click', ({ element }) => {
    focusOn(viewer, element.id);
    focusLines(element.id, true);
  });
  host.dataset.ready = 'true';
}

/** Return the JSON in an attribute: `diagramTokens` is data-diagram-tokens. */
function readJson(name) {
  const attribute = `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return JSON.parse(document.querySelector(`[${attribute}]`)?.dataset[name] ?? '{}');
}

function translate(elementsById, names) {
  for (const element of Object.values(elementsById ?? {})) {
    for (const attribute of ['name', 'text']) {
      const translation = names[element[attribute]];
      if (translation) element[attribute] = translation;
    }
  }
}

/** Of a diagram too large to read as a whole, show the part where something waits. */
function showToken(viewer, tokens) {
  const here = Object.keys(tokens).find((id) => tokens[id].state !== 'done' && viewer.get('elementRegistry').get(id));
  const canvas = viewer.get('canvas');
  if (!here) return;
  const { x, y, width, height } = viewer.get('elementRegistry').get(here);
  const { inner, outer } = canvas.viewbox();
  const view = { width: outer.width / SHOWN, height: outer.height / SHOWN };
  canvas.viewbox({
    x: within(x + width / 2 - view.width / 2, inner.x, inner.x + inner.width - view.width),
    y: within(y + height / 2 - view.height / 2, inner.y, inner.y + inner.height - view.height),
    ...view,
  });
}

/** Return the value, moved so that no empty margin is shown on either side. */
function within(value, low, high) {
  return Math.max(low - MARGIN, Math.min(value, high + MARGIN));
}

let overlays = [];

function markTokens(viewer, tokens, openLabel) {
  const registry = viewer.get('elementRegistry');
  const canvas = viewer.get('canvas');
  overlays.forEach((id) => viewer.get('overlays').remove(id));
  overlays = [];
  registry.forEach((element) => STATES.forEach((state) => canvas.removeMarker(element.id, `token-${state}`)));
  for (const [id, token] of Object.entries(tokens)) {
    if (!registry.get(id)) continue;
    canvas.addMarker(id, `token-${token.state}`);
    const put = (html, position) => overlays.push(viewer.get('overlays').add(id, { position, html }));
    const small = registry.get(id).width < 60; // beside an event, so that it stays seen itself
    if (token.count) put(badge(token), small ? { top: 24, left: 24 } : { top: -13, left: -13 });
    if (token.passed > 1) put(passes(token), { bottom: 11, right: 22 });
    if (token.href) put(opener(token.href, openLabel), { bottom: 24, left: 4 });
  }
}

/** What the tokens here do, in words, and how many they are. */
function badge({ state, count, word, label }) {
  const html = document.createElement('div');
  html.className = `token-badge token-badge-${state}`;
  html.textContent = count > 1 ? `${word} ${count}` : word;
  html.title = label;
  return html;
}

function passes({ passed, label }) {
  const html = document.createElement('div');
  html.className = 'token-passes';
  html.textContent = `×${passed}`;
  html.title = label;
  return html;
}

/** A link to the process that a call activity runs. */
function opener(href, label) {
  const html = document.createElement('a');
  html.className = 'token-open';
  html.href = href;
  html.textContent = '⤵';
  html.title = label;
  html.setAttribute('aria-label', label);
  return html;
}

/** Mark the lines of the history that are about an element; of a click on the diagram, go to the newest of them. */
function focusLines(id, go) {
  const lines = [...document.querySelectorAll('#history [data-of]')];
  lines.forEach((line) => line.classList.toggle('in-focus', line.dataset.of === id));
  if (go) lines.find((line) => line.dataset.of === id)?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
}

function focusOn(viewer, id) {
  const registry = viewer.get('elementRegistry');
  const canvas = viewer.get('canvas');
  registry.forEach((element) => canvas.removeMarker(element.id, 'in-focus'));
  if (!registry.get(id)) return;
  canvas.addMarker(id, 'in-focus');
  canvas.scrollToElement(id, 80);
}
