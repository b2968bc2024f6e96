import { sheetsOf, unframe } from './sheets.js';

/**
 * On paper the whole diagram, scaled to the sheet: before printing its width is not known, so the browser scales. One
 * that could not be read so is printed once more on several sheets, behind what encloses it.
 */
export function printWhole(canvas) {
  const container = canvas.getContainer();
  const svg = container.querySelector('svg');
  let before = null;
  let sheets = null;
  window.addEventListener('beforeprint', () => {
    if (!container.offsetParent) return; // in a tab that is not shown
    before ??= canvas.viewbox();
    canvas.zoom('fit-viewport', 'auto');
    const { x, y, scale, inner: tight } = canvas.viewbox();
    const inner = { x: tight.x - EDGE, y: tight.y - EDGE, width: tight.width + 2 * EDGE, height: tight.height + 2 * EDGE };
    svg.setAttribute('viewBox', [inner.x - x, inner.y - y, inner.width, inner.height].map((length) => length * scale).join(' '));
    sheets?.remove();
    unframe(svg);
    sheets = sheetsOf(svg, drawingOf(canvas, inner), document.documentElement.dataset.paper);
    if (sheets) (container.closest('.diagram-panel') ?? document.body.lastElementChild).after(sheets);
  });
  window.addEventListener('afterprint', () => {
    svg.removeAttribute('viewBox');
    unframe(svg);
    sheets?.remove();
    sheets = null;
    if (before) canvas.viewbox(before);
    before = null;
  });
}

const EDGE = 3; // room for the lines around everything
const LANE = 'bpmn:Lane';
const POOL = 'bpmn:Participant';

/** Return what `sheetsOf` wants to know of a diagram. */
function drawingOf(canvas, inner) {
  const root = canvas.getRootElement();
  const shapes = [...below(root)].filter((each) => !each.waypoints && !each.hidden);
  const ofType = (type) => shapes.filter((each) => each.type === type);
  const lanes = (ofType(LANE).length ? ofType(LANE) : ofType(POOL)).filter(({ children }) => !children.some(({ type }) => type === LANE));
  return {
    inner,
    title: root.businessObject.get('name') || (document.querySelector('h1')?.textContent.trim() ?? ''),
    nodes: shapes.filter(({ type, children }) => type !== LANE && type !== POOL && !children?.length).map(plain),
    lanes: lanes.map(plain),
  };
}

const plain = ({ x, y, width, height, businessObject }) => ({ x, y, width, height, name: businessObject?.get('name') ?? '' });

function* below(element) {
  for (const child of element.children ?? []) {
    yield child;
    yield* below(child);
  }
}
