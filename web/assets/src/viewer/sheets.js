// A large diagram on several sheets of paper, side by side and below each other, large enough to be read.
import { cuts } from './cuts.js';

/** Paper across without its margins and a line of words, in pixels of CSS. */
const PAPERS = { a4: { width: 1046, height: 640 }, a3: { width: 1511, height: 960 } };
const READABLE = 2 / 3; // the scale at which the names of tasks are 6 points high
const HEAD = 30; // width of the names of lanes, which each sheet repeats
const NAMES = { size: 12, smallest: 8, least: 24 }; // px of the letters, at most and at least, and of a strip of a lane that gets its name
const SVG = 'http://www.w3.org/2000/svg';

/**
 * Return the sheets as an element to be put into the page, null for a diagram that one sheet is enough for.
 *
 * @param {SVGElement} svg - of the canvas
 * @param {{inner: Box, nodes: Box[], lanes: Box[], title: string}} drawing - the box of all that is drawn, the boxes that
 *   no sheet may cut, the lanes with their names; `Box` is `{x, y, width, height, name}`
 * @param {string} paper - `a4` or `a3`
 */
export function sheetsOf(svg, drawing, paper = 'a4') {
  const size = PAPERS[paper] ?? PAPERS.a4;
  const boxes = boxesOf(drawing, size);
  if (boxes.length < 2) return null;
  const made = document.createElement('div');
  made.className = 'sheets djs-parent';
  made.setAttribute('aria-hidden', 'true');
  const whole = svg.querySelector('.viewport').cloneNode(true);
  whole.removeAttribute('transform');
  boxes.forEach((box, index) => made.append(sheet(whole, drawing, boxes, index, size)));
  frame(svg, boxes, drawing.inner);
  return made;
}

/** Take what `sheetsOf` has drawn on the whole diagram away again. */
export function unframe(svg) {
  svg.querySelector('.sheet-frames')?.remove();
}

/** Return the boxes to print, row by row: as few as can be read, and none that is empty. */
export function boxesOf({ inner, nodes, lanes }, size) {
  const head = lanes.length ? HEAD : 0;
  const columns = cuts(inner.x, inner.width, size.width / READABLE - head, nodes.map(({ x, width }) => [x, x + width]));
  const rows = cuts(inner.y, inner.height, size.height / READABLE, nodes.map(({ y, height }) => [y, y + height]));
  const all = rows.flatMap(([top, bottom]) => columns.map(([left, right]) => ({ x: left, y: top, width: right - left, height: bottom - top })));
  return all.filter((box) => nodes.some((node) => meet(node, box)));
}

const meet = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

function sheet(whole, drawing, boxes, index, size) {
  const { inner, lanes, title } = drawing;
  const box = boxes[index];
  const repeated = lanes.length && box.x > inner.x ? HEAD : 0;
  const left = box.x - repeated;
  const scale = Math.min(size.width / (box.width + repeated), size.height / box.height, 1);
  const made = document.createElement('div');
  made.className = 'sheet';
  const words = document.createElement('p');
  words.append(`${title}　${index + 1} / ${boxes.length}`, keyOf(boxes, index, inner));
  const drawn = element('svg', {
    class: 'sheet-drawing', viewBox: [left, box.y, box.width + repeated, box.height].join(' '),
    width: (box.width + repeated) * scale, height: box.height * scale,
  });
  const piece = element('svg', { ...box, viewBox: [box.x, box.y, box.width, box.height].join(' ') });
  piece.append(whole.cloneNode(true));
  drawn.append(piece, ...lanes.flatMap((lane) => laneName(lane, box, repeated ? left : lane.x)));
  made.append(words, drawn);
  return made;
}

/** Return the name of a lane beside the strip of it that a sheet shows, in as many lines as that takes. */
function laneName(lane, box, x) {
  const top = Math.max(lane.y, box.y);
  const height = Math.min(lane.y + lane.height, box.y + box.height) - top;
  if (height < NAMES.least) return [];
  const { size, lines } = fitted(lane.name, height - 4);
  const made = element('g', { transform: `translate(${x + HEAD / 2} ${top + height / 2}) rotate(-90)` });
  lines.forEach((line, index) => {
    const text = element('text', {
      y: (index - (lines.length - 1) / 2) * size * 1.1, 'font-size': size, 'font-family': 'Arial, sans-serif',
      'text-anchor': 'middle', 'dominant-baseline': 'central', fill: '#000',
    });
    text.textContent = line;
    made.append(text);
  });
  return [element('rect', { x, y: top, width: HEAD, height, fill: '#fff', stroke: '#000' }), made];
}

/** Return the largest letters with which a name fits into a strip, and its lines. */
function fitted(name, height) {
  for (let size = NAMES.size; ; size -= 1) {
    const lines = broken(name, height / size);
    if (size === NAMES.smallest || lines.length * size * 1.1 <= HEAD) return { size, lines };
  }
}

/** Break a name into lines of a length in em. */
function broken(name, length) {
  const lines = [''];
  let used = 0;
  for (const letter of name) {
    const wide = letter > '\u2e7f' ? 1 : 0.55;
    if (used + wide > length && used) {
      lines.push('');
      used = 0;
    }
    lines[lines.length - 1] += letter;
    used += wide;
  }
  return lines;
}

/** A small picture of all sheets with this one marked: where one is, and what is beside it. */
function keyOf(boxes, index, inner) {
  const height = 34;
  const made = element('svg', {
    class: 'sheet-key', viewBox: [inner.x, inner.y, inner.width, inner.height].join(' '), height, width: (height * inner.width) / inner.height,
  });
  const unit = inner.height / height;
  boxes.forEach((box, number) => {
    const here = number === index;
    made.append(element('rect', { ...box, fill: here ? '#0b3f86' : '#fff', stroke: '#000', 'stroke-width': unit }));
    made.append(numbered(box, number, 13 * unit, here ? '#fff' : '#000'));
  });
  return made;
}

/** Show on the whole diagram which sheet has what. */
function frame(svg, boxes, inner) {
  const unit = Math.max(inner.width / PAPERS.a4.width, inner.height / PAPERS.a4.height);
  const frames = element('g', { class: 'sheet-frames', opacity: 0.75 });
  boxes.forEach((box, number) => {
    frames.append(element('rect', { ...box, fill: 'none', stroke: '#0b3f86', 'stroke-width': unit, 'stroke-dasharray': `${6 * unit} ${4 * unit}` }));
    const corner = { x: box.x + box.width - 44 * unit, y: box.y + 4 * unit, width: 40 * unit, height: 26 * unit };
    frames.append(element('rect', { ...corner, fill: '#fff', stroke: '#0b3f86', 'stroke-width': unit, rx: 4 * unit }));
    frames.append(numbered(corner, number, 18 * unit, '#0b3f86'));
  });
  svg.querySelector('.viewport').append(frames);
}

function numbered(box, number, size, fill) {
  const text = element('text', {
    x: box.x + box.width / 2, y: box.y + box.height / 2, fill, 'font-size': size, 'font-weight': 600, 'font-family': 'Arial, sans-serif',
    'text-anchor': 'middle', 'dominant-baseline': 'central',
  });
  text.textContent = String(number + 1);
  return text;
}

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}
