"""Working days, held against the law's own cases and an independent compilation."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import WorkCalendar, read_calendar, work_calendar
from engine.clock import TIMEZONE

DAYS = [date(2004, 1, 1) + timedelta(days=n) for n in range((date(2027, 1, 1) - date(2004, 1, 1)).days)]


@pytest.fixture
def calendar() -> WorkCalendar:
    return work_calendar()


def test_every_day_of_2004_to_2026_is_what_chinesecalendar_says(calendar: WorkCalendar) -> None:
    different = [day for day in DAYS if calendar.is_working_day(day) != chinese_calendar.is_workday(day)]

    assert DAYS[-1] == date(2026, 12, 31)
    assert different == []


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 9, 30), 5, date(2026, 10, 13)),  # 1-7 October off, Saturday 10 October worked
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # a make-up Saturday before the Spring Festival
        (date(2026, 11, 23), 1, date(2026, 11, 24)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 21), 0, date(2026, 11, 23)),
    ],
)
def test_the_starting_day_is_not_counted_and_the_last_day_ends_at_close_of_business(
    calendar: WorkCalendar, start: date, days: int, end: date
) -> None:
    assert calendar.working_days_after(start, days) == datetime(end.year, end.month, end.day, 17, 30, tzinfo=TIMEZONE)


def test_the_day_of_a_moment_is_the_one_in_the_place(calendar: WorkCalendar) -> None:
    # 00:30 on Tuesday in Yongzhou
    late_monday = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)

    assert calendar.working_days_after(late_monday, 1).date() == date(2026, 11, 25)


@given(start=st.dates(date(2024, 1, 1), date(2027, 10, 1)), days=st.integers(1, 60))
def test_there_are_as_many_working_days_in_between_as_were_asked_for(start: date, days: int) -> None:
    calendar = work_calendar()

    end = calendar.working_days_after(start, days).date()

    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(map(calendar.is_working_day, between)) == days
    assert calendar.is_working_day(end)


def test_a_year_without_an_official_arrangement_is_provisional(calendar: WorkCalendar) -> None:
    assert not calendar.is_provisional(date(2026, 12, 31))
    assert calendar.is_provisional(date(2027, 1, 4))
    assert calendar.is_provisional(date(2031, 1, 1))
    assert not calendar.is_working_day(date(2027, 10, 1))


def test_a_naive_moment_and_a_negative_number_are_refused(calendar: WorkCalendar) -> None:
    with pytest.raises(ValueError, match="naive"):
        calendar.working_days_after(datetime(2026, 1, 1), 1)  # noqa: DTZ001  that is the point
    with pytest.raises(ValueError, match="forward"):
        calendar.working_days_after(date(2026, 1, 1), -1)


def test_another_calendar_can_be_read() -> None:
    content = (
        b'{"years": {"2030": {"official": true, "holidays": {"2030-01-01": "x"},'
        b' "makeup_workdays": {"2030-01-05": "y"}}}}'
    )

    calendar = read_calendar(content)

    assert not calendar.is_working_day(date(2030, 1, 1))
    assert calendar.is_working_day(date(2030, 1, 5))
    assert not calendar.is_provisional(date(2030, 1, 1))
