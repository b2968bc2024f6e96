// Where it is: a point is put on the map of a township's grids, and the grid in which it lies is chosen in a list.
import './lib/grid.css';
import { labelled } from './lib/labelled.mjs';

const PLACES = 5; // about a metre
const ROOM = 600; // pixels of width from which the names of the grids fit on the map
const ABOVE = 1000; // over the names

async function mount(element) {
  const [{ default: L }, { mountMap }, answer] = await Promise.all([import('leaflet'), import('./lib/grid_map.mjs'), fetch(element.dataset.pointMap)]);
  if (!answer.ok) return;
  const { units, grids } = await answer.json();
  if (!units.features.length) return;
  const { form } = element.querySelector('input');
  const list = form.elements[element.dataset.list];
  const [latitude, longitude] = ['latitude', 'longitude'].map((name) => element.querySelector(`input[name$=".${name}"]`));
  const said = element.parentElement.querySelector('[data-point-said]');
  const marked = labelled(units.features);
  const named = window.innerWidth >= ROOM;
  const icon = L.divIcon({ className: 'map-spot', iconSize: [20, 20] });
  let point = null;
  let of = null;

  const look = (unit) => ({
    pattern: unit.pattern,
    label: named && marked.has(unit.code) ? unit.grid_name.replace(/网格$/, '') : '',
    text: `${unit.name} · ${unit.grid ? unit.grid_name : element.dataset.free}`,
  });
  const { map } = mountMap(element, units, { look, pick, outlines: grids });

  function put(place) {
    point?.remove();
    point = place ? L.marker(place, { icon, interactive: false, keyboard: false, zIndexOffset: ABOVE }).addTo(map) : null;
    latitude.value = place ? place.lat.toFixed(PLACES) : '';
    longitude.value = place ? place.lng.toFixed(PLACES) : '';
  }

  function pick(unit, place) {
    const option = unit.grid && [...list.options].find((each) => each.value === unit.grid);
    of = option ? unit.grid : null;
    put(place ?? null);
    list.value = option ? option.value : '';
    said.textContent = (option ? element.dataset.found : element.dataset.nowhere).replace('{grid}', unit.grid_name).replace('{unit}', unit.name);
    list.dispatchEvent(new Event('change', { bubbles: true }));
  }

  // outside all units there is no grid: what was chosen before would no longer fit the point
  map.on('click', ({ originalEvent }) => {
    if (originalEvent.target.closest('path.leaflet-interactive')) return;
    of = null;
    put(null);
    list.value = '';
    said.textContent = element.dataset.nowhere.replace('{unit}', '');
    list.dispatchEvent(new Event('change', { bubbles: true }));
  });
  // whoever chooses another grid in the list has not meant the point
  list.addEventListener('change', () => {
    if (list.value === of || !point) return;
    put(null);
    said.textContent = '';
  });
  if (latitude.value && longitude.value) {
    of = list.value;
    put(L.latLng(Number(latitude.value), Number(longitude.value)));
  }
}

document.querySelectorAll('[data-point-map]').forEach(mount);
