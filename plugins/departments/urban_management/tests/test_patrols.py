"""The patrol rule, example by example as the README has them."""

from __future__ import annotations

from typing import Any

import pytest
from onegrid_urban_management.patrols import plan_route, summarise


def grid(units: int, households: int, setting: str = "urban", kind: str = "comprehensive") -> dict[str, Any]:
    stops = [f"单元{number}" for number in range(1, units + 1)]
    return {"code": "431103001001-C001", "kind": kind, "setting": setting, "households": households, "units": stops}


@pytest.mark.parametrize(
    ("described", "rounds", "minutes"),
    [
        (grid(3, 300), 1, 35),
        (grid(4, 301), 2, 82),
        (grid(5, 180, "rural"), 1, 76),
        (grid(1, 0, kind="exclusive"), 2, 30),
        (grid(1, 0), 1, 15),
        (grid(2, 601), 3, 123),
    ],
)
def test_a_route_follows_households_and_units(described: dict[str, Any], rounds: int, minutes: int) -> None:
    route = plan_route(described)
    assert (route.rounds, route.minutes) == (rounds, minutes)


def test_a_route_belongs_to_its_grid_and_passes_every_unit_of_it() -> None:
    route = plan_route(grid(2, 10))
    assert (route.grid, route.patrol) == ("431103001001-C001", "UMB-431103001001-C001")
    assert route.stops == ("单元1", "单元2")


def test_the_summary_adds_up() -> None:
    routes = [plan_route(grid(3, 300)), plan_route(grid(4, 301))]
    assert summarise(routes, ended=1) == "为2个新网格安排巡查，每日3轮、共117分钟；停止1个撤销网格的巡查。"
