"""Outlines: unions and overlaps of GeoJSON polygons in WGS 84. No registry, no figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import shapely
from shapely import STRtree
from shapely.geometry import Point, mapping, shape

from plugins.grid_registry.model import GeoJson

TOLERANCE = 1e-6
"""The share of the smaller outline that two may have in common through rounding (I6)."""


def union(outlines: Iterable[GeoJson | None]) -> dict[str, Any] | None:
    """Return the union as GeoJSON, or None when no outline is known."""
    shapes = [shape(outline) for outline in outlines if outline is not None]
    return dict(mapping(shapely.union_all(shapes))) if shapes else None


Bounds = tuple[float, float, float, float] | tuple[None, None, None, None]
"""West, south, east, north in degrees."""


def bounds(outline: GeoJson | None) -> Bounds:
    """Return the bounds of an outline, or nothing but None where none is known."""
    if outline is None:
        return None, None, None, None
    west, south, east, north = shape(outline).bounds
    return west, south, east, north


def contains(outline: GeoJson, latitude: float, longitude: float) -> bool:
    """Return whether a point lies in an outline or on its edge."""
    return bool(shape(outline).intersects(Point(longitude, latitude)))


def overlaps(outlines: Mapping[str, GeoJson | None]) -> list[tuple[str, str]]:
    """Return the pairs of keys whose outlines overlap by more than the tolerance, or lie one in another; sorted."""
    known = sorted((key, shape(outline)) for key, outline in outlines.items() if outline is not None)
    shapes = [each for _, each in known]
    first, second = STRtree(shapes).query(shapes, predicate="intersects")
    return [
        (known[a][0], known[b][0])
        for a, b in zip(first, second, strict=True)
        if a < b and shapes[a].intersection(shapes[b]).area > TOLERANCE * min(shapes[a].area, shapes[b].area)
    ]
