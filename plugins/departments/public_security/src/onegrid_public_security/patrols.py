"""Which patrol serves a grid, when, and how soon it is there. A pure rule, without the host.

Figures are assumptions of the bureau, not of the regulation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

CHINA = timezone(timedelta(hours=8))

DAY = range(8, 20)
"""Hours in which patrols of the country are out; those of towns are out around the clock."""

MINUTES = {("urban", "high"): 8, ("urban", "normal"): 20, ("rural", "high"): 20, ("rural", "normal"): 40}
"""(setting of the grid, urgency) → minutes until a patrol must be there."""


@dataclass(frozen=True, slots=True)
class Patrol:
    """A patrol on duty: its unit, and within how many minutes it must be there."""

    unit: str
    minutes: int


def nearest_patrol(grid: Mapping[str, Any], at: datetime, urgency: str) -> Patrol | None:
    """Return the patrol that serves a grid of the registry at a moment, or None.

    A retired grid has no patrol. A police station serves a township: its code, the first nine digits of a grid's,
    names the unit. A moment without a zone is in China's.
    """
    if grid.get("status") == "retired":
        return None
    setting = grid["setting"]
    local = at.astimezone(CHINA) if at.tzinfo else at
    if setting == "rural" and local.hour not in DAY:
        return None
    return Patrol(f"PSB-{grid['code'][:9]}", MINUTES[setting, urgency])
