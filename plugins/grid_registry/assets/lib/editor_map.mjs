// The map inside one change of the editor: a click on a unit moves it to the next part, or ticks it.
import { mountMap } from './grid_map.mjs';
import { nextPart } from './plan.mjs';

/** Mount the map of a fieldset with data-units; `collection` has all units of the township. */
export function mountUnitMap(fieldset, collection) {
  const element = fieldset.querySelector('[data-unit-map]');
  const rows = new Map([...fieldset.querySelectorAll('[data-unit]')].map((row) => [row.dataset.unit, row]));
  const own = collection.features.filter((feature) => rows.has(feature.properties.code));
  if (!own.length) return null;
  const communities = new Set(own.map((feature) => feature.properties.community));
  const features = collection.features.filter((feature) => communities.has(feature.properties.community));
  features.sort((a, b) => rows.has(a.properties.code) - rows.has(b.properties.code));
  element.hidden = false;
  fieldset.querySelector('[data-map-hint]')?.removeAttribute('hidden');
  const controls = (code) => [...rows.get(code).querySelectorAll('input')];
  const look = (unit) => (rows.has(unit.code) ? lookOf(unit, controls(unit.code)) : { pattern: null, label: '', text: unit.name, muted: true });
  const pick = (unit) => { if (rows.has(unit.code)) turn(controls(unit.code)); };
  return mountMap(element, collectionOf(features), { look, pick, fit: collectionOf(own) });
}

const collectionOf = (features) => ({ type: 'FeatureCollection', features });

function lookOf(unit, controls) {
  const chosen = controls.find((control) => control.checked);
  const said = chosen?.type === 'radio' ? chosen.closest('label').textContent.trim() : (chosen ? '✓' : '');
  if (chosen?.type === 'radio') return { pattern: Number(chosen.value) % 8, label: String(Number(chosen.value) + 1), text: `${unit.name} ${said}` };
  return { pattern: chosen ? 0 : null, label: chosen ? '✓' : '', text: `${unit.name} ${said}` };
}

/** Choose the next radio, or turn the tick over, as if the control itself had been used. */
function turn(controls) {
  const [first] = controls;
  if (first.type === 'checkbox') first.checked = !first.checked;
  else {
    const current = controls.find((control) => control.checked)?.value;
    const wanted = nextPart(controls.map((control) => control.value), current);
    controls.find((control) => control.value === wanted).checked = true;
  }
  const changed = controls.find((control) => control.checked) ?? first;
  changed.dispatchEvent(new Event('input', { bubbles: true }));
}
