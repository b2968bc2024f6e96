// The map inside one change of the editor: a click on a unit moves it to the next part, or ticks it.
import { mountMap } from './grid_map.mjs';
import { fill, nextPart } from './plan.mjs';

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
  const say = (unit, more) => [unit.name, fill(element.dataset.say, unit), more].filter(Boolean).join(' · ');
  const look = (unit) => (rows.has(unit.code) ? lookOf(controls(unit.code)) : { pattern: null, label: '', said: unit.grid_name, muted: true });
  const described = (unit) => { const seen = look(unit); return { ...seen, text: say(unit, seen.said) }; };
  const pick = (unit) => { if (rows.has(unit.code)) turn(controls(unit.code)); };
  return mountMap(element, collectionOf(features), { look: described, pick, fit: collectionOf(own) });
}

const collectionOf = (features) => ({ type: 'FeatureCollection', features });

function lookOf(controls) {
  const chosen = controls.find((control) => control.checked);
  if (!chosen) return { pattern: null, label: '', said: '' };
  if (chosen.type === 'checkbox') return { pattern: 0, label: '✓', said: '✓' };
  const number = Number(chosen.value);
  return { pattern: number % 8, label: String(number + 1), said: chosen.closest('label').querySelector('.visually-hidden').textContent };
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
