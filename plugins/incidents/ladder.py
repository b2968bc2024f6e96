"""The rungs of D7: at which moments a clock reaches them. Nothing is stored of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from engine.core_api import WorkCalendar
from plugins.incidents.clock import Reading
from plugins.incidents.tables_referral import DeadlineClock
from plugins.incidents.time_limits import Reckoning

RUNGS: Final = ("50", "80", "due", "day1", "day5")
HASTE: Final = frozenset({"urgent", "emergency"})
"""Urgencies that have a rung at half of the time."""
STEP: Final = timedelta(minutes=15)
STEPS: Final = 8
"""An emergency that is overdue is called about every quarter of an hour, for two hours (the end is assumed)."""
_AFTER_DUE: Final = {"day1": 1, "day5": 5}
_SHARE: Final = {"50": 0.5, "80": 0.8}


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung of the ladder. `at`: when it is or was reached, None for one that was reached before now."""

    name: str
    step: int
    at: datetime | None


def rungs(
    calendar: WorkCalendar, urgency: str, clock: DeadlineClock, reading: Reading, now: datetime
) -> Iterator[Rung]:
    """Give the rungs of a clock in order. One that is paused is read as if it ran on from now."""
    reckoning = Reckoning.of(calendar, clock.unit)
    for name, share in _SHARE.items():
        if name == "80" or urgency in HASTE:
            ahead = reading.left - (reading.total - int(reading.total * share))
            yield Rung(name, 0, reckoning.after(now, ahead) if ahead > 0 else None)
    due = reckoning.after(now, reading.left) if reading.paused else reading.due
    yield _rung("due", 0, due, now)
    days = Reckoning.of(calendar, "working_days")
    first = days.deadline(due, 1).at
    if urgency == "emergency":
        for step in range(1, STEPS + 1):
            if due + step * STEP < first:
                yield _rung("due", step, due + step * STEP, now)
    for name, count in _AFTER_DUE.items():
        yield _rung(name, 0, days.deadline(due, count).at, now)


def _rung(name: str, step: int, at: datetime, now: datetime) -> Rung:
    return Rung(name, step, at if at > now else None)
