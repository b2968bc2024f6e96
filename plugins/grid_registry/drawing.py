"""Outlines drawn as SVG by the server: the map for people without JavaScript, and the one that is printed.

Longitude and latitude are put on paper by the equirectangular projection about the drawing's middle, which over a
township's few kilometres is off by far less than a line's width.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians
from typing import Any

WIDTH = 440.0
PATTERNS = 8
"""How many fill patterns `patterns.html` and `grid.css` define; neighbours in a list get different ones."""

Point = tuple[float, float]
Ring = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Shape:
    """One outline to draw. `label` is written on it, `title` is what a pointer or a screen reader gets."""

    geometry: Mapping[str, Any] | None
    label: str
    title: str
    pattern: int | None = None
    weight: str = "area"


@dataclass(frozen=True, slots=True)
class Outline:
    """A shape in the drawing's own units: SVG path data, and where its label goes."""

    path: str
    label: str
    title: str
    pattern: int | None
    weight: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to draw (WGS 84, in degrees), or one on a sheet, in the drawing's own units."""

    x: float
    y: float
    title: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes on one sheet, and places marked on them, in the units of its `viewBox`."""

    width: float
    height: float
    outlines: tuple[Outline, ...]
    spots: tuple[Spot, ...] = ()


def draw(
    shapes: Iterable[Shape], frame: Iterable[Mapping[str, Any] | None] = (), spots: Iterable[Spot] = ()
) -> Drawing | None:
    """Return the shapes on one sheet, or None when none of them has an outline.

    The sheet has room for the geometries of `frame` too: drawings of the same ground compare. `spots` are marked.
    """
    drawn, marked = [shape for shape in shapes if shape.geometry], list(spots)
    points = [point for geometry in [*(s.geometry for s in drawn), *frame] for point in _points(geometry)]
    points += [(spot.x, spot.y) for spot in marked]
    if not drawn or not points:
        return None
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    squeeze = cos(radians((south + north) / 2))
    scale = WIDTH / max((east - west) * squeeze, (north - south) * 0.75, 1e-9)

    def put(point: Sequence[float]) -> Point:
        return round((point[0] - west) * squeeze * scale, 1), round((north - point[1]) * scale, 1)

    size = put((east, south))
    on_sheet = tuple(Spot(*put((spot.x, spot.y)), spot.title) for spot in marked)
    return Drawing(size[0], size[1], tuple(_outline(shape, put) for shape in drawn), on_sheet)


def _outline(shape: Shape, put: Any) -> Outline:
    rings = [[put(point) for point in ring] for ring in _rings(shape.geometry)]
    path = "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in ring[:-1]) + "Z" for ring in rings)
    x, y = _middle(max(rings, key=lambda ring: abs(_area(ring))))
    return Outline(path, shape.label, shape.title, shape.pattern, shape.weight, round(x, 1), round(y, 1))


def _rings(geometry: Mapping[str, Any] | None) -> Iterator[Ring]:
    if not geometry:
        return
    if geometry["type"] == "Polygon":
        yield from geometry["coordinates"]
    elif geometry["type"] == "MultiPolygon":
        for polygon in geometry["coordinates"]:
            yield from polygon


def _points(geometry: Mapping[str, Any] | None) -> Iterator[Point]:
    for ring in _rings(geometry):
        for point in ring:
            yield point[0], point[1]


def _area(ring: Sequence[Point]) -> float:
    """Return twice the signed area (the shoelace formula)."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))


def _middle(ring: Sequence[Point]) -> Point:
    """Return the ring's centroid; the mean of its corners when it has no area."""
    twice = _area(ring)
    if abs(twice) < 1e-9:
        return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
    pairs = list(pairwise(ring))
    x = sum((x1 + x2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs)
    y = sum((y1 + y2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs)
    return x / (3 * twice), y / (3 * twice)
