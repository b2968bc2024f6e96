"""Where the demo's incidents happen: in units of its neighbourhoods, at points inside their outlines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import cos, hypot, radians
from random import Random
from typing import Any, Final

import orjson

from plugins.demo.divisions import DATA
from plugins.demo.neighbourhoods import neighbourhoods

ANY_DAY: Final = date(2026, 1, 1)
"""Outlines do not depend on the day from which units are on record."""
DEGREE: Final = 111_195.0
"""Metres of a degree of latitude."""
INWARDS: Final = 0.5
"""How far from the middle of a unit towards a corner its incidents lie at most."""


@dataclass(frozen=True, slots=True)
class Place:
    """A unit: its grid at the first division, and the how-manieth of the township's workers has that grid, from 0."""

    unit: str
    name: str
    township: str
    grid: str
    setting: str
    worker: int
    untrained: bool
    corners: tuple[tuple[float, float], ...]

    def point(self, random: Random) -> tuple[float, float]:
        """Return a latitude and a longitude inside of it."""
        middle = [sum(corner[axis] for corner in self.corners) / len(self.corners) for axis in (0, 1)]
        corner, share = random.choice(self.corners), random.uniform(0, INWARDS)
        longitude, latitude = (round(middle[axis] + (corner[axis] - middle[axis]) * share, 6) for axis in (0, 1))
        return latitude, longitude

    def suits(self, setting: str) -> bool:
        """Whether what happens in such a setting happens here; an institution has only what is its own."""
        institution = self.setting not in ("urban", "rural")
        return setting == self.setting or (setting == "any" and not institution)


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return about how far two points, latitude and longitude, are apart; good for some kilometres."""
    north = (one[0] - other[0]) * DEGREE
    east = (one[1] - other[1]) * DEGREE * cos(radians(one[0]))
    return hypot(north, east)


@cache
def places() -> tuple[Place, ...]:
    """Return all of them, by code."""
    corners = {
        unit.code: tuple((x, y) for x, y in (unit.geometry or {})["coordinates"][0][:-1])
        for each in neighbourhoods(ANY_DAY)
        for unit in each.units
    }
    data = orjson.loads((DATA / "neighbourhoods.json").read_bytes())
    staff = [row["township"] for row in orjson.loads((DATA / "workers.json").read_bytes())["workers"]]
    communities = {each["code"]: each for each in data["communities"]}
    return tuple(
        place
        for township in data["townships"]
        for place in _of_township(township, communities, staff.count(township["code"]), corners)
    )


def _of_township(
    township: dict[str, Any], communities: dict[str, Any], staff: int, corners: dict[str, Any]
) -> Sequence[Place]:
    """Return a township's places. Its grids go round among its workers by code; the last one is not trained."""
    found, position = [], 0
    for code in township["communities"]:
        community = communities[code]
        numbers: dict[str, int] = {}
        for grid in sorted(community["grids"], key=lambda each: each["kind"]):  # C before E, as in their codes
            numbers[grid["name"]] = position
            position += 1
        unit = 0
        for grid in community["grids"]:
            worker = numbers[grid["name"]] % staff
            for row in grid["units"]:
                unit += 1
                number, name = f"{code}-U{unit:03d}", row["name"].removesuffix("（示例）")
                setting = row.get("institution") or community["setting"]
                of_grid = (township["code"], grid["name"], setting, worker, worker == staff - 1)
                found.append(Place(number, name, *of_grid, corners[number]))
    return found
