"""Made-up outlines: a rectangle divided among units like fields, without gap or overlap. Nothing real is drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

DIGITS = 6
"""Of a degree: a tenth of a metre."""

UNEVEN = 0.16
"""How far a corner lies from where it would lie in an even field, as a share of the field."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle in WGS 84 degrees: its south-west corner and its size."""

    west: float
    south: float
    width: float
    height: float


Point = tuple[float, float]


def outlines(area: Area, count: int) -> list[dict[str, Any]]:
    """Return `count` GeoJSON polygons that divide the area; each borders on the one before it.

    The same area and count always give the same outlines.
    """
    rows = max(1, round(math.sqrt(count)))
    sizes = [count // rows + (row < count % rows) for row in range(rows)]
    dividers = [_dividers(row, size) for row, size in enumerate(sizes)]
    borders = [_border(row, dividers) for row in range(rows + 1)]
    fields: list[dict[str, Any]] = []
    for row, size in enumerate(sizes):
        drawn = [_field(area, dividers[row], borders[row], borders[row + 1], number) for number in range(size)]
        fields += drawn if row % 2 == 0 else drawn[::-1]  # to and fro, so that neighbours in the list are neighbours
    return fields


def _jitter(first: int, second: int, third: int) -> float:
    """Return a number from -1 to 1 that looks random and is always the same."""
    return math.sin(first * 12.9898 + second * 78.233 + third * 37.719) * math.cos(first * 4.1 + second + third)


def _dividers(row: int, size: int) -> list[Point]:
    """Return the ends of the lines that part the fields of a row: x on its lower and on its upper border, 0 to 1."""
    inner = [tuple((number + UNEVEN * _jitter(row, number, end)) / size for end in (1, 2)) for number in range(1, size)]
    return [(0.0, 0.0), *((lower, upper) for lower, upper in inner), (1.0, 1.0)]


def _border(row: int, dividers: Sequence[Sequence[Point]]) -> list[Point]:
    """Return the line between row - 1 and row, with a corner wherever a divider of either meets it."""
    rows = len(dividers)
    above = {lower for lower, _ in dividers[row]} if row < rows else set()
    below = {upper for _, upper in dividers[row - 1]} if row > 0 else set()
    return [(x, (row + _wave(x, row, rows)) / rows) for x in sorted(above | below)]


def _wave(x: float, row: int, rows: int) -> float:
    """Return how far a border strays from a straight line: smoothly, so that fields never cross; the outer ones not."""
    return 0.0 if row in (0, rows) else UNEVEN * math.sin(9.0 * x + 2.4 * row)


def _field(
    area: Area, dividers: Sequence[Point], lower: Sequence[Point], upper: Sequence[Point], number: int
) -> dict[str, Any]:
    (left_below, left_above), (right_below, right_above) = dividers[number], dividers[number + 1]
    below = [point for point in lower if left_below <= point[0] <= right_below]
    above = [point for point in upper if left_above <= point[0] <= right_above]
    ring = [*below, *above[::-1], below[0]]
    return {"type": "Polygon", "coordinates": [[_place(area, point) for point in ring]]}


def _place(area: Area, point: Point) -> list[float]:
    return [
        round(area.west + point[0] * area.width, DIGITS),
        round(area.south + point[1] * area.height, DIGITS),
    ]
