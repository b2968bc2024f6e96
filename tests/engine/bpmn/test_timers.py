"""When a timer is due."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bpmn.timers import FOREVER, BadTimer, Schedule, check_literal, is_literal, later, moment, schedule
from engine.clock import TIMEZONE
from engine.feel.values import YearsMonths

NOW = datetime(2026, 1, 31, 9, tzinfo=TIMEZONE)


def test_a_date_is_its_midnight_in_the_place() -> None:
    assert moment(date(2026, 12, 1), NOW) == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert moment("2026-12-01", NOW) == datetime(2026, 12, 1, tzinfo=TIMEZONE)
    assert moment("2026-12-01T08:00:00", NOW) == datetime(2026, 12, 1, 8, tzinfo=TIMEZONE)


def test_a_month_after_the_31st_is_the_last_day_of_the_next() -> None:
    assert later(NOW, YearsMonths(1)) == datetime(2026, 2, 28, 9, tzinfo=TIMEZONE)
    assert moment("P1Y1M", NOW) == datetime(2027, 2, 28, 9, tzinfo=TIMEZONE)
    assert moment("P2W", NOW) == NOW + timedelta(weeks=2)


def test_a_cycle_counts_down() -> None:
    at = schedule("R3/PT1H", NOW)
    dues = []
    while at is not None:
        dues.append(at.due_at - NOW)
        at = at.next()
    assert dues == [timedelta(hours=1), timedelta(hours=2), timedelta(hours=3)]


def test_a_cycle_may_have_a_start_and_no_end() -> None:
    at = schedule("R/2026-03-01/P1M", NOW)
    assert at.again == FOREVER
    assert at.due_at == datetime(2026, 3, 1, tzinfo=TIMEZONE)
    following = at.next()
    assert following is not None
    assert following.due_at == datetime(2026, 4, 1, tzinfo=TIMEZONE)
    assert following.again == FOREVER


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1X",
        "tomorrow",
        "2026-02-30",
        "R0/PT1H",
        "R3/",
        "R3/2026-01-01",
        "R3/PT0S",
        "P999999999999D",
        "R/P1D/P1D/P1D",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadTimer):
        schedule(text, NOW)


@pytest.mark.parametrize("value", [None, 5, True, [], {"a": 1}])
def test_a_value_that_is_no_time_is_refused(value: object) -> None:
    with pytest.raises(BadTimer):
        moment(value, NOW)


def test_a_cycle_stands_only_where_cycles_stand() -> None:
    check_literal("R3/PT1H", cycle=True)
    check_literal("PT1H", cycle=False)
    with pytest.raises(BadTimer):
        check_literal("PT1H", cycle=True)
    with pytest.raises(BadTimer):
        check_literal("R3/PT1H", cycle=False)


def test_feel_is_not_taken_for_a_literal() -> None:
    assert is_literal("2026-12-01")
    assert is_literal("PT5M")
    assert not is_literal("plan.effective_date")
    assert not is_literal('duration("PT5M")')
    assert not is_literal("working days after(now(), 8)")


@pytest.mark.parametrize(
    ("text", "dues"),
    [
        ("R3/2026-12-02T08:00:00+08:00/PT1H", ["2026-12-02T08", "2026-12-02T09", "2026-12-02T10"]),
        ("R2/2026-12-02T08:00:00+08:00/2026-12-02T11:00:00+08:00", ["2026-12-02T08", "2026-12-02T11"]),
        ("R3/PT2H/2026-12-02T12:00:00+08:00", ["2026-12-02T08", "2026-12-02T10", "2026-12-02T12"]),
        ("R2/P1D/2026-12-31", ["2026-12-30T00", "2026-12-31T00"]),
    ],
)
def test_a_cycle_may_say_when_it_begins_or_ends(text: str, dues: list[str]) -> None:
    found: Schedule | None = schedule(text, NOW)
    for due in dues:
        assert found is not None
        assert found.due_at.astimezone(TIMEZONE).isoformat().startswith(due)
        found = found.next()
    assert found is None


@pytest.mark.parametrize("text", ["R/PT1H/2026-12-02", "R0/PT1H", "R3", "R3/2026-12-02", "R3/PT1H/PT2H", "R3/-PT1H"])
def test_what_is_no_cycle_is_said(text: str) -> None:
    with pytest.raises(BadTimer):
        schedule(text, NOW)


@given(st.text(max_size=30) | st.from_regex(r"R?\d{0,3}/?-?P\d{0,12}[YMWD]?(T\d{0,12}[HMS])?", fullmatch=True))
def test_no_text_breaks_it(text: str) -> None:
    with suppress(BadTimer):
        assert schedule(text, NOW).due_at.tzinfo is not None


@pytest.mark.parametrize(
    ("text", "dues"),
    [
        ("0 8 * * 1-5", ["2026-02-02T08:00", "2026-02-03T08:00"]),  # the 31st is a Saturday
        ("0 8 * * MON-FRI", ["2026-02-02T08:00", "2026-02-03T08:00"]),
        ("*/20 9 * * *", ["2026-01-31T09:20", "2026-01-31T09:40"]),
        ("30 17 L * *", ["2026-01-31T17:30", "2026-02-28T17:30"]),
        ("0 0 9 1 1,7 *", ["2026-07-01T09:00", "2027-01-01T09:00"]),
    ],
)
def test_cron_names_the_times_by_the_clock_of_the_place(text: str, dues: list[str]) -> None:
    at = schedule(text, NOW)
    following = at.next()
    assert following is not None
    assert [each.due_at for each in (at, following)] == [
        datetime.fromisoformat(due).replace(tzinfo=TIMEZONE) for due in dues
    ]
    assert schedule(text, NOW.astimezone(UTC)) == at
    assert at.again == following.again == FOREVER


@pytest.mark.parametrize("text", ["61 8 * * *", "0 8 31 2 *", "0 8 * * FUN", "0 8 * * 1-", "0 8 5-1 * *"])
def test_cron_that_names_no_time_is_refused(text: str) -> None:
    assert is_literal(text)
    with pytest.raises(BadTimer):
        check_literal(text, cycle=True)


def test_cron_stands_only_where_cycles_stand() -> None:
    check_literal("0 8 * * 1-5", cycle=True)
    with pytest.raises(BadTimer):
        check_literal("0 8 * * 1-5", cycle=False)


@pytest.mark.parametrize("text", ["a + b * c", "2 * 3", "x * y - z * w", "if a then b else c", "5 - 3 + n"])
def test_feel_is_not_taken_for_cron(text: str) -> None:
    assert not is_literal(text)
