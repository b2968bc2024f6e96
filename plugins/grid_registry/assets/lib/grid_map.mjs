// A map without tiles: polygons with fill patterns and labels, which keyboard and screen reader can reach.
import 'leaflet/dist/leaflet.css';
import L from 'leaflet';

const THIN = { color: '#1f2328', weight: 1 };

/** The fill of a pattern number; none is white with a dashed border. */
export function fillOf(pattern) {
  const dashed = pattern === null || pattern === undefined;
  return { ...THIN, fillOpacity: 1, fillColor: dashed ? '#ffffff' : `url(#grid-pattern-${pattern})`, dashArray: dashed ? '4 3' : null };
}

/**
 * Mount a map of a FeatureCollection in an element.
 *
 * `look(properties)` gives {pattern, label, text, muted}; `pick(properties, place)` is called on click, Enter or Space,
 * with the place that was clicked, which a key has not.
 * `outlines` are drawn above, thick; the map shows what `fit` covers, by default everything.
 * Returns {refresh, map}: refresh asks `look` again for every polygon.
 */
export function mountMap(element, collection, { look, pick, outlines, fit }) {
  const holder = document.createElement('div');
  holder.className = 'map-live';
  element.append(holder);
  element.classList.add('is-live');
  const touch = window.matchMedia('(pointer: coarse)').matches;
  const map = L.map(holder, { attributionControl: false, zoomControl: false, zoomSnap: 0.25, scrollWheelZoom: false, dragging: !touch });
  L.control.zoom({ position: 'topright', zoomInTitle: element.dataset.zoomIn ?? '+', zoomOutTitle: element.dataset.zoomOut ?? '-' }).addTo(map);
  holder.setAttribute('role', 'region');
  holder.setAttribute('aria-label', element.dataset.region ?? '');
  const layer = L.geoJSON(collection, { style: (feature) => fillOf(look(feature.properties).pattern) });
  // the view first: paths have no element before the map has one
  const bounds = L.geoJSON(fit ?? collection).getBounds();
  const view = () => map.fitBounds(bounds, { padding: [14, 14], animate: false });
  let seen = holder.clientWidth > 0;
  // a page that opens on paper or in a closed part has no room for it yet: then the view is set when it is first seen
  if (seen) view();
  else map.setView(bounds.getCenter(), 14, { animate: false });
  layer.addTo(map);
  if (outlines) L.geoJSON(outlines, { interactive: false, style: { color: '#1f2328', weight: 3, fill: false } }).addTo(map);
  const caption = captionOf(element);
  const polygons = layer.getLayers();
  for (const polygon of polygons) prepare(polygon, pick, caption);
  const refresh = () => {
    polygons.forEach((polygon) => show(polygon, look(polygon.feature.properties)));
    caption.say();
  };
  refresh();
  new ResizeObserver(() => {
    if (!holder.clientWidth) return;
    map.invalidateSize({ animate: false });
    if (!seen) view();
    seen = true;
  }).observe(holder);
  return { refresh, map };
}

/** A line below the map that says what pointer or focus is on: a tooltip would hide half of a small map. */
function captionOf(element) {
  const line = document.createElement('p');
  line.className = 'map-caption';
  // screen readers have the same words as the polygon's own label
  line.setAttribute('aria-hidden', 'true');
  element.append(line);
  let active = null;
  const say = () => { line.textContent = active?.getAttribute('aria-label') ?? ''; };
  const follow = (path) => { active = path; say(); };
  return { say, follow };
}

function prepare(polygon, pick, caption) {
  const path = polygon.getElement();
  for (const event of ['focus', 'mouseenter']) path.addEventListener(event, () => caption.follow(path));
  if (!pick) return;
  path.setAttribute('tabindex', '0');
  path.setAttribute('role', 'button');
  polygon.on('click', ({ latlng }) => pick(polygon.feature.properties, latlng));
  path.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    pick(polygon.feature.properties);
  });
}

function show(polygon, { pattern, label, text, muted }) {
  polygon.setStyle(fillOf(pattern));
  const path = polygon.getElement();
  path.classList.toggle('is-muted', Boolean(muted));
  if (muted) ['tabindex', 'role'].forEach((name) => path.removeAttribute(name));
  path.setAttribute('aria-label', text);
  if (polygon.mark) polygon.mark.remove();
  polygon.mark = label ? mark(polygon, label) : null;
}

/** A label at a polygon's middle. */
function mark(polygon, label) {
  const text = document.createElement('span');
  text.textContent = label;
  const icon = L.divIcon({ className: 'map-label', html: text, iconSize: [24, 24] });
  return L.marker(polygon.getCenter(), { icon, interactive: false, keyboard: false }).addTo(polygon._map);
}
