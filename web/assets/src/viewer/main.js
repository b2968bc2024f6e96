// The diagram of an instance with its tokens, read-only. Data comes in two ways: the diagram by a request, the tokens
// in an attribute of the part of the page that htmx replaces while the instance moves.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './viewer.css';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

const STATES = ['waiting', 'running', 'done', 'dead'];
const host = document.querySelector('[data-diagram]');
if (host) show(host);

async function show(host) {
  const viewer = new NavigatedViewer({ container: host.querySelector('[data-canvas]') });
  const names = readJson('diagramNames');
  viewer.on('import.parse.complete', ({ elementsById }) => translate(elementsById, names));
  const answer = await fetch(host.dataset.diagram);
  await viewer.importXML(await answer.text());
  const canvas = viewer.get('canvas');
  const fit = () => canvas.zoom('fit-viewport', 'auto');
  fit();
  const mark = () => markTokens(viewer, readJson('diagramTokens'));
  mark();
  host.querySelector('[data-zoom="in"]')?.addEventListener('click', () => canvas.zoom(canvas.zoom() * 1.25));
  host.querySelector('[data-zoom="out"]')?.addEventListener('click', () => canvas.zoom(canvas.zoom() / 1.25));
  host.querySelector('[data-zoom="fit"]')?.addEventListener('click', fit);
  document.body.addEventListener('htmx:afterSettle', mark);
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-element]');
    if (button) focusOn(viewer, button.dataset.element);
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

let overlays = [];

function markTokens(viewer, tokens) {
  const registry = viewer.get('elementRegistry');
  const canvas = viewer.get('canvas');
  overlays.forEach((id) => viewer.get('overlays').remove(id));
  overlays = [];
  registry.forEach((element) => STATES.forEach((state) => canvas.removeMarker(element.id, `token-${state}`)));
  for (const [id, { state, count, label }] of Object.entries(tokens)) {
    if (!registry.get(id)) continue;
    canvas.addMarker(id, `token-${state}`);
    if (count) overlays.push(badge(viewer, id, state, count, label));
  }
}

function badge(viewer, id, state, count, label) {
  const html = document.createElement('div');
  html.className = `token-badge token-badge-${state}`;
  html.textContent = state === 'dead' ? '!' : String(count);
  html.title = label;
  return viewer.get('overlays').add(id, { position: { top: -13, left: -13 }, html });
}

function focusOn(viewer, id) {
  const registry = viewer.get('elementRegistry');
  const canvas = viewer.get('canvas');
  registry.forEach((element) => canvas.removeMarker(element.id, 'in-focus'));
  if (!registry.get(id)) return;
  canvas.addMarker(id, 'in-focus');
  canvas.scrollToElement(id, 80);
}
