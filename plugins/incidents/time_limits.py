"""Time as a limit's unit counts it: working time by the county's calendar, natural time by the clock (SPEC 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from engine.core_api import WorkCalendar, work_calendar
from plugins.incidents import working_time
from plugins.incidents.working_time import Deadline, Limit

WORKING: Final = frozenset({"working_hours", "working_days"})
"""Units of which only business hours count."""
REWORK_AT_MOST: Final = Limit(3, "working_days")
WORKING_HOURS_A_DAY: Final = 6.5


@dataclass(frozen=True)
class Reckoning:
    """Counts time in one unit, in one county."""

    calendar: WorkCalendar
    unit: str

    @classmethod
    def of(cls, session: Session, county: str, unit: str) -> Reckoning:
        """Return the reckoning of a county."""
        return cls(work_calendar(), unit)

    def deadline(self, start: datetime, amount: int) -> Deadline:
        """Return when a limit that begins at `start` ends, and why then."""
        return working_time.deadline(self.calendar, start, Limit(amount, self.unit))

    def seconds(self, start: datetime, end: datetime) -> int:
        """Return the seconds that count from `start` to `end`; 0 when the end is not later."""
        if end <= start:
            return 0
        if self.unit in WORKING:
            return working_time.between(self.calendar, start, end)
        return int((end - start).total_seconds())

    def after(self, start: datetime, seconds: int) -> datetime:
        """Return the moment at which so many seconds that count have passed since `start`."""
        if self.unit in WORKING:
            return working_time.after(self.calendar, start, seconds)
        return start + timedelta(seconds=seconds)


def read_limit(given: Mapping[str, Any]) -> Limit:
    """Read `{amount, unit}`."""
    return Limit(given["amount"], given["unit"])


def half(limit: Limit) -> Limit:
    """Return half of a limit, rounded down to the unit, in a smaller unit where less than one would be left."""
    if limit.amount > 1:
        return Limit(limit.amount // 2, limit.unit)
    smaller = {
        "working_days": Limit(int(WORKING_HOURS_A_DAY // 2), "working_hours"),
        "working_hours": Limit(30, "natural_minutes"),
        "natural_days": Limit(12, "natural_hours"),
        "natural_hours": Limit(30, "natural_minutes"),
        "calendar_months": Limit(15, "natural_days"),
    }
    return smaller.get(limit.unit, limit)
