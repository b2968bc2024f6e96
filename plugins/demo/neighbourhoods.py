"""The demo's four communities, all invented below the community: their units, and the grids they are to form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from plugins.demo.divisions import DATA
from plugins.demo.outlines import Area, outlines
from plugins.grid_registry.api import NewUnit

SOURCE = "演示数据（虚构）"


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """One township's part of the demo: its units, and the changes of its first division."""

    township: str
    units: tuple[NewUnit, ...]
    changes: tuple[dict[str, Any], ...]


def neighbourhoods(known_since: date) -> list[Neighbourhood]:
    """Return the demo's townships; `known_since` is the day from which the units are on record."""
    data = orjson.loads((DATA / "neighbourhoods.json").read_bytes())
    communities = {community["code"]: community for community in data["communities"]}
    return [
        _neighbourhood(township["code"], [communities[code] for code in township["communities"]], known_since)
        for township in data["townships"]
    ]


def _neighbourhood(township: str, communities: Sequence[dict[str, Any]], known_since: date) -> Neighbourhood:
    units: list[NewUnit] = []
    changes: list[dict[str, Any]] = []
    for community in communities:
        own = _units(community, known_since)
        units += own
        codes = iter(unit.code for unit in own)
        changes += [_change(community, grid, [next(codes) for _ in grid["units"]]) for grid in community["grids"]]
    return Neighbourhood(township, tuple(units), tuple(changes))


def _units(community: dict[str, Any], known_since: date) -> list[NewUnit]:
    rows = [unit for grid in community["grids"] for unit in grid["units"]]
    area = Area(community["west"], community["south"], community["width"], community["height"])
    return [
        NewUnit(
            code=f"{community['code']}-U{number:03d}",
            type=row["type"],
            institution=row.get("institution", ""),
            name=row["name"],
            address="",
            households=row["households"],
            population=row["population"],
            population_as_of=known_since,
            population_source=SOURCE,
            geometry=outline,
            synthetic=True,
            valid_from=known_since,
        )
        for number, (row, outline) in enumerate(zip(rows, outlines(area, len(rows)), strict=True), 1)
    ]


def _change(community: dict[str, Any], grid: dict[str, Any], unit_ids: list[str]) -> dict[str, Any]:
    return {
        "op": "create",
        "community": community["code"],
        "name": grid["name"],
        "kind": grid["kind"],
        "setting": community["setting"],
        "unit_ids": unit_ids,
        "justification": grid["justification"],
    }
