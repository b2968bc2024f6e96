"""The one source of time. Everything that asks for the time asks a Clock, so that tests and replays can freeze it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

TIMEZONE = ZoneInfo("Asia/Shanghai")
"""Deadlines and effective dates are in the time zone of the place (SPEC 3); no daylight saving."""


class Clock(Protocol):
    """Anything that tells the time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved: for tests, the demo's replay and `processes run`."""

    def __init__(self, moment: datetime) -> None:
        self.set(moment)

    def now(self) -> datetime:
        """Return the moment it was set to."""
        return self._moment

    def set(self, moment: datetime) -> None:
        """Set the clock; raise ValueError for a naive moment."""
        if moment.tzinfo is None:
            raise ValueError("FixedClock needs an aware datetime")
        self._moment = moment.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move the clock forward."""
        self._moment += by


def today(clock: Clock) -> date:
    """Return the calendar date of the place at the present moment."""
    return clock.now().astimezone(TIMEZONE).date()
