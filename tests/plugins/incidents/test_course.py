"""What pages are given: open referrals where one may look, and the course of an incident with its explained clocks."""

from __future__ import annotations

import pytest

from engine.core_api import NotFound
from engine.types import SYSTEM, Actor
from plugins.incidents import api
from plugins.incidents.api import ReferralFilter
from tests.plugins.incidents.desk import EMB, EMERGENCY, FIRST, NO, RETURN, RULING, SUSPENSION, TOWNSHIP, UMB, Desk
from tests.plugins.incidents.test_clock import at
from tests.plugins.serving import staff

SECOND = f"{NO}-2"
URBAN, FIRE = staff("邓", "department_staff", UMB), staff("伍", "department_staff", EMB)
CLERK, COUNTY = staff("王", "township_clerk", TOWNSHIP), staff("周", "agency_clerk", "431103")
ELSEWHERE = staff("零", "agency_clerk", "431102")


def listed(desk: Desk, actor: Actor, **wanted: object) -> list[str]:
    with desk.engine.begin(actor, write=False) as work:
        return [each.no for each in api.referrals(work, ReferralFilter(**wanted))]  # type: ignore[arg-type]


def test_everybody_sees_the_referrals_of_their_place_and_department(desk: Desk) -> None:
    desk.dispatch(assists=[EMB])
    assert listed(desk, CLERK) == listed(desk, COUNTY) == [FIRST, SECOND]
    assert listed(desk, URBAN) == [FIRST]
    assert listed(desk, FIRE) == [SECOND]
    assert listed(desk, ELSEWHERE) == []
    assert listed(desk, Actor("x", "无岗位")) == []


def test_the_list_has_what_is_due_first_in_front_and_the_suspended_last(both: Desk) -> None:
    desk = both
    desk.dispatch(assists=[EMB])
    desk.on(SECOND, "extend", days=1, reason="采购")
    assert listed(desk, COUNTY) == [FIRST, SECOND]
    desk.on(FIRST, "suspend", review_date="2026-12-20", **SUSPENSION)
    assert listed(desk, COUNTY) == [SECOND, FIRST]
    assert listed(desk, COUNTY, overdue=True) == []
    desk.later(days=12)
    assert listed(desk, COUNTY, overdue=True) == [SECOND], "what is suspended is not overdue"
    with desk.engine.begin(COUNTY, write=False) as work:
        late, rests = api.referrals(work)
        assert (late.overdue, late.paused, rests.overdue, rests.paused) == (True, False, False, True)
        assert (late.unit_name, late.title, late.township) == ("应急局", "井盖破损", TOWNSHIP)


def test_the_list_is_narrowed_and_paged(desk: Desk) -> None:
    desk.dispatch(assists=[EMB])
    assert listed(desk, COUNTY, unit=EMB) == [SECOND]
    assert listed(desk, COUNTY, urgency="urgent") == []
    assert listed(desk, COUNTY, township=TOWNSHIP) == [FIRST, SECOND]
    assert listed(desk, COUNTY, page=2) == []
    desk.complete(SECOND)
    assert listed(desk, COUNTY) == [FIRST], "what is completed is not open"


def test_the_clock_explains_itself_and_shows_its_segments(desk: Desk) -> None:
    desk.dispatch()
    desk.later(hours=1)
    desk.on(FIRST, "extend", days=2, reason="采购配件")
    desk.on(FIRST, "suspend", review_date="2026-12-05", **SUSPENSION)
    desk.later(days=2)
    desk.on(FIRST, "resume")
    with desk.engine.begin(CLERK, write=False) as work:
        clock = api.clock_of(work, FIRST)
    assert [(each.kind, each.note) for each in clock.segments] == [
        ("running", ""),
        ("paused", "设置围挡"),
        ("running", ""),
        ("extended", "采购配件"),
    ]
    assert clock.segments[0].until == clock.segments[1].since == at("2026-12-01T10:00")
    assert clock.segments[2].until is None
    for said in ("5 个工作日", "延至 2026-12-10 17:30", "挂账"):
        assert said in clock.explanation_zh
    assert clock.due_at == at("2026-12-14T17:30")
    assert (clock.paused, clock.overdue, clock.rung) == (False, False, "none")
    assert clock.next_rung_at is not None


def test_what_one_may_not_see_there_is_not(desk: Desk) -> None:
    desk.dispatch()
    for actor in (ELSEWHERE, FIRE):
        with desk.engine.begin(actor, write=False) as work:
            with pytest.raises(NotFound):
                api.clock_of(work, FIRST)
            with pytest.raises(NotFound):
                api.course_of(work, NO)
    with desk.engine.begin(COUNTY, write=False) as work, pytest.raises(NotFound):
        api.clock_of(work, f"{NO}-9")


def test_the_course_has_everything_that_happened(both: Desk) -> None:
    desk = both
    desk.put(urgency="emergency")
    desk.dispatch(limits=EMERGENCY)
    desk.on(FIRST, "request_return", request=RETURN)
    desk.on(FIRST, "open_dispute", departments=[EMB])
    desk.on(FIRST, "rule_dispute", ruling=RULING, arbiter="county")
    desk.dispatch(lead=EMB, limits=EMERGENCY, designated=True)
    desk.on(SECOND, "remind", measures=[{"rung": "50", "measure": "remind", "to": "handler"}])
    desk.complete(SECOND)
    desk.verify("fail", SECOND)
    desk.complete(SECOND)
    desk.verify("pass", SECOND)
    desk.call("survey", answer={"solved": "yes", "score": 4})
    desk.call("close", code="closed_solved")
    desk.call("reopen", reason="又坏了")
    with desk.engine.begin(SYSTEM, write=False) as work:
        course = api.course_of(work, NO)
        first, second = course.referrals
        assert (first.state, [each.lead for each in first.disputes]) == ("returned", [EMB])
        assert (second.unit_name, second.state, second.designated) == ("应急局", "accepted", True)
        assert [each.round for each in second.clocks] == [0, 1]
        assert [each.measure for each in second.notices] == ["remind"]
        assert [each.verdict for each in second.verifications] == ["fail", "pass"]
        assert [each.score for each in course.ratings] == [4]
        assert [each.reason for each in course.reopenings] == ["又坏了"]
    with desk.engine.begin(URBAN, write=False) as work:
        assert len(api.course_of(work, NO).referrals) == 2, "a department that had it sees what became of it"
