"""Who is on duty when: a calendar that a plugin ships as a file of its content. Light: plugins read it themselves."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFSET = timezone(timedelta(hours=8))
"""China keeps one time all year."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift: who is on duty, and how to reach them.

    `end` at or before `start` means the next day. A shift is of weekdays or of single `dates`, which go before.
    """

    name: str
    on_duty: str
    phone: str
    start: time
    end: time
    days: frozenset[int]
    dates: frozenset[date]

    def covers(self, moment: datetime) -> bool:
        """Return whether the moment, in local time, falls into it."""
        if self.end > self.start:
            return self._is_of(moment.date()) and self.start <= moment.time() < self.end
        late = self._is_of(moment.date()) and moment.time() >= self.start
        return late or (self._is_of(moment.date() - _DAY) and moment.time() < self.end)

    def _is_of(self, day: date) -> bool:
        return day in self.dates or (not self.dates and day.weekday() in self.days)


@dataclass(frozen=True, slots=True)
class DutyCalendar:
    """The shifts of one office, those of single dates first."""

    title: str
    shifts: tuple[Shift, ...]

    @classmethod
    def read(cls, text: str) -> DutyCalendar:
        """Read a `calendars/*.toml`: `title`, and `[[shift]]` with `name on_duty phone? from to` and `days` or `dates`.

        Raises:
            ValueError: with what is wrong, and in which shift.
        """
        data = tomllib.loads(text)
        entries = data.get("shift")
        if set(data) != {"title", "shift"} or not isinstance(entries, list) or not isinstance(data["title"], str):
            raise ValueError("it has a title and [[shift]] entries, and nothing else")
        shifts = [_shift(number, entry) for number, entry in enumerate(entries, 1)]
        return cls(data["title"], tuple(sorted(shifts, key=lambda shift: not shift.dates)))

    def on_duty(self, moment: datetime) -> Shift | None:
        """Return the shift at an aware moment, or None when nobody is on duty."""
        local = moment.astimezone(OFFSET)
        return next((shift for shift in self.shifts if shift.covers(local)), None)


def _shift(number: int, entry: Any) -> Shift:
    where = f"shift {number}"
    if not isinstance(entry, Mapping):
        raise ValueError(f"{where} is written as [[shift]]")
    if unknown := sorted(set(entry) - {"name", "on_duty", "phone", "from", "to", "days", "dates"}):
        raise ValueError(f"{where}: there is no {unknown}")
    texts = [entry.get(key, "" if key == "phone" else None) for key in ("name", "on_duty", "phone")]
    if not all(isinstance(text, str) for text in texts) or not all(texts[:2]):
        raise ValueError(f"{where}: name and on_duty are texts, phone too")
    start, end = entry.get("from"), entry.get("to")
    if type(start) is not time or type(end) is not time:
        raise ValueError(f"{where}: from and to are times such as 08:00:00")
    days, dates = entry.get("days", []), entry.get("dates", [])
    if bool(days) == bool(dates) or not set(days) <= set(DAYS) or not all(type(each) is date for each in dates):
        raise ValueError(f"{where}: it has days of {', '.join(DAYS)}, or dates such as 2026-10-01")
    name, on_duty, phone = texts
    weekdays = frozenset(DAYS.index(day) for day in days)
    return Shift(name, on_duty, phone, start, end, weekdays, frozenset(dates))
