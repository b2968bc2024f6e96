"""Why a task is due when it is, also after the calendar has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from engine.calendar import work_calendar
from engine.due_basis import recounted, said_basis, why
from engine.limits import Counted, Limit, Unit

CALENDAR = work_calendar()
START = datetime.fromisoformat("2026-12-30T10:00:00+08:00")
BASIS = Counted(START, Limit(3, Unit.WORKING_DAYS)).as_json()
DUE = CALENDAR.deadline(START, Limit(3, Unit.WORKING_DAYS)).at
ANNOUNCED = replace(
    CALENDAR,
    holidays={**CALENDAR.holidays, date(2027, 1, 4): "元旦"},
    official=CALENDAR.official | {2027},
)


def test_a_due_time_is_explained_from_what_was_counted() -> None:
    reason = why(CALENDAR, DUE, BASIS)

    assert reason is not None
    assert reason.provisional
    assert reason.zh.startswith("3 个工作日：2026-12-30（周三）次日起算")
    assert recounted(CALENDAR, DUE, BASIS) is None


def test_after_the_calendar_changed_the_page_says_what_it_would_be() -> None:
    changed, reason = recounted(ANNOUNCED, DUE, BASIS), why(ANNOUNCED, DUE, BASIS)

    assert changed is not None
    assert reason is not None
    assert changed.at == datetime.fromisoformat("2027-01-06T17:30:00+08:00")
    assert "2027-01-06 17:30" in reason.zh
    assert "2027-01-06 17:30" in reason.en
    assert reason.provisional


def test_once_announced_it_is_provisional_no_more() -> None:
    reason = why(replace(CALENDAR, official=frozenset({2026, 2027})), DUE, BASIS)

    assert reason is not None
    assert not reason.provisional


def test_what_was_said_is_what_is_shown() -> None:
    basis: dict[str, Any] = said_basis(CALENDAR.deadline(START, Limit(3, Unit.WORKING_DAYS)))
    reason = why(ANNOUNCED, DUE, basis)

    assert reason is not None
    assert reason.provisional
    assert "元旦" in reason.zh
    assert "New Year" in reason.en
    assert recounted(ANNOUNCED, DUE, basis) is None


def test_nothing_known_is_nothing_said() -> None:
    assert why(CALENDAR, DUE, None) is None
    assert why(CALENDAR, None, BASIS) is None
