// The map of a township's grids: a unit says what it is, and leads to its grid in the list.
import './lib/grid.css';
import { labelled } from './lib/labelled.mjs';
import { fill } from './lib/plan.mjs';

async function mount(element) {
  const [{ mountMap }, answer] = await Promise.all([import('./lib/grid_map.mjs'), fetch(element.dataset.gridMap)]);
  if (!answer.ok) return;
  const { units, grids } = await answer.json();
  if (!units.features.length) return;
  const marked = labelled(units.features);
  const look = (unit) => ({
    pattern: unit.pattern,
    label: marked.has(unit.code) ? unit.label : '',
    text: `${unit.name} · ${fill(element.dataset.say, unit)} · ${unit.grid ? `${unit.label} ${unit.grid_name}` : element.dataset.free}`,
  });
  mountMap(element, units, { look, pick: showInList, outlines: grids });
}

function showInList(unit) {
  const row = unit.grid && document.getElementById(`g-${unit.grid}`);
  if (!row) return;
  document.querySelectorAll('.grid-row.is-picked').forEach((other) => other.classList.remove('is-picked'));
  row.classList.add('is-picked');
  row.scrollIntoView({ block: 'center' });
  row.querySelector('a')?.focus({ preventScroll: true });
}

document.querySelectorAll('[data-grid-map]').forEach(mount);
