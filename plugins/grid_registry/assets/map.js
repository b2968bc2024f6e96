// The map of a township's grids: a unit says what it is, and leads to its grid in the list.
import './lib/grid.css';
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

/** The codes of the units that bear their grid's label: of each grid the largest, where there is room for it. */
function labelled(features) {
  const largest = new Map();
  for (const { properties, geometry } of features) {
    const size = areaOf(geometry.type === 'Polygon' ? geometry.coordinates[0] : geometry.coordinates[0][0]);
    if (properties.grid && size > (largest.get(properties.grid)?.size ?? 0)) largest.set(properties.grid, { code: properties.code, size });
  }
  return new Set([...largest.values()].map((unit) => unit.code));
}

const areaOf = (ring) => Math.abs(ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i][0] * y - x * ring[i][1], 0));

function showInList(unit) {
  const row = unit.grid && document.getElementById(`g-${unit.grid}`);
  if (!row) return;
  document.querySelectorAll('.grid-row.is-picked').forEach((other) => other.classList.remove('is-picked'));
  row.classList.add('is-picked');
  row.scrollIntoView({ block: 'center' });
  row.querySelector('a')?.focus({ preventScroll: true });
}

document.querySelectorAll('[data-grid-map]').forEach(mount);
