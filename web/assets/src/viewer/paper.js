/** On paper the whole diagram, scaled to the sheet: before printing its width is not known, so the browser scales. */
export function printWhole(canvas) {
  const svg = canvas.getContainer().querySelector('svg');
  let before = null;
  window.addEventListener('beforeprint', () => {
    if (!canvas.getContainer().offsetParent) return; // in a tab that is not shown
    before ??= canvas.viewbox();
    canvas.zoom('fit-viewport', 'auto');
    const { x, y, scale, inner } = canvas.viewbox();
    svg.setAttribute('viewBox', [inner.x - x, inner.y - y, inner.width, inner.height].map((length) => length * scale).join(' '));
  });
  window.addEventListener('afterprint', () => {
    svg.removeAttribute('viewBox');
    if (before) canvas.viewbox(before);
    before = null;
  });
}
