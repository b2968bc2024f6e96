// Where a length is cut into pieces that fit on a sheet, so that nothing that belongs together is cut in two.
const LAP = 60; // what two pieces show both
const STEP = 10;
const SHORTEST = 0.5; // of the longest: a piece that ends earlier would waste a sheet
const AIR = 10;

/**
 * Return `[[from, to], …]`, none longer than `longest`, as few as that allows, and of about the same length.
 *
 * @param {[number, number][]} kept - the stretches that should be whole on a piece
 */
export function cuts(start, length, longest, kept) {
  const least = pieces(start, length, longest, kept);
  if (least.length === 1) return least;
  for (let even = Math.ceil(length / least.length); even < longest; even += STEP) {
    const found = pieces(start, length, even, kept);
    if (found.length === least.length && whole(found, kept) >= whole(least, kept)) return found;
  }
  return least;
}

/** Return how many of the stretches are whole on a piece. */
const whole = (found, kept) => kept.filter(([low, high]) => found.some(([from, to]) => from <= low && high <= to)).length;

function pieces(start, length, longest, kept) {
  const end = start + length;
  const found = [];
  let from = start;
  while (end - from > longest) {
    const to = bestEnd(from, from + longest, kept, longest);
    found.push([from, to]);
    const cut = kept.filter(([low, high]) => low < to && to < high).map(([low]) => low - AIR);
    from = Math.max(Math.min(to - LAP, ...cut), from + (longest * SHORTEST) / 2);
  }
  found.push([from, end]);
  return found;
}

/** Return the furthest end that cuts the fewest stretches. */
function bestEnd(from, furthest, kept, longest) {
  let best = furthest;
  let fewest = Infinity;
  for (let to = furthest; to > from + longest * SHORTEST; to -= STEP) {
    const count = kept.filter(([low, high]) => low - AIR < to && to < high + AIR).length;
    if (count < fewest) [best, fewest] = [to, count];
  }
  return best;
}
