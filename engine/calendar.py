"""Working days of the place: weekends, statutory holidays and the make-up days worked in exchange (SPEC 3 and 4).

The days are data, `engine/data/work_calendar.json`. A year without an official arrangement is counted all the same,
by weekends and the holidays fixed by law, and is *provisional*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import orjson

from engine.clock import TIMEZONE

CLOSE_OF_BUSINESS = time(17, 30)
"""Business hours are 08:30–12:00 and 14:30–17:30 (SPEC 3, an assumption)."""
DATA = Path(__file__).parent / "data" / "work_calendar.json"
SATURDAY = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkCalendar:
    """The calendar of working days.

    Attributes:
        holidays: days off, weekdays and weekend days alike, with what they celebrate.
        workdays: weekend days that are worked.
        official: the years whose arrangement has been announced.
    """

    holidays: Mapping[date, str]
    workdays: Mapping[date, str]
    official: frozenset[int]

    def is_working_day(self, day: date) -> bool:
        """Return whether offices are open on the day."""
        return day in self.workdays or (day.weekday() < SATURDAY and day not in self.holidays)

    def is_provisional(self, day: date) -> bool:
        """Return whether the arrangement of the day's year is not known yet, so that the answer may still change."""
        return day.year not in self.official

    def working_days_after(self, moment: datetime | date, days: int) -> datetime:
        """Return the close of business (17:30) of the n-th working day after the day of `moment`.

        The starting day is not counted (Civil Code Art. 201). 0 is the day itself, or the next working day when it is
        none (Art. 203).

        Args:
            moment: a day of the place, or an aware moment.
            days: how many working days, 0 or more.

        Raises:
            ValueError: a negative number of days, or a naive moment.
        """
        if days < 0:
            raise ValueError("working days are counted forward")
        day = _day_of(moment)
        while days > 0:
            day += _DAY
            days -= self.is_working_day(day)
        while not self.is_working_day(day):
            day += _DAY
        return datetime.combine(day, CLOSE_OF_BUSINESS, TIMEZONE)


def _day_of(moment: datetime | date) -> date:
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("a naive moment has no day")
    return moment.astimezone(TIMEZONE).date()


@cache
def work_calendar() -> WorkCalendar:
    """Return the calendar that comes with the engine."""
    return read_calendar(DATA.read_bytes())


def read_calendar(content: bytes) -> WorkCalendar:
    """Read `{"years": {"2026": {"official": bool, "holidays": {day: name}, "makeup_workdays": {day: name}}}}`."""
    years = orjson.loads(content)["years"]
    return WorkCalendar(
        holidays=_days(years, "holidays"),
        workdays=_days(years, "makeup_workdays"),
        official=frozenset(int(year) for year, days in years.items() if days["official"]),
    )


def _days(years: Mapping[str, Mapping[str, Mapping[str, str]]], kind: str) -> dict[date, str]:
    return {date.fromisoformat(day): name for days in years.values() for day, name in days[kind].items()}
