"""Time as a limit's unit counts it: working time by the calendar, natural time by the clock (SPEC 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from engine.core_api import Deadline, Limit, Unit, WorkCalendar

REWORK_AT_MOST: Final = Limit(3, Unit.WORKING_DAYS)
_SMALLER: Final[Mapping[Unit, Limit]] = {
    Unit.WORKING_DAYS: Limit(3, Unit.WORKING_HOURS),  # of six and a half
    Unit.WORKING_HOURS: Limit(30, Unit.NATURAL_MINUTES),
    Unit.NATURAL_DAYS: Limit(12, Unit.NATURAL_HOURS),
    Unit.NATURAL_HOURS: Limit(30, Unit.NATURAL_MINUTES),
    Unit.CALENDAR_MONTHS: Limit(15, Unit.NATURAL_DAYS),
}
"""Half of one, rounded down."""


@dataclass(frozen=True)
class Reckoning:
    """Counts time in one unit."""

    calendar: WorkCalendar
    unit: Unit

    @classmethod
    def of(cls, calendar: WorkCalendar, unit: str) -> Reckoning:
        """Return the reckoning of a unit by its name; raise ValueError for one that there is not."""
        return cls(calendar, Unit(unit))

    def deadline(self, start: datetime, amount: int) -> Deadline:
        """Return when a limit that begins at `start` ends, and why then."""
        return self.calendar.deadline(start, Limit(amount, self.unit))

    def seconds(self, start: datetime, end: datetime) -> int:
        """Return the seconds that count from `start` to `end`; 0 when the end is not later."""
        return self.calendar.remaining(start, end, self.unit)

    def after(self, start: datetime, seconds: int) -> datetime:
        """Return when a limit ends that has so many seconds left at `start`."""
        return self.calendar.resume(start, seconds, self.unit)


def half(limit: Limit) -> Limit:
    """Return half of a limit, rounded down to its unit, in a smaller unit where less than one would be left."""
    return Limit(limit.amount // 2, limit.unit) if limit.amount > 1 else _SMALLER.get(limit.unit, limit)


def read_limit(given: Mapping[str, Any]) -> Limit:
    """Read `{amount, unit}`; raise ValueError for what is no limit."""
    return Limit.read(dict(given))
