// Two versions of a diagram beside each other: what was added, removed, changed or moved is marked, in words too.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './viewer.css';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { printWhole } from './paper.js';

const READABLE = 0.7; // at this scale the names of tasks can be read
const SHOWN = { old: ['removed', 'changed', 'moved'], new: ['added', 'changed', 'moved'] };

for (const host of document.querySelectorAll('[data-compare]')) compare(host);

async function compare(host) {
  const { file, oldUrl, newUrl } = host.dataset;
  const changes = JSON.parse(host.dataset.changes);
  const words = JSON.parse(host.dataset.words);
  const sides = await Promise.all([side(host, 'old', oldUrl, file), side(host, 'new', newUrl, file)]);
  for (const [name, viewer] of sides) {
    if (!viewer) continue;
    for (const { id, change } of changes) if (SHOWN[name].includes(change)) mark(viewer, id, change, words[change]);
  }
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-change-of]');
    if (!button) return;
    for (const [, viewer] of sides) if (viewer) focusOn(viewer, button.dataset.changeOf);
    host.scrollIntoView({ block: 'nearest' });
  });
  host.dataset.ready = 'true';
}

/** Draw one version; a file that it does not have leaves the place empty. */
async function side(host, name, url, file) {
  const bundle = await (await fetch(url, { headers: { Accept: 'application/json' } })).json();
  const found = bundle.files.find((each) => each.name === file);
  if (!found) return [name, null];
  const viewer = new NavigatedViewer({ container: host.querySelector(`[data-canvas="${name}"]`) });
  await viewer.importXML(found.text);
  viewer.get('canvas').zoom('fit-viewport', 'auto');
  printWhole(viewer.get('canvas'));
  return [name, viewer];
}

function mark(viewer, id, change, word) {
  const element = drawn(viewer, id);
  if (!element) return;
  viewer.get('canvas').addMarker(id, `change-${change}`);
  if (element.waypoints) return;
  const html = document.createElement('div');
  html.className = `change-badge change-badge-${change}`;
  html.textContent = word;
  viewer.get('overlays').add(id, { position: { top: -12, left: -8 }, html });
}

function focusOn(viewer, id) {
  viewer.get('elementRegistry').forEach((element) => viewer.get('canvas').removeMarker(element.id, 'in-focus'));
  if (!drawn(viewer, id)) return;
  const canvas = viewer.get('canvas');
  canvas.addMarker(id, 'in-focus');
  if (canvas.zoom() < READABLE) canvas.zoom(READABLE);
  canvas.scrollToElement(id, 80);
}

/** Return the shape of an element; the diagram's own ground is none. */
function drawn(viewer, id) {
  const element = viewer.get('elementRegistry').get(id);
  return element?.parent ? element : null;
}
