// A large diagram on several sheets of paper, side by side and below each other, large enough to be read.
const SHEET = { width: 1040, height: 660 }; // A4 across without its margins and a line of words, in pixels of CSS
const READABLE = 0.72; // the scale at which the names of tasks are 6.5 points high
const LAP = 60; // what two sheets show both
const HEAD = 30; // width of the names of lanes, which each sheet repeats

/**
 * Return the sheets as an element to be put into the page, null for a diagram that one sheet is enough for.
 *
 * @param {SVGElement} svg - of the canvas
 * @param {{x: number, y: number, width: number, height: number}} inner - the box of all that is drawn
 * @param {boolean} lanes - whether there are lanes, whose names stand at its left
 */
export function sheetsOf(svg, inner, lanes) {
  const boxes = cut(inner);
  if (boxes.length === 1) return null;
  const sheets = document.createElement('div');
  sheets.className = 'sheets djs-parent';
  sheets.setAttribute('aria-hidden', 'true');
  boxes.forEach((box, number) => {
    const sheet = document.createElement('div');
    sheet.className = 'sheet';
    const words = document.createElement('p');
    words.textContent = `${number + 1} / ${boxes.length}`;
    const drawn = document.createElement('div');
    drawn.className = 'sheet-drawing';
    const repeated = lanes && box.x > inner.x;
    const scale = Math.min((SHEET.width - (repeated ? HEAD : 0)) / box.width, SHEET.height / box.height);
    if (repeated) drawn.append(piece(svg, { ...box, x: inner.x, width: HEAD }, scale));
    drawn.append(piece(svg, box, scale));
    sheet.append(words, drawn);
    sheets.append(sheet);
  });
  return sheets;
}

/** Return the boxes to print, row by row: as few as can be read. */
export function cut({ x, y, width, height }) {
  const columns = pieces(width, SHEET.width / READABLE);
  const rows = pieces(height, SHEET.height / READABLE);
  const across = part(width, columns);
  const down = part(height, rows);
  const boxes = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      boxes.push({ x: x + column * (across - LAP), y: y + row * (down - LAP), width: across, height: down });
    }
  }
  return boxes;
}

/** Return into how many pieces a length is cut, none longer than `longest`. */
function pieces(length, longest) {
  return length <= longest ? 1 : Math.ceil((length - LAP) / (longest - LAP));
}

function part(length, count) {
  return (length + (count - 1) * LAP) / count;
}

function piece(svg, { x, y, width, height }, scale) {
  const drawn = document.createElementNS(svg.namespaceURI, 'svg');
  drawn.setAttribute('viewBox', [x, y, width, height].join(' '));
  drawn.setAttribute('width', width * scale);
  drawn.setAttribute('height', height * scale);
  const all = svg.querySelector('.viewport').cloneNode(true);
  all.removeAttribute('transform');
  drawn.append(all);
  return drawn;
}
