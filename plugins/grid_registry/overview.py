"""A township's picture arranged for reading: communities, their grids with number, units and verdict. No HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plugins.grid_registry.drawing import PATTERNS, Drawing, Shape, draw
from plugins.grid_registry.model import Community, Grid, GridDetail, TownshipPicture, Unit, Verdict


@dataclass(frozen=True, slots=True)
class GridRow:
    """A grid with its units. `label` and `pattern` are the same on the map and in the table."""

    grid: Grid
    label: str
    pattern: int
    units: tuple[Unit, ...]
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class CommunityRows:
    """A community with its grids, and its units that are in none."""

    community: Community
    grids: tuple[GridRow, ...]
    free: tuple[Unit, ...]

    @property
    def households(self) -> int:
        """Households of all its units."""
        return sum(unit.households for unit in self._units())

    @property
    def population(self) -> int:
        """People of all its units."""
        return sum(unit.population for unit in self._units())

    def _units(self) -> list[Unit]:
        return [*(unit for row in self.grids for unit in row.units), *self.free]


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page of a township shows."""

    picture: TownshipPicture
    communities: tuple[CommunityRows, ...]
    drawing: Drawing | None

    @property
    def empty(self) -> bool:
        """Whether the township has neither units nor grids."""
        return not self.picture.units and not self.picture.grids


def overview_of(picture: TownshipPicture, verdicts: Mapping[str, Verdict]) -> Overview:
    """Return the picture by community; grids are numbered 1, 2, 3 … through the township, in the order of codes."""
    units = {unit.code: unit for unit in picture.units}
    grids = sorted((grid for grid in picture.grids if grid.status == "active"), key=lambda grid: grid.code)
    rows = [
        GridRow(
            grid=grid,
            label=str(number + 1),
            pattern=number % PATTERNS,
            units=tuple(units[code] for code in grid.unit_codes if code in units),
            verdict=verdicts.get(grid.code),
        )
        for number, grid in enumerate(grids)
    ]
    communities = tuple(_community(community, picture, rows) for community in picture.communities)
    with_content = tuple(entry for entry in communities if entry.grids or entry.free)
    return Overview(picture, with_content, _drawing(picture, rows))


def unit_collection(shown: Overview) -> dict[str, Any]:
    """Return the units as a GeoJSON FeatureCollection; properties carry what the map writes and says of each."""
    features = [
        _feature(unit, row) for entry in shown.communities for row in entry.grids for unit in row.units if unit.geometry
    ]
    features += [_feature(unit, None) for entry in shown.communities for unit in entry.free if unit.geometry]
    return {"type": "FeatureCollection", "features": features}


def outline_collection(shown: Overview) -> dict[str, Any]:
    """Return the grids' outlines as a GeoJSON FeatureCollection."""
    rows = [row for entry in shown.communities for row in entry.grids if row.grid.boundary]
    features = [
        {"type": "Feature", "geometry": row.grid.boundary, "properties": {"code": row.grid.code}} for row in rows
    ]
    return {"type": "FeatureCollection", "features": features}


def grid_drawing(detail: GridDetail) -> Drawing | None:
    """Return one grid with its units numbered in the order of their list."""
    lines = [Shape(unit.geometry, str(n + 1), unit.name, None, "line") for n, unit in enumerate(detail.units)]
    return draw([Shape(detail.grid.boundary, "", detail.grid.name, 0), *lines])


def _community(community: Community, picture: TownshipPicture, rows: list[GridRow]) -> CommunityRows:
    return CommunityRows(
        community,
        tuple(row for row in rows if row.grid.community == community.code),
        tuple(unit for unit in picture.units if unit.community == community.code and unit.grid is None),
    )


def _drawing(picture: TownshipPicture, rows: list[GridRow]) -> Drawing | None:
    grids = [Shape(row.grid.boundary, row.label, f"{row.label} {row.grid.name}", row.pattern) for row in rows]
    lines = [Shape(unit.geometry, "", unit.name, None, "line") for unit in picture.units if unit.grid]
    free = [Shape(unit.geometry, "", unit.name, None, "thin") for unit in picture.units if not unit.grid]
    return draw([*grids, *lines, *free])


def _feature(unit: Unit, row: GridRow | None) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": unit.geometry,
        "properties": {
            "code": unit.code,
            "name": unit.name,
            "community": unit.community,
            "households": unit.households,
            "population": unit.population,
            "grid": row.grid.code if row else None,
            "grid_name": row.grid.name if row else None,
            "label": row.label if row else "",
            "pattern": row.pattern if row else None,
        },
    }
