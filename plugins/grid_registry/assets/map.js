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
    text: `${unit.name} · ${fill(element.dataset.figures, unit)} · ${unit.grid ? `${unit.label} ${unit.grid_name}` : element.dataset.free}`,
  });
  mountMap(element, units, { look, pick: showInList, outlines: grids });
}

/** The codes of the units that bear their grid's label: of each grid the one nearest its middle. */
function labelled(features) {
  const groups = new Map();
  for (const feature of features) {
    if (!feature.properties.grid) continue;
    const ring = [feature.geometry.coordinates].flat(feature.geometry.type === 'Polygon' ? 1 : 2);
    const middle = [0, 1].map((axis) => ring.reduce((sum, point) => sum + point[axis], 0) / ring.length);
    groups.set(feature.properties.grid, [...(groups.get(feature.properties.grid) ?? []), { code: feature.properties.code, middle }]);
  }
  return new Set([...groups.values()].map((units) => {
    const centre = [0, 1].map((axis) => units.reduce((sum, unit) => sum + unit.middle[axis], 0) / units.length);
    const distance = ({ middle }) => (middle[0] - centre[0]) ** 2 + (middle[1] - centre[1]) ** 2;
    return units.reduce((best, unit) => (distance(unit) < distance(best) ? unit : best)).code;
  }));
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
