"""Clocks: extended before they are due, suspended and resumed with what was left, read anew each time (I15)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clock import TIMEZONE
from engine.core_api import GuardRefused, Limit, Unit, work_calendar
from engine.plugin_api import BusinessError
from engine.types import SYSTEM
from plugins.incidents.extensions import check
from plugins.incidents.tables_referral import ClockExtension, ClockPause, Referral
from plugins.incidents.time_limits import half
from tests.plugins.incidents.desk import EMERGENCY, FIRST, SUSPENSION, UMB, Desk


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TIMEZONE)


DUE = at("2026-12-08T17:30")
"""Five working days after Tuesday, 1 December."""


def refused(desk: Desk, name: str, **inputs: Any) -> str:
    with pytest.raises(BusinessError) as raised:
        desk.on(FIRST, name, **inputs)
    assert raised.value.code.endswith("_NOT_ALLOWED")
    return str(raised.value)


def extend(desk: Desk, new_due: Any = None, **own: Any) -> dict[str, Any]:
    return desk.on(FIRST, "extend", new_due=new_due, reason="须采购配件", **own)


def suspend(desk: Desk, review: str) -> dict[str, Any]:
    return desk.on(FIRST, "suspend", review_date=review, **SUSPENSION)


def test_an_extension_moves_the_due_time_the_tasks_and_the_incident(desk: Desk) -> None:
    desk.dispatch()
    followed, own = desk.waits("handle", UMB, DUE), desk.waits("inspect", UMB, DUE - timedelta(days=2))
    elsewhere = desk.waits("verify", "431103001", DUE)
    said = extend(desk, "2026-12-10")
    new = at("2026-12-10T17:30")
    assert said["due"] == new.isoformat()
    assert "延至 2026-12-10 17:30" in said["due_explanation_zh"]
    assert "extended" in said["due_explanation_en"]
    assert (desk.clock_of().due_at, desk.incident().due_at, desk.due_of(followed)) == (new, new, new)
    assert desk.due_of(own) == DUE - timedelta(days=2), "a step's own time is its own"
    assert desk.due_of(elsewhere) == DUE
    [kept] = desk.rows(ClockExtension)
    assert (kept.from_due, kept.to_due, kept.decision, kept.reason) == (DUE, new, "grant", "须采购配件")


@pytest.mark.parametrize("decision", ["refuse", "silence"])
def test_a_refused_extension_is_kept_and_changes_nothing(desk: Desk, decision: str) -> None:
    desk.dispatch()
    assert extend(desk, "2026-12-10", decision=decision)["due"] == DUE.isoformat()
    [kept] = desk.rows(ClockExtension)
    assert kept.from_due == kept.to_due


def test_an_extension_is_for_before_it_is_due(desk: Desk) -> None:
    desk.dispatch()
    desk.later(days=7, hours=9)  # the due day, 18:00
    assert "届满" in refused(desk, "extend", new_due="2026-12-10", reason="迟")


def test_the_second_extension_is_the_leaders_and_there_is_no_third(desk: Desk) -> None:
    desk.dispatch()
    extend(desk, days=1)
    assert "负责人" in refused(desk, "extend", days=1, reason="再")
    assert extend(desk, days=1, level="agency_leader")["due"] == at("2026-12-10T17:30").isoformat()
    assert "2 次" in refused(desk, "extend", days=1, reason="又", level="agency_leader")


def test_beyond_the_limit_itself_extensions_are_the_leaders(desk: Desk) -> None:
    desk.dispatch()
    assert "原期限" in refused(desk, "extend", days=6, reason="长")
    assert extend(desk, days=4)["due"] == at("2026-12-14T17:30").isoformat()
    assert extend(desk, days=9, level="agency_leader")["due"] == at("2026-12-25T17:30").isoformat()


def test_not_even_the_leader_extends_by_more_than_ninety_days(desk: Desk) -> None:
    desk.dispatch()
    assert "90 日" in refused(desk, "extend", new_due="2027-03-09", reason="长", level="agency_leader")
    assert extend(desk, "2027-03-08", level="agency_leader")["due"] == at("2027-03-08T17:30").isoformat()


@pytest.mark.parametrize(("until", "beyond"), [("2026-12-15", False), ("2026-12-16", True)])
def test_whoever_asks_learns_whether_the_leader_decides(desk: Desk, until: str, *, beyond: bool) -> None:
    desk.dispatch()
    with desk.engine.begin(SYSTEM, write=False) as work:
        assert check(work, work.session.get_one(Referral, FIRST), until) is beyond


def test_an_extension_says_until_when(desk: Desk) -> None:
    desk.dispatch()
    assert "写明" in refused(desk, "extend", reason="未写")
    assert "晚于" in refused(desk, "extend", new_due="2026-12-08", reason="不晚")
    assert "写明" in refused(desk, "extend", new_due="明天", reason="不是日期")
    assert extend(desk, "2026-12-09T10:00:00+08:00")["due"] == "2026-12-09T10:00:00+08:00"


def test_a_suspension_keeps_what_is_left_and_it_runs_on(desk: Desk) -> None:
    desk.dispatch()
    task = desk.waits("handle", UMB, DUE)
    desk.later(days=1)  # Wednesday 9:00: four and a bit of five days are left
    assert suspend(desk, "2026-12-21")["review_at"] == "2026-12-21T08:30:00+08:00"
    assert (desk.referral().state, desk.incident().state) == ("suspended", "suspended")
    assert desk.due_of(task) is None
    assert desk.incident().due_at is None
    desk.later(days=14)  # Wednesday 9:00, two weeks on
    said = desk.on(FIRST, "resume")
    assert said["due"] == at("2026-12-22T17:30").isoformat(), "two weeks later than it was, no holiday between"
    assert "2026-12-02 09:00 至 2026-12-16 09:00 挂账" in said["due_explanation_zh"]
    assert desk.due_of(task) == at("2026-12-22T17:30")
    assert (desk.referral().state, desk.incident().due_at) == ("handling", at("2026-12-22T17:30"))


def test_a_suspension_is_reviewed_in_thirty_days_and_ends_after_ninety(desk: Desk) -> None:
    desk.dispatch()
    assert "30 日内" in refused(desk, "suspend", review_date="2027-01-01", **SUSPENSION)
    assert "今天以后" in refused(desk, "suspend", review_date="2026-12-01", **SUSPENSION)
    assert "复核日期" in refused(desk, "suspend", review_date="", **SUSPENSION)
    suspend(desk, "2026-12-31")
    for review in ("2027-01-30", "2027-03-01"):
        desk.later(days=30)
        suspend(desk, review)
    desk.later(days=29)
    assert "90 日" in refused(desk, "suspend", review_date="2027-03-02", **SUSPENSION)
    assert [each.until_at is None for each in desk.rows(ClockPause)].count(True) == 1


def test_time_beyond_the_allowance_counts(desk: Desk) -> None:
    desk.dispatch()
    suspend(desk, "2026-12-31")
    desk.later(days=200)
    said = desk.on(FIRST, "resume")
    [pause] = desk.rows(ClockPause)
    assert pause.until_at == pause.from_at + timedelta(days=90)
    assert at("2027-03-01T09:00") < datetime.fromisoformat(said["due"]) < desk.clock.now()
    assert desk.on(FIRST, "clock")["overdue"] is True


def test_a_pause_that_ends_with_its_clock_is_no_longer_than_the_allowance(desk: Desk) -> None:
    desk.dispatch()
    suspend(desk, "2026-12-31")
    desk.later(days=120)
    desk.on(FIRST, "terminate", reason="属于诉讼途径")
    [pause] = desk.rows(ClockPause)
    assert pause.until_at == pause.from_at + timedelta(days=90)


def test_what_is_overdue_is_not_suspended_and_what_is_suspended_not_extended(desk: Desk) -> None:
    desk.dispatch()
    suspend(desk, "2026-12-05")
    assert "挂账" in refused(desk, "extend", new_due="2026-12-20", reason="延")
    desk.on(FIRST, "resume")
    with pytest.raises(GuardRefused):
        desk.on(FIRST, "resume")
    desk.later(days=30)
    assert "届满" in refused(desk, "suspend", review_date="2027-01-05", **SUSPENSION)


def test_a_clock_that_was_stopped_is_done_with(desk: Desk) -> None:
    desk.dispatch()
    desk.complete()
    for name, more in (
        ("extend", {"days": 1, "reason": "延"}),
        ("suspend", {"review_date": "2026-12-05", **SUSPENSION}),
    ):
        with pytest.raises(GuardRefused, match="停止计时"):
            desk.on(FIRST, name, **more)
    read = desk.on(FIRST, "clock")
    assert (read["next_at"], read["overdue"]) == (None, False)


def test_natural_time_runs_on_at_night(desk: Desk) -> None:
    desk.put(urgency="emergency")
    desk.clock.advance(timedelta(hours=12))
    said = desk.dispatch(limits=EMERGENCY)["lead"]
    assert (said["sign_by"], said["due"]) == ("2026-12-01T21:30:00+08:00", "2026-12-02T03:00:00+08:00")


@given(st.sampled_from(Unit), st.integers(1, 30))
def test_half_of_a_limit_is_not_longer_than_it(unit: Unit, amount: int) -> None:
    start, limit = at("2026-12-01T09:00"), Limit(amount, unit)
    assert work_calendar().deadline(start, half(limit)).at <= work_calendar().deadline(start, limit).at
