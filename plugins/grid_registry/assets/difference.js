// Before and after as two maps that move together. Without this script the server's drawings stay.
import './lib/grid.css';

async function mount(figure) {
  const maps = JSON.parse(figure.querySelector('[data-maps]').textContent);
  const { mountMap } = await import('./lib/grid_map.mjs');
  const look = (grid) => ({ pattern: grid.pattern, label: grid.label, text: `${grid.label} ${grid.name}` });
  const mounted = [...figure.querySelectorAll('[data-map]')]
    .map((element) => [element, maps[element.dataset.map]])
    .filter(([, collection]) => collection.features.some((feature) => feature.geometry))
    .map(([element, collection]) => mountMap(element, collection, { look }).map);
  if (mounted.length < 2) return;
  const [before, after] = mounted;
  const follow = (leader, follower) => leader.on('move', () => {
    if (follower.moving) return;
    leader.moving = true;
    follower.setView(leader.getCenter(), leader.getZoom(), { animate: false });
    leader.moving = false;
  });
  follow(before, after);
  follow(after, before);
  after.setView(before.getCenter(), before.getZoom(), { animate: false });
}

document.querySelectorAll('[data-difference]').forEach(mount);
