"""When a timer is due: ISO 8601 or cron as other modelers write them, and FEEL values as ours gives them."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from engine.bpmn import cron
from engine.clock import TIMEZONE
from engine.feel.values import YearsMonths, parse_duration

Interval = timedelta | YearsMonths
Every = Interval | str
"""How far apart the times of a cycle are; or the cron text that names them."""

FOREVER = -1
MAX_DIGITS = 10
_ISO = re.compile(r"\d{4}-\d\d-\d\d(T.*)?|-?P\d.*|-?PT\d.*|R\d*/.*")
_WEEKS = re.compile(r"P(\d+)W")


class BadTimer(ValueError):
    """A text or value that gives no moment."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a timer fires first, and for a cycle how often after that (-1: for ever) and how far apart."""

    due_at: datetime
    again: int = 0
    every: Every | None = None

    def next(self) -> Schedule | None:
        """Return the schedule after one firing; None when it was the last. Missed firings stay due, in order."""
        if self.every is None or self.again == 0:
            return None
        return Schedule(
            later(self.due_at, self.every), self.again if self.again == FOREVER else self.again - 1, self.every
        )

    def since(self, now: datetime) -> Schedule | None:
        """Return the schedule without the firings before a moment; None when none is left."""
        schedule = self
        if isinstance(self.every, timedelta) and self.due_at < now:
            missed = (now - self.due_at) // self.every  # at once: a cycle of seconds may have begun years ago
            if self.again != FOREVER and missed > self.again:
                return None
            again = self.again if self.again == FOREVER else self.again - missed
            schedule = Schedule(later(self.due_at, self.every * missed), again, self.every)
        while schedule.due_at < now:
            following = schedule.next()
            if following is None:
                return None
            schedule = following
        return schedule


def is_literal(text: str) -> bool:
    """Return whether the text is meant as ISO 8601 or cron, not as FEEL (in which 2026-12-01 is a subtraction)."""
    return _ISO.fullmatch(text) is not None or cron.is_cron(text)


def schedule(value: Any, now: datetime) -> Schedule:
    """Return the schedule of a timer whose text is a literal, or whose FEEL gave the value; raise BadTimer.

    A date is its midnight in the time zone of the place, a duration counts from now.
    """
    if isinstance(value, str) and value.startswith("R"):
        return _cycle(value, now)
    if isinstance(value, str) and cron.is_cron(value):
        return Schedule(later(now, value), FOREVER, value)
    return Schedule(moment(value, now))


def moment(value: Any, now: datetime) -> datetime:
    """Return the moment that a value stands for; raise BadTimer."""
    if isinstance(value, str):
        value = _literal(value)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=TIMEZONE)
    if isinstance(value, date):
        return datetime.combine(value, time(), TIMEZONE)
    if isinstance(value, timedelta | YearsMonths):
        return later(now, value)
    raise BadTimer(f"{value!r} is no date, date and time or duration")


def later(start: datetime, interval: Every) -> datetime:
    """Return the moment an interval after another; months keep the day, or take the last day the month has."""
    try:
        if isinstance(interval, str):
            return cron.following(interval, start)
        if isinstance(interval, timedelta):
            return start + interval
        year, month = divmod(start.year * 12 + start.month - 1 + interval.months, 12)
        return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError) as error:
        raise BadTimer(f"out of range: {interval}") from error


def check_literal(text: str, *, cycle: bool) -> None:
    """Raise BadTimer when the literal cannot be read, or is a cycle where none may stand (or the reverse)."""
    now = datetime(2026, 1, 1, tzinfo=TIMEZONE)
    if cycle != (text.startswith("R") or cron.is_cron(text)):
        raise BadTimer("a cycle is R3/PT1H or 0 8 * * 1-5" if cycle else "a cycle belongs in timeCycle")
    schedule(text, now)


def _cycle(text: str, now: datetime) -> Schedule:
    """Read R3/PT1H, R3/start/PT1H, R3/start/second, R3/PT1H/last; without a number it goes on for ever."""
    count, *parts = text.removeprefix("R").split("/")
    if not ((count.isascii() and count.isdigit() and len(count) < MAX_DIGITS) or count == "") or int(count or 1) == 0:
        raise BadTimer(f"not a cycle: {text}")
    if len(parts) not in (1, 2):
        raise BadTimer(f"not a cycle: {text}")
    first, every = _first_and_interval([_literal(part) for part in parts], int(count) if count else 0, now, text)
    if later(now, every) <= now:
        raise BadTimer(f"a cycle goes forward: {text}")
    return Schedule(first, int(count) - 1 if count else FOREVER, every)


def _first_and_interval(
    parts: list[date | datetime | Interval], count: int, now: datetime, text: str
) -> tuple[datetime, Interval]:
    match parts:
        case [timedelta() | YearsMonths() as every]:
            return later(now, every), every
        case [date() as start, timedelta() | YearsMonths() as every]:
            return moment(start, now), every
        case [date() as start, date() as second]:
            return moment(start, now), moment(second, now) - moment(start, now)
        case [timedelta() | YearsMonths() as every, date() as last] if count:
            return later(moment(last, now), _times(every, 1 - count)), every
    raise BadTimer(f"not a cycle: {text}")


def _times(every: Interval, number: int) -> Interval:
    try:
        return every * number if isinstance(every, timedelta) else YearsMonths(every.months * number)
    except OverflowError as error:
        raise BadTimer(f"out of range: {every}") from error


def _literal(text: str) -> date | datetime | Interval:
    for read in (parse_duration, YearsMonths.parse, _weeks, date.fromisoformat, datetime.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    raise BadTimer(f"not an ISO 8601 date or duration: {text}")


def _weeks(text: str) -> timedelta:
    match = _WEEKS.fullmatch(text)
    if match is None:
        raise ValueError(text)
    try:
        return timedelta(weeks=int(match[1]))
    except OverflowError as error:
        raise ValueError(text) from error
