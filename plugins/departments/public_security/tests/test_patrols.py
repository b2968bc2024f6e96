"""The rule of the patrols, example by example as the README has them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from onegrid_public_security.patrols import Patrol, nearest_patrol

NOON = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
"""12:00 and 23:00 in Yongzhou."""


def grid(setting: str = "urban", status: str = "active") -> dict[str, Any]:
    return {"code": "431103001001-C001", "setting": setting, "status": status}


@pytest.mark.parametrize(
    ("described", "at", "urgency", "minutes"),
    [
        (grid(), NOON, "high", 8),
        (grid(), NIGHT, "normal", 20),
        (grid("rural"), NOON, "high", 20),
        (grid("rural"), NOON, "normal", 40),
    ],
)
def test_the_patrol_of_the_township_is_there_in_time(
    described: dict[str, Any], at: datetime, urgency: str, minutes: int
) -> None:
    assert nearest_patrol(described, at, urgency) == Patrol("PSB-431103001", minutes)


@pytest.mark.parametrize(("described", "at"), [(grid("rural"), NIGHT), (grid(status="retired"), NOON)])
def test_nobody_patrols_the_country_at_night_or_a_grid_that_is_no_more(described: dict[str, Any], at: datetime) -> None:
    assert nearest_patrol(described, at, "high") is None
