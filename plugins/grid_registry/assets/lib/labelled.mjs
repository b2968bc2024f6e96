// Which units of a map bear the label of their grid.

/** The codes of the units that bear their grid's label: of each grid the largest, where there is room for it. */
export function labelled(features) {
  const largest = new Map();
  for (const { properties, geometry } of features) {
    const size = areaOf(geometry.type === 'Polygon' ? geometry.coordinates[0] : geometry.coordinates[0][0]);
    if (properties.grid && size > (largest.get(properties.grid)?.size ?? 0)) largest.set(properties.grid, { code: properties.code, size });
  }
  return new Set([...largest.values()].map((unit) => unit.code));
}

const areaOf = (ring) => Math.abs(ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i][0] * y - x * ring[i][1], 0));
