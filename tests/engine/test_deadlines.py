"""Limits in all units: the law's cases, SPEC 4's test dates, and what must hold for every one of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.business_hours import BadHours, BusinessHours, Hours
from engine.calendar import WorkCalendar, work_calendar
from engine.clock import TIMEZONE
from engine.limits import Limit, Unit

CALENDAR = work_calendar()
SUMMER = BusinessHours(
    {date(2026, 5, 1): Hours.read("08:30-12:00 15:00-18:00"), date(2026, 10, 1): Hours.read("09:00-17:00")}
)
MOMENTS = st.datetimes(datetime(2025, 12, 1), datetime(2026, 11, 30), timezones=st.just(TIMEZONE)).map(  # noqa: DTZ001  they are given a zone
    lambda moment: moment.replace(microsecond=0)
)
LIMITS = st.builds(Limit, st.integers(0, 40), st.sampled_from(list(Unit)))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+08:00")


def due(start: str, amount: int, unit: str) -> datetime:
    return CALENDAR.deadline(at(start), Limit(amount, Unit(unit))).at


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        ("2026-09-30T10:00", 5, "working_days", "2026-10-13T17:30"),
        ("2026-02-13T10:00", 1, "working_days", "2026-02-14T17:30"),
        ("2026-11-23T09:00", 2, "working_hours", "2026-11-23T11:00"),
        ("2026-11-23T11:30", 2, "working_hours", "2026-11-23T16:00"),
        ("2026-11-23T12:30", 2, "working_hours", "2026-11-23T16:30"),
        ("2026-11-23T07:00", 2, "working_hours", "2026-11-23T10:30"),
        ("2026-11-23T18:00", 2, "working_hours", "2026-11-24T10:30"),
        ("2026-11-20T18:00", 2, "working_hours", "2026-11-23T10:30"),
        ("2026-11-21T10:00", 2, "working_hours", "2026-11-23T10:30"),
        ("2026-09-30T17:00", 1, "working_hours", "2026-10-08T09:00"),
        ("2026-10-10T08:30", 1, "working_hours", "2026-10-10T09:30"),
        ("2026-11-23T23:40", 30, "natural_minutes", "2026-11-24T00:10"),
        ("2026-10-01T22:00", 6, "natural_hours", "2026-10-02T04:00"),
        ("2026-09-16T10:00", 15, "natural_days", "2026-10-08T17:30"),  # 1 October is off: Art. 203
        ("2026-11-20T10:00", 1, "natural_days", "2026-11-23T17:30"),
        ("2026-11-20T10:00", 3, "natural_days", "2026-11-23T17:30"),
        ("2026-02-13T10:00", 1, "natural_days", "2026-02-14T17:30"),  # a Saturday that is worked
        ("2026-01-31T10:00", 1, "calendar_months", "2026-02-28T17:30"),  # month end, and a Saturday that is worked
        ("2026-08-31T10:00", 1, "calendar_months", "2026-09-30T17:30"),
        ("2026-08-01T10:00", 2, "calendar_months", "2026-10-08T17:30"),
    ],
)
def test_periods_end_as_the_law_says(start: str, amount: int, unit: str, end: str) -> None:
    assert due(start, amount, unit) == at(end)


def test_a_deadline_explains_itself() -> None:
    deadline = CALENDAR.deadline(at("2026-09-30T10:00"), Limit(5, Unit.WORKING_DAYS))

    assert deadline.explanation_zh == (
        "5 个工作日：2026-09-30（周三）次日起算，跳过国庆节 10月1日—7日、周末 10月11日，"
        "10月10日（周六）国庆节调休上班计入，至 2026-10-13 17:30"
    )
    assert deadline.explanation_en == (
        "5 working days: counted from the day after 2026-09-30 (Wed), skipping National Day 1–7 Oct, the weekend 11"
        " Oct, counting Sat 10 Oct (National Day make-up day), until 2026-10-13 17:30"
    )


@pytest.mark.parametrize(
    ("start", "amount", "unit", "said_zh", "said_en"),
    [
        ("2026-11-20T18:00", 2, "working_hours", "不在办公时间，自 2026-11-23 08:30 起算", "outside business hours"),
        ("2026-09-16T10:00", 15, "natural_days", "最后一日遇国庆节 10月1日—7日，顺延", "moved to the next working day"),
        ("2026-06-30T10:00", 90, "working_days", "周末 32 天", "32 weekend days"),
        ("2026-12-30T10:00", 3, "working_days", "暂定：2027 年", "Provisional: the holidays of 2027"),
        ("2026-10-01T10:00", 0, "working_days", "当日", "the day itself"),
    ],
)
def test_an_explanation_names_what_decided(start: str, amount: int, unit: str, said_zh: str, said_en: str) -> None:
    deadline = CALENDAR.deadline(at(start), Limit(amount, Unit(unit)))

    assert said_zh in deadline.explanation_zh
    assert said_en in deadline.explanation_en


@pytest.mark.parametrize(
    ("start", "amount", "unit", "provisional"),
    [
        ("2026-12-30T10:00", 1, "working_days", False),
        ("2026-12-30T10:00", 2, "working_days", True),
        ("2026-12-30T10:00", 48, "natural_hours", False),  # no calendar is asked
        ("2026-12-01T10:00", 30, "natural_days", False),
        ("2026-12-02T10:00", 30, "natural_days", True),
        ("2026-12-31T17:00", 1, "working_hours", True),
    ],
)
def test_what_a_year_without_arrangement_decides_is_provisional(
    start: str, amount: int, unit: str, provisional: bool
) -> None:
    assert CALENDAR.deadline(at(start), Limit(amount, Unit(unit))).provisional is provisional


@given(first=MOMENTS, second=MOMENTS, limit=LIMITS)
def test_who_begins_later_ends_no_earlier(first: datetime, second: datetime, limit: Limit) -> None:
    first, second = sorted((first, second))

    assert CALENDAR.deadline(first, limit).at <= CALENDAR.deadline(second, limit).at


@given(start=MOMENTS, limit=LIMITS)
def test_one_more_ends_no_earlier_and_nothing_ends_before_it_begins(start: datetime, limit: Limit) -> None:
    end = CALENDAR.deadline(start, limit).at

    assert CALENDAR.deadline(start, Limit(limit.amount + 1, limit.unit)).at >= end
    assert end.date() >= start.date()
    assert limit.unit.of_days or end >= start


@given(start=MOMENTS, first=st.integers(0, 30), second=st.integers(0, 30))
@pytest.mark.parametrize("unit", ["working_hours", "working_days", "natural_hours", "natural_minutes"])
def test_two_periods_one_after_the_other_are_one(unit: str, start: datetime, first: int, second: int) -> None:
    between = CALENDAR.deadline(start, Limit(first, Unit(unit))).at

    apart = CALENDAR.deadline(between, Limit(second, Unit(unit))).at
    if unit == "working_days" and not first and second and not CALENDAR.is_working_day(start.date()):
        return  # 0 working days from a day off is the next working day (Art. 203): that day is then the starting one
    assert apart == CALENDAR.deadline(start, Limit(first + second, Unit(unit))).at


@given(start=MOMENTS, limit=LIMITS, share=st.floats(0, 1))
def test_stopping_a_clock_and_going_on_at_once_changes_nothing(start: datetime, limit: Limit, share: float) -> None:
    end = CALENDAR.deadline(start, limit).at
    if end <= start:
        return
    stopped = start + timedelta(seconds=int((end - start).total_seconds() * share))
    left = CALENDAR.remaining(stopped, end, limit.unit)
    if left == 0:
        return

    assert CALENDAR.resume(stopped, left, limit.unit) == end


@given(start=MOMENTS, hours=st.integers(0, 60))
@pytest.mark.parametrize(
    "calendar", [CALENDAR, WorkCalendar(CALENDAR.holidays, CALENDAR.workdays, CALENDAR.official, SUMMER)]
)
def test_working_hours_are_those_of_a_minute_by_minute_count(
    calendar: WorkCalendar, start: datetime, hours: int
) -> None:
    start = start.replace(second=0)
    moment, left = start, hours * 60
    while not _is_open(calendar, moment) and not _closes(calendar, moment):
        moment += timedelta(minutes=1)
    while left:
        left -= _is_open(calendar, moment)
        moment += timedelta(minutes=1)

    assert calendar.working_hours_after(start, hours) == moment


def _is_open(calendar: WorkCalendar, moment: datetime) -> bool:
    return any(first <= moment.hour * 3600 + moment.minute * 60 < last for first, last in _spans(calendar, moment))


def _closes(calendar: WorkCalendar, moment: datetime) -> bool:
    return any(moment.hour * 3600 + moment.minute * 60 == last for _, last in _spans(calendar, moment))


def _spans(calendar: WorkCalendar, moment: datetime) -> tuple[tuple[int, int], ...]:
    return calendar.hours.of(moment.date()).spans if calendar.is_working_day(moment.date()) else ()


@given(start=MOMENTS, hours=st.integers(0, 200))
def test_an_hour_counter_gets_back_what_it_gave(start: datetime, hours: int) -> None:
    end = CALENDAR.working_hours_after(start, hours)

    assert CALENDAR.remaining(start, end, Unit.WORKING_HOURS) == hours * 3600


def test_late_is_nothing_left() -> None:
    assert CALENDAR.remaining(at("2026-11-24T10:00"), at("2026-11-23T17:30"), Unit.WORKING_DAYS) == 0
    assert CALENDAR.resume(at("2026-11-24T10:00"), 0, Unit.WORKING_DAYS) == at("2026-11-24T10:00")


def test_a_clock_that_stood_still_goes_on_with_what_was_left() -> None:
    left = CALENDAR.remaining(at("2026-11-23T16:30"), at("2026-11-24T17:30"), Unit.WORKING_DAYS)

    assert left == 7.5 * 3600
    assert CALENDAR.resume(at("2026-12-04T16:30"), left, Unit.WORKING_DAYS) == at("2026-12-07T17:30")


def test_hours_follow_the_season() -> None:
    calendar = WorkCalendar(CALENDAR.holidays, CALENDAR.workdays, CALENDAR.official, SUMMER)

    assert calendar.working_days_after(at("2026-04-29T10:00"), 1) == at("2026-04-30T17:30")
    assert calendar.working_days_after(at("2026-06-01T10:00"), 1) == at("2026-06-02T18:00")
    assert calendar.working_hours_after(at("2026-10-08T08:00"), 1) == at("2026-10-08T10:00")


@pytest.mark.parametrize("text", ["", "8-12", "12:00-08:00", "08:00-12:00 11:00-13:00", "08:00-25:00", "上午"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(BadHours):
        Hours.read(text)


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        {"amount": 5},
        {"amount": -1, "unit": "working_days"},
        {"amount": 1.5, "unit": "working_days"},
        {"amount": 5, "unit": "days"},
        {"amount": True, "unit": "working_days"},
        {"amount": 10**9, "unit": "working_days"},
    ],
)
def test_what_is_no_limit_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"limit|Unit"):
        Limit.read(value)


def test_a_limit_is_read_and_written() -> None:
    limit = Limit.read({"amount": 5.0, "unit": "working_days"})

    assert limit == Limit(5, Unit.WORKING_DAYS)
    assert limit.as_json() == {"amount": 5, "unit": "working_days"}


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        CALENDAR.deadline(datetime(2026, 1, 1), Limit(1, Unit.WORKING_HOURS))  # noqa: DTZ001  that is the point


def test_moments_of_other_zones_are_those_of_the_place() -> None:
    moment = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)  # 18:00 in Yongzhou

    assert CALENDAR.deadline(moment, Limit(2, Unit.WORKING_HOURS)).at == at("2026-11-23T10:30")
