"""How the bureau patrols a grid: how often a day, and how long a round takes. A pure rule, without the host.

The bureau patrols the grids that there are. It draws none of its own, nor patrol zones across them (R32, R33).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

HOUSEHOLDS_A_ROUND = 300
"""One round a day for each 300 households begun: the size of an urban grid in the regulation."""

ROUNDS_EXCLUSIVE = 2
"""An exclusive grid (a school, a hospital, an enterprise) is walked when it opens and when it closes."""

APPROACH = 10
"""Minutes to the grid and back."""

MINUTES_A_UNIT = {"urban": 5, "rural": 12}
"""Minutes to walk one unit of the grid; in the country there is a way between the hamlets."""

HOUSEHOLDS_A_MINUTE = 30
"""Households whose street front is looked over in one minute."""


@dataclass(frozen=True, slots=True)
class Route:
    """The patrol of one grid.

    Attributes:
        grid: the grid's code.
        patrol: the route's code, `UMB-` and the grid's.
        rounds: how often a day.
        minutes: of all rounds of a day together.
        stops: names of the grid's units in the order they are walked.
    """

    grid: str
    patrol: str
    rounds: int
    minutes: int
    stops: tuple[str, ...]


def plan_route(grid: Mapping[str, Any]) -> Route:
    """Return the patrol of a grid as the registry describes it: code, kind, setting, households, units."""
    stops: Sequence[str] = grid["units"]
    rounds = _rounds(grid["kind"], grid["households"])
    walk = len(stops) * MINUTES_A_UNIT[grid["setting"]] + ceil(grid["households"] / HOUSEHOLDS_A_MINUTE)
    return Route(grid["code"], f"UMB-{grid['code']}", rounds, rounds * (APPROACH + walk), tuple(stops))


def _rounds(kind: str, households: int) -> int:
    if kind == "exclusive":
        return ROUNDS_EXCLUSIVE
    return max(1, ceil(households / HOUSEHOLDS_A_ROUND))


def summarise(routes: Sequence[Route], ended: int) -> str:
    """Return one sentence for the case's history."""
    rounds, minutes = sum(route.rounds for route in routes), sum(route.minutes for route in routes)
    return f"为{len(routes)}个新网格安排巡查，每日{rounds}轮、共{minutes}分钟；停止{ended}个撤销网格的巡查。"
