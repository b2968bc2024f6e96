"""Limits and deadlines: counted in working time by the calendar, or in natural time, and explained (SPEC 3)."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from engine.core_api import TIMEZONE, WorkCalendar

HOURS: Final = ((time(8, 30), time(12, 0)), (time(14, 30), time(17, 30)))
"""Business hours (SPEC 3, an assumption)."""
_DAY: Final = timedelta(days=1)
_NATURAL: Final = {"natural_minutes": timedelta(minutes=1), "natural_hours": timedelta(hours=1)}
_CALLED: Final = {
    "natural_minutes": ("分钟", "minutes"),
    "natural_hours": ("小时", "hours"),
    "working_hours": ("个工作小时", "working hours"),
    "natural_days": ("日", "days"),
    "working_days": ("个工作日", "working days"),
    "calendar_months": ("个月", "months"),
}


@dataclass(frozen=True, slots=True)
class Limit:
    """So many of a unit: natural minutes, hours or days, working hours or days, calendar months."""

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a limit ends, why then, and whether the calendar of that year may still change it."""

    at: datetime
    provisional: bool
    explanation_zh: str
    explanation_en: str


def deadline(calendar: WorkCalendar, start: datetime, limit: Limit) -> Deadline:
    """Return when a limit that begins at `start` ends; raise ValueError for a unit that there is not."""
    start = start.astimezone(TIMEZONE)
    at = _end(calendar, start, limit)
    zh, en = _CALLED[limit.unit]
    skipped = "、".join(_skipped(calendar, start.date(), at.date())) if limit.unit.startswith("working") else ""
    provisional = calendar.is_provisional(at.date())
    said_zh = f"自 {start:%Y-%m-%d %H:%M} 起 {limit.amount} {zh}"
    said_zh += f"（不计 {skipped}）" if skipped else ""
    said_zh += f"，至 {at:%Y-%m-%d %H:%M}。" + ("该年放假安排尚未公布，为暂定。" if provisional else "")
    said_en = f"{limit.amount} {en} from {start:%Y-%m-%d %H:%M}: until {at:%Y-%m-%d %H:%M}."
    said_en += " Provisional: that year's holidays are not announced yet." if provisional else ""
    return Deadline(at, provisional, said_zh, said_en)


def _end(calendar: WorkCalendar, start: datetime, limit: Limit) -> datetime:
    if limit.unit in _NATURAL:
        return start + limit.amount * _NATURAL[limit.unit]
    if limit.unit == "working_hours":
        return after(calendar, start, limit.amount * 3600)
    if limit.unit == "working_days":
        return calendar.working_days_after(start, limit.amount)
    if limit.unit == "natural_days":
        return calendar.working_days_after(start.date() + limit.amount * _DAY, 0)
    if limit.unit == "calendar_months":
        return calendar.working_days_after(_months_after(start.date(), limit.amount), 0)
    raise ValueError(f"no unit of time: {limit.unit!r}")


def _months_after(day: date, count: int) -> date:
    """Return the corresponding day, or the month's last where there is none (Civil Code Art. 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def _skipped(calendar: WorkCalendar, first: date, last: date) -> list[str]:
    """Return the holidays from one day to another, each named once."""
    named: dict[str, None] = {}
    while first <= last:
        if first in calendar.holidays:
            named[calendar.holidays[first]] = None
        first += _DAY
    return list(named)


def between(calendar: WorkCalendar, start: datetime, end: datetime) -> int:
    """Return the seconds of business hours from `start` to `end`."""
    day, last = start.astimezone(TIMEZONE).date(), end.astimezone(TIMEZONE).date()
    total = 0.0
    while day <= last:
        for opens, closes in _business(calendar, day):
            total += max((min(closes, end) - max(opens, start)).total_seconds(), 0)
        day += _DAY
    return int(total)


def after(calendar: WorkCalendar, start: datetime, seconds: int) -> datetime:
    """Return the moment at which so many seconds of business hours have passed since `start`."""
    day, left = start.astimezone(TIMEZONE).date(), timedelta(seconds=seconds)
    while True:
        for opens, closes in _business(calendar, day):
            begin = max(opens, start)
            if begin + left <= closes:
                return begin + left
            left -= max(closes - begin, timedelta())
        day += _DAY


def _business(calendar: WorkCalendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    if calendar.is_working_day(day):
        for opens, closes in HOURS:
            yield datetime.combine(day, opens, TIMEZONE), datetime.combine(day, closes, TIMEZONE)
