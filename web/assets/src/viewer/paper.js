import { sheetsOf } from './sheets.js';

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
    const { x, y, scale, inner } = canvas.viewbox();
    svg.setAttribute('viewBox', [inner.x - x, inner.y - y, inner.width, inner.height].map((length) => length * scale).join(' '));
    sheets?.remove();
    sheets = sheetsOf(svg, inner, hasLanes(canvas));
    if (sheets) (container.closest('.diagram-panel') ?? document.body.lastElementChild).after(sheets);
  });
  window.addEventListener('afterprint', () => {
    svg.removeAttribute('viewBox');
    sheets?.remove();
    sheets = null;
    if (before) canvas.viewbox(before);
    before = null;
  });
}

function hasLanes(canvas) {
  return canvas.getRootElement().children.some((each) => each.type === 'bpmn:Lane' || each.type === 'bpmn:Participant');
}
