"""Limits of time and what they come to: amounts in a unit that is always said, never implied (SPEC 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

MOST = 10_000
"""The largest amount of a limit: nobody means more, and counting days one by one stays quick."""


class Unit(StrEnum):
    """What an amount is of. `natural_*` pass on holidays too; `working_*` only while offices are open."""

    NATURAL_MINUTES = "natural_minutes"
    NATURAL_HOURS = "natural_hours"
    WORKING_HOURS = "working_hours"
    NATURAL_DAYS = "natural_days"
    WORKING_DAYS = "working_days"
    CALENDAR_MONTHS = "calendar_months"

    @property
    def of_days(self) -> bool:
        """Whether such a period ends at the close of business of a day, not at a moment of its own."""
        return self in (Unit.NATURAL_DAYS, Unit.WORKING_DAYS, Unit.CALENDAR_MONTHS)

    @property
    def working(self) -> bool:
        """Whether only working time is counted."""
        return self in (Unit.WORKING_HOURS, Unit.WORKING_DAYS)


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit: so many of a unit. Raises ValueError for an amount out of range."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 0 <= self.amount <= MOST:
            raise ValueError(f"a limit is a whole number from 0 to {MOST}, not {self.amount}")

    @classmethod
    def read(cls, value: Any) -> Self:
        """Return the limit that `{"amount": 5, "unit": "working_days"}` says; raise ValueError.

        Whole numbers may come as 5.0: decision tables give them so.
        """
        if not isinstance(value, Mapping) or not {"amount", "unit"} <= value.keys():
            raise ValueError(f"a limit has an amount and a unit: {value!r}")
        amount = value["amount"]
        if isinstance(amount, bool) or not isinstance(amount, int | float) or amount != int(amount):
            raise ValueError(f"a limit is a whole number, not {amount!r}")
        return cls(int(amount), Unit(value["unit"]))

    def as_json(self) -> dict[str, Any]:
        """Return `{"amount", "unit"}`."""
        return {"amount": self.amount, "unit": str(self.unit)}


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a limit ends, and why then.

    Attributes:
        at: aware, in the time of the place.
        provisional: a day was counted of whose year no arrangement has been announced: the moment may still change.
        explanation_zh: the rule and each day that was left out or made up, in Chinese.
        explanation_en: the same in English.
    """

    at: datetime
    provisional: bool
    explanation_zh: str
    explanation_en: str


@dataclass(frozen=True, slots=True)
class Counted:
    """From which moment a limit was counted: enough to say why it ends when it does, and to count it anew."""

    start: datetime
    limit: Limit

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Self:
        """Return what `as_json` wrote."""
        return cls(datetime.fromisoformat(value["from"]), Limit.read(value))

    def as_json(self) -> dict[str, Any]:
        """Return `{"from", "amount", "unit"}`."""
        return {"from": self.start.isoformat(), **self.limit.as_json()}


@dataclass(frozen=True, slots=True)
class Course:
    """The days that were gone through from the start of a limit to its end, for the explanation.

    Attributes:
        start: the moment from which it counts.
        end: when it ends.
        off: the days left out, with the holiday's name; "" for a weekend.
        made_up: the weekend days that were counted because they are worked, with the holiday they make up for.
        unannounced: the years of these days whose arrangement is not known.
    """

    start: datetime
    end: datetime
    off: tuple[tuple[date, str], ...]
    made_up: tuple[tuple[date, str], ...]
    unannounced: tuple[int, ...]
