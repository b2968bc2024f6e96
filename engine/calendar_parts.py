"""A calendar in parts: each year, and the business hours. A part is what is uploaded, replaced and taken back whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from engine.business_hours import BusinessHours, Hours
from engine.calendar import WorkCalendar

HOURS = "hours"
HOLIDAY = "holiday"
WORKDAY = "workday"
KINDS = (HOLIDAY, WORKDAY, HOURS)


@dataclass(frozen=True, slots=True)
class PartDay:
    """A day off, a weekend day that is worked, or the day from which business hours hold; `name` says what for."""

    day: date
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """A year (`2027`) or the business hours (`hours`), with all of its days."""

    part: str
    official: bool
    days: tuple[PartDay, ...]


@dataclass(frozen=True, slots=True)
class DayChange:
    """A day that another calendar sees otherwise. `worked`: whether offices are open then; `name`: the holiday."""

    day: date
    worked_before: bool
    worked: bool
    name_before: str
    name: str


def part_of(calendar: WorkCalendar, part: str) -> CalendarPart:
    """Return a part of a calendar."""
    if part == HOURS:
        days = [PartDay(day, HOURS, str(hours)) for day, hours in calendar.hours.since.items()]
        return CalendarPart(HOURS, True, tuple(sorted(days, key=lambda each: each.day)))
    year = int(part)
    named = ((HOLIDAY, calendar.holidays), (WORKDAY, calendar.workdays))
    days = [PartDay(day, kind, name) for kind, days in named for day, name in days.items() if day.year == year]
    return CalendarPart(part, year in calendar.official, tuple(sorted(days, key=lambda each: each.day)))


def with_part(calendar: WorkCalendar, part: CalendarPart) -> WorkCalendar:
    """Return a calendar in which a part is replaced whole."""
    if part.part == HOURS:
        return replace(calendar, hours=BusinessHours({each.day: Hours.read(each.name) for each in part.days}))
    year = int(part.part)
    holidays = {day: name for day, name in calendar.holidays.items() if day.year != year}
    workdays = {day: name for day, name in calendar.workdays.items() if day.year != year}
    holidays |= {each.day: each.name for each in part.days if each.kind == HOLIDAY}
    workdays |= {each.day: each.name for each in part.days if each.kind == WORKDAY}
    official = calendar.official | {year} if part.official else calendar.official - {year}
    return replace(calendar, holidays=holidays, workdays=workdays, official=official)


def with_parts(calendar: WorkCalendar, parts: Iterable[CalendarPart]) -> WorkCalendar:
    """Return a calendar in which some parts are replaced."""
    for part in parts:
        calendar = with_part(calendar, part)
    return calendar


def changes(before: WorkCalendar, after: WorkCalendar, part: str) -> Iterator[DayChange]:
    """Give the days of a year that are worked or off, or called, otherwise; of the hours, each day they begin on."""
    if part == HOURS:
        for day in sorted({*before.hours.since, *after.hours.since}):
            old, new = str(before.hours.of(day)), str(after.hours.of(day))
            if old != new:
                yield DayChange(day, True, True, old, new)
        return
    day = date(int(part), 1, 1)
    while day.year == int(part):
        change = DayChange(
            day, before.is_working_day(day), after.is_working_day(day), _name(before, day), _name(after, day)
        )
        if (change.worked_before, change.name_before) != (change.worked, change.name):
            yield change
        day += timedelta(days=1)


def _name(calendar: WorkCalendar, day: date) -> str:
    return calendar.holidays.get(day) or calendar.workdays.get(day) or ""
