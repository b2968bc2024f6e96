"""The duty room's calendar, `content/calendars/duty.toml`, and the time limits of the urgent path."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

from engine.plugin_api import DutyCalendar, Shift

SIGN_WITHIN = {"emergency": timedelta(minutes=30), "urgent": timedelta(hours=2)}
"""Until when the duty room takes a report over: 30 minutes as in Tianjin; 2 hours is assumed."""


@dataclass(frozen=True, slots=True)
class Urgent:
    """Who takes a report over, by when, and whether it goes up to the county's government at once."""

    shift: Shift
    sign_by: datetime
    report_up: bool


@cache
def calendar() -> DutyCalendar:
    """Return the duty room's calendar."""
    return DutyCalendar.read((files("onegrid_emergency") / "content/calendars/duty.toml").read_text("utf-8"))


def take_over(urgency: str, moment: datetime, duty: DutyCalendar) -> Urgent | None:
    """Return who takes over a report of the moment; None when nobody is on duty. KeyError: it is not urgent."""
    limit = SIGN_WITHIN[urgency]
    shift = duty.on_duty(moment)
    return None if shift is None else Urgent(shift, moment + limit, report_up=urgency == "emergency")
