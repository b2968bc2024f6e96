"""Working time of the place: weekends, statutory holidays and the make-up days worked in exchange (SPEC 3 and 4).

The days are data: `engine/data/work_calendar.json`, and above it what an installation has uploaded
(`engine.services.calendars`). A year without an official arrangement is counted all the same, by weekends and the
holidays fixed by law, and is *provisional*. Periods are those of the Civil Code: Art. 201 (the starting day is not
counted; hours count from the moment), 202 (a month ends on the corresponding day, or on its last), 203 (a last day that
is off moves to the day after; where there are business hours it ends with them).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import orjson

from engine.business_hours import BusinessHours, Hours, time_of
from engine.clock import TIMEZONE
from engine.due_text import explain_en, explain_zh
from engine.limits import Course, Deadline, Limit, Unit

DATA = Path(__file__).parent / "data" / "work_calendar.json"
SATURDAY = 5
_DAY = timedelta(days=1)
_NATURAL = {Unit.NATURAL_MINUTES: timedelta(minutes=1), Unit.NATURAL_HOURS: timedelta(hours=1)}
_EVERY_DAY = BusinessHours({})


@dataclass(frozen=True)
class WorkCalendar:
    """The calendar of working days and business hours. Moments that it takes are aware; those it gives are local.

    Attributes:
        holidays: days off, weekdays and weekend days alike, with what they celebrate.
        workdays: weekend days that are worked, with the holiday they make up for.
        official: the years whose arrangement has been announced.
        hours: when offices are open on a working day.
    """

    holidays: Mapping[date, str]
    workdays: Mapping[date, str]
    official: frozenset[int]
    hours: BusinessHours = field(default=_EVERY_DAY)

    def is_working_day(self, day: date) -> bool:
        """Return whether offices are open on the day."""
        return day in self.workdays or (day.weekday() < SATURDAY and day not in self.holidays)

    def is_provisional(self, day: date) -> bool:
        """Return whether the arrangement of the day's year is not known yet, so that the answer may still change."""
        return day.year not in self.official

    def working_days_after(self, moment: datetime | date, days: int) -> datetime:
        """Return the close of business of the n-th working day after the day of `moment`.

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
        return self._close(self._next_working_day(day))

    def working_hours_after(self, moment: datetime | date, hours: int) -> datetime:
        """Return the earliest moment by which offices were open for so many hours.

        Outside business hours, over lunch too, it counts from the next opening. A day counts from its midnight.

        Raises:
            ValueError: a negative number of hours, or a naive moment.
        """
        if hours < 0:
            raise ValueError("working hours are counted forward")
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time(), TIMEZONE)
        return self._worked(self._opening(_local(moment)), timedelta(hours=hours))

    def deadline(self, start: datetime, limit: Limit) -> Deadline:
        """Return when a limit ends that begins at a moment, and why.

        Days and months end at the close of business of a working day; `working_hours` as `working_hours_after`;
        natural minutes and hours pass at night and on holidays too, and are never provisional.

        Raises:
            ValueError: a naive moment.
        """
        asked = _local(start)
        course = self._course(asked, limit)
        return Deadline(
            at=course.end,
            provisional=bool(course.unannounced),
            explanation_zh=explain_zh(limit, asked, course),
            explanation_en=explain_en(limit, asked, course),
        )

    def remaining(self, at: datetime, due: datetime, unit: Unit) -> int:
        """Return the seconds that a limit of the unit still has at a moment: working seconds for `working_*`, else all.

        0 when it is over. Kept while a clock stands still, for `resume`.
        """
        at, due = _local(at), _local(due)
        left = self._open_between(at, due) if Unit(unit).working else due - at
        return -(-max(left, timedelta()) // timedelta(seconds=1))  # rounded up: stopping a clock takes nothing away

    def resume(self, at: datetime, seconds: int, unit: Unit) -> datetime:
        """Return when a limit of the unit ends that has so many seconds left at a moment.

        Natural days and months end, as always, at the close of business of a working day. Where nothing is left it is
        the moment itself: whoever stops a clock that has run out keeps its due time.
        """
        at, left = _local(at), timedelta(seconds=seconds)
        if Unit(unit).working:
            return self._worked(at, left)
        if unit in _NATURAL or not left:
            return at + left
        return self._close(self._next_working_day((at + left).date()))

    def _course(self, asked: datetime, limit: Limit) -> Course:
        start = asked
        if limit.unit in _NATURAL:
            return Course(asked, asked + _NATURAL[limit.unit] * limit.amount, (), (), ())
        if limit.unit is Unit.WORKING_HOURS:
            start = self._opening(asked)
            end = self._worked(start, timedelta(hours=limit.amount))
            first = asked.date()
        elif limit.unit is Unit.WORKING_DAYS:
            end = self.working_days_after(asked, limit.amount)
            first = asked.date() + (_DAY if limit.amount else timedelta())
        else:
            first = _natural_end(asked.date(), limit)
            end = self._close(self._next_working_day(first))
        days = [first + timedelta(days=n) for n in range((end.date() - first).days + 1)]
        return Course(
            start=start,
            end=end,
            off=tuple((day, self.holidays.get(day, "")) for day in days if not self.is_working_day(day)),
            made_up=tuple((day, self.workdays[day]) for day in days if day in self.workdays),
            unannounced=tuple(sorted({day.year for day in days if self.is_provisional(day)})),
        )

    def _next_working_day(self, day: date) -> date:
        """Return the day, or the first working day after it."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def _close(self, day: date) -> datetime:
        return _at(day, self.hours.of(day).closes)

    def _hours(self, day: date) -> Hours | None:
        return self.hours.of(day) if self.is_working_day(day) else None

    def _opening(self, moment: datetime) -> datetime:
        """Return the moment where offices are open then, else their next opening."""
        day, second = moment.date(), _second_of(moment)
        hours = self._hours(day)
        for start, end in hours.spans if hours else ():
            if second <= timedelta(seconds=end):
                return moment if second >= timedelta(seconds=start) else _at(day, start)
        following = self._next_working_day(day + _DAY)
        return _at(following, self.hours.of(following).opens)

    def _worked(self, moment: datetime, left: timedelta) -> datetime:
        """Return the earliest moment by which offices were open for so long; the moment itself for nothing."""
        if left <= timedelta():
            return moment
        day, since = moment.date(), _second_of(moment)
        while True:
            hours = self._hours(day)
            for start, end in hours.spans if hours else ():
                begun = max(timedelta(seconds=start), since)
                open_for = timedelta(seconds=end) - begun
                if open_for >= left:
                    return datetime.combine(day, time(), TIMEZONE) + begun + left
                left -= max(open_for, timedelta())
            day, since = day + _DAY, timedelta()

    def _open_between(self, start: datetime, end: datetime) -> timedelta:
        total = timedelta()
        for n in range((end.date() - start.date()).days + 1):
            day = start.date() + timedelta(days=n)
            hours = self._hours(day)
            for first, last in hours.spans if hours else ():
                total += max(timedelta(), min(_at(day, last), end) - max(_at(day, first), start))
        return total


def _natural_end(day: date, limit: Limit) -> date:
    """Return the last day of natural days or calendar months, wherever it falls."""
    if limit.unit is Unit.NATURAL_DAYS:
        return day + timedelta(days=limit.amount)
    year, month = divmod(day.year * 12 + day.month - 1 + limit.amount, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a naive moment has no day")
    return moment.astimezone(TIMEZONE)


def _day_of(moment: datetime | date) -> date:
    return _local(moment).date() if isinstance(moment, datetime) else moment


def _at(day: date, second: int) -> datetime:
    return datetime.combine(day, time_of(second), TIMEZONE)


def _second_of(moment: datetime) -> timedelta:
    return timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond)


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
