"""A proposal's before and after as shown: two drawings of the same ground, and the grids paired by their lineage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plugins.grid_registry.drawing import PATTERNS, Drawing, Shape, draw
from plugins.grid_registry.model import Difference, Grid, Proposal, ResultingGrid


@dataclass(frozen=True, slots=True)
class Before:
    """A grid as it is, the letter it has on the map, and the letters of what comes of it."""

    letter: str
    grid: Grid
    becomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class After:
    """A grid as it would be, the number it has on the map, and the letters of what it comes from."""

    letter: str
    grid: ResultingGrid
    comes_from: tuple[str, ...]
    created: bool


def difference_view(difference: Difference, proposal: Proposal) -> dict[str, Any]:
    """Return what the templates of the difference need: `before`, `after`, the two drawings, the plan's own words.

    Grids before are lettered A, B, C …, grids after numbered 1, 2, 3 …: the same on the maps and in the tables.
    """
    olds = [_letter(index) for index in range(len(difference.before_grids))]
    news = [str(index + 1) for index in range(len(difference.after_grids))]
    befores = [
        Before(olds[index], grid, tuple(news[new] for old, new in difference.lineage if old == index))
        for index, grid in enumerate(difference.before_grids)
    ]
    kept = {grid.code for grid in difference.before_grids}
    afters = [
        After(news[index], grid, tuple(olds[old] for old, new in difference.lineage if new == index), _new(grid, kept))
        for index, grid in enumerate(difference.after_grids)
    ]
    return {
        "difference": difference,
        "proposal": proposal,
        "plan": proposal.plan or {},
        "before": befores,
        "after": afters,
        "map_before": _drawing([(row.letter, row.grid) for row in befores], difference.after_grids),
        "map_after": _drawing([(row.letter, row.grid) for row in afters], difference.before_grids),
        "maps": {
            "before": _labelled(difference.before, olds),
            "after": _labelled(difference.after, news),
        },
    }


def _new(grid: ResultingGrid, kept: set[str]) -> bool:
    return grid.code is None or grid.code not in kept


def _letter(index: int) -> str:
    return chr(ord("A") + index) if index < 26 else f"A{index - 25}"


def _drawing(rows: Sequence[tuple[str, Any]], others: Sequence[Any]) -> Drawing | None:
    shapes = [
        Shape(grid.boundary, letter, f"{letter} {grid.name}", index % PATTERNS)
        for index, (letter, grid) in enumerate(rows)
    ]
    return draw(shapes, frame=[grid.boundary for grid in others])


def _labelled(collection: Mapping[str, Any], letters: Sequence[str]) -> dict[str, Any]:
    """Return the FeatureCollection with the letters and patterns that the drawings have, for the map in the browser."""
    features = [
        {**feature, "properties": {**feature["properties"], "label": letters[index], "pattern": index % PATTERNS}}
        for index, feature in enumerate(collection["features"])
    ]
    return {**collection, "features": features}
