"""Duty calendars: who is on duty at a moment, and which files are none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.duty_calendar import DutyCalendar

WEEK = 'days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]'


def shift(name: str, start: str, end: str, days: str = WEEK) -> str:
    return f'[[shift]]\nname = "{name}"\non_duty = "{name}"\nfrom = {start}\nto = {end}\n{days}\n'


ROUND_THE_CLOCK = (
    'title = "值班"\n'
    + shift("日", "08:00:00", "20:00:00")
    + shift("夜", "20:00:00", "08:00:00")
    + shift("节", "09:00:00", "09:00:00", "dates = [2026-10-01]")
)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)))  # noqa: DTZ001  made aware below
def test_a_day_and_a_night_shift_leave_no_gap(moment: datetime) -> None:
    found = DutyCalendar.read(ROUND_THE_CLOCK).on_duty(moment.replace(tzinfo=UTC))
    assert found is not None
    local = (moment + timedelta(hours=8)).replace(tzinfo=None)
    special = datetime(2026, 10, 1, 9) <= local < datetime(2026, 10, 2, 9)  # noqa: DTZ001  of the place
    assert found.name == ("节" if special else "日" if 8 <= local.hour < 20 else "夜")


def test_nobody_is_on_duty_where_no_shift_is() -> None:
    calendar = DutyCalendar.read('title = "值班"\n' + shift("周一", "08:00:00", "09:00:00", 'days = ["mon"]'))
    assert calendar.on_duty(datetime.fromisoformat("2026-11-30T08:30+08:00")) is not None
    assert calendar.on_duty(datetime.fromisoformat("2026-11-30T09:00+08:00")) is None
    assert calendar.on_duty(datetime.fromisoformat("2026-12-01T08:30+08:00")) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("title =", "Invalid value"),
        ('title = "值班"', "a title and \\[\\[shift\\]\\]"),
        (ROUND_THE_CLOCK + "\n[more]\n", "a title and"),
        ('title = "值班"\nshift = [1]', "a title and|shift 1"),
        ('title = "值班"\n' + shift("", "08:00:00", "09:00:00"), "shift 1: name and on_duty"),
        ('title = "值班"\n' + shift("日", '"08:00"', "09:00:00"), "shift 1: from and to"),
        ('title = "值班"\n' + shift("日", "08:00:00", "09:00:00", 'days = ["funday"]'), "shift 1: it has days"),
        ('title = "值班"\n' + shift("日", "08:00:00", "09:00:00", "days = [1, 2]"), "shift 1: it has days"),
        (
            'title = "值班"\n' + shift("日", "08:00:00", "09:00:00", "dates = [2026-10-01T00:00:00]"),
            "shift 1: it has days",
        ),
        ('title = "值班"\n' + shift("日", "08:00:00", "09:00:00", ""), "shift 1: it has days"),
        ('title = "值班"\n' + shift("日", "08:00:00", "09:00:00", WEEK + "\ncolour = 1"), "there is no \\['colour'\\]"),
    ],
)
def test_a_file_that_is_none_is_refused_with_the_shift(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        DutyCalendar.read(text)
