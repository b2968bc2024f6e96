"""`working days after(from, n)` and `working hours after(from, n)` in expressions: the same as engine.calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.business_hours import BusinessHours, Hours
from engine.calendar import WorkCalendar, work_calendar
from engine.clock import TIMEZONE
from engine.feel import Feel

NOW = datetime(2026, 9, 30, 1, 0, tzinfo=UTC)


@given(day=st.dates(date(2024, 1, 1), date(2027, 11, 30)), n=st.integers(0, 40))
def test_expressions_and_the_engine_count_alike(feel: Feel, day: date, n: int) -> None:
    counted = feel.evaluate("working days after(day, n)", {"day": day, "n": n}, NOW)

    assert counted == work_calendar().working_days_after(day, n)


@given(day=st.dates(date(2026, 1, 1), date(2026, 12, 1)), at=st.times())
def test_the_day_of_a_moment_is_that_of_the_place(feel: Feel, day: date, at: time) -> None:
    moment = datetime.combine(day, at, UTC)
    counted = feel.evaluate("working days after(moment, 3)", {"moment": moment}, NOW)

    assert counted == work_calendar().working_days_after(moment, 3)


@given(
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.sampled_from([UTC, TIMEZONE])),  # noqa: DTZ001  they are given a zone
    n=st.integers(0, 60),
)
def test_expressions_and_the_engine_count_hours_alike(feel: Feel, moment: datetime, n: int) -> None:
    counted = feel.evaluate("working hours after(moment, n)", {"moment": moment, "n": n}, NOW)

    assert counted == work_calendar().working_hours_after(moment, n)


def test_hours_of_a_season_are_known_to_expressions(seasons: WorkCalendar) -> None:
    with Feel(calendar=seasons) as feel:
        for moment in (datetime(2026, 4, 30, 11, tzinfo=TIMEZONE), datetime(2026, 6, 1, 14, 45, tzinfo=TIMEZONE)):
            for n in range(12):
                counted = feel.evaluate("working hours after(m, n)", {"m": moment, "n": n}, NOW)
                assert counted == seasons.working_hours_after(moment, n)
        due = feel.evaluate("working days after(m, 3)", {"m": moment}, NOW)
        assert due == datetime(2026, 6, 4, 18, 0, tzinfo=TIMEZONE)


@pytest.fixture
def seasons() -> WorkCalendar:
    plain = work_calendar()
    summer = Hours.read("08:30-12:00 15:00-18:00")
    return WorkCalendar(plain.holidays, plain.workdays, plain.official, BusinessHours({date(2026, 5, 1): summer}))


def test_national_day_is_skipped_and_the_make_up_saturday_counts(feel: Feel) -> None:
    assert feel.evaluate("working days after(now(), 5)", {}, NOW) == datetime(2026, 10, 13, 17, 30, tzinfo=TIMEZONE)
    assert feel.evaluate('working days after(date("2026-02-13"), 1)', {}, NOW) == datetime(
        2026, 2, 14, 17, 30, tzinfo=TIMEZONE
    )


def test_parameters_may_be_named(feel: Feel) -> None:
    assert feel.evaluate("working days after(n: 5, from: today())", {}, NOW) == datetime(
        2026, 10, 13, 17, 30, tzinfo=TIMEZONE
    )


@pytest.mark.parametrize("arguments", ["now(), -1", "now(), 1.5", '"2026-01-01", 1', "null, 1", "now(), null", "now()"])
def test_what_makes_no_sense_is_null(feel: Feel, arguments: str) -> None:
    values: list[Any] = [feel.evaluate(f"working {unit} after({arguments})", {}, NOW) for unit in ("days", "hours")]

    assert values == [None, None]
