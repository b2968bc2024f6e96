"""The end of an incident: verified by another (I14), reworked, rated, closed, and taken up again inside the window."""

from __future__ import annotations

from typing import Any

import pytest

from engine.core_api import GuardRefused
from engine.plugin_api import BusinessError
from engine.wording import in_chinese
from plugins.incidents.tables_referral import Referral, Reopening, Satisfaction, Verification
from plugins.notifications.tables import Notice
from tests.plugins.incidents.desk import EMB, EMERGENCY, FIRST, NO, UMB, URGENT, Desk

FIVE = {"solved": "yes", "score": 5, "comment": "很快"}


def handled(desk: Desk, **own: Any) -> None:
    desk.dispatch(**own)
    desk.did("handle", "李办理", UMB)
    desk.complete()


def test_who_handled_it_does_not_verify_it(desk: Desk) -> None:
    handled(desk)
    with pytest.raises(BusinessError) as refused:
        desk.verify("pass", by="李办理")
    assert refused.value.code == "NOT_INDEPENDENT"
    assert desk.rows(Verification) == []
    assert desk.verify("pass")["passed"] is True
    [kept] = desk.rows(Verification)
    assert (kept.verifier_id, kept.verdict, kept.detail) == ("张网格", "pass", {"on_site": True})


def test_who_assisted_does_not_verify_it_either(desk: Desk) -> None:
    desk.dispatch(assists=[EMB])
    desk.did("handle", "伍应急", EMB)
    desk.complete(f"{NO}-2")
    desk.complete(FIRST)
    with pytest.raises(BusinessError, match="办理人不得核查"):
        desk.verify("pass", by="伍应急")


def test_nothing_is_verified_that_nobody_looked_at_or_that_is_not_done(desk: Desk) -> None:
    desk.dispatch()
    with pytest.raises(GuardRefused, match="尚未核查"):
        desk.on(FIRST, "verify", verdict="pass")
    with pytest.raises(GuardRefused):
        desk.verify("pass")


def test_what_passed_is_accepted_with_its_assistants(desk: Desk) -> None:
    desk.dispatch(assists=[EMB])
    desk.complete(f"{NO}-2")
    desk.complete(FIRST)
    desk.verify("pass")
    assert [each.state for each in desk.rows(Referral)] == ["accepted", "accepted"]


@pytest.mark.parametrize(
    ("urgency", "limits", "due"),
    [
        ("normal", None, "2026-12-03T17:30:00+08:00"),  # two of five working days
        ("urgent", URGENT, "2026-12-01T12:00:00+08:00"),  # three of six and a half hours
        ("emergency", EMERGENCY, "2026-12-01T12:00:00+08:00"),  # three of six hours
        ("complex", {**URGENT, "handle": {"amount": 15, "unit": "working_days"}}, "2026-12-04T17:30:00+08:00"),
    ],
)
def test_rework_has_half_of_the_time_and_three_working_days_at_most(
    desk: Desk, urgency: str, limits: Any, due: str
) -> None:
    desk.put(urgency=urgency)
    handled(desk, **({"limits": limits} if limits else {}))
    said = desk.verify("fail")
    assert (said["passed"], said["rework_count"], said["supervise"]) == (False, 1, False)
    assert said["due"] == said["referral"]["due"] == due
    assert said["referral"]["rework"] is True
    assert "第 1 次返工" in said["due_explanation_zh"]
    assert (desk.incident().state, desk.incident().rework_count) == ("rework", 1)
    assert desk.on(FIRST, "clock")["due"] == due


def test_two_reworks_call_for_supervision(desk: Desk) -> None:
    handled(desk)
    desk.verify("fail")
    desk.complete()
    assert desk.verify("fail")["supervise"] is True
    assert desk.on(FIRST, "clock")["rework_count"] == 2
    desk.complete()
    assert desk.verify("pass")["rework_count"] == 2


def test_what_cannot_be_checked_is_not_reworked(desk: Desk) -> None:
    handled(desk)
    said = desk.verify("cannot_check")
    assert (said["passed"], said["referral"]) == (False, None)
    assert desk.referral().state == "completed", "somebody else may look"
    assert desk.call("survey", answer=None)["verification"] == "cannot_check"


def test_the_facts_of_d8(desk: Desk) -> None:
    handled(desk)
    desk.verify("pass")
    assert desk.call("survey", answer=FIVE) == {
        "verification": "pass",
        "answered": True,
        "solved": "yes",
        "score": 5,
        "within_duty": True,
        "lawful": True,
    }
    [kept] = desk.rows(Satisfaction)
    assert (kept.solved, kept.score, kept.comment) == ("yes", 5, "很快")


@pytest.mark.parametrize(
    ("answer", "facts"),
    [
        (None, {"answered": False, "solved": None, "score": None}),
        ({"solved": "maybe", "score": 9}, {"answered": False, "solved": None, "score": None}),
        ({"solved": "no", "score": "2"}, {"answered": True, "solved": "no", "score": 2}),
        ({"score": 1, "claim_lawful": False}, {"answered": True, "score": 1, "lawful": False}),
        ({"score": 1, "reason_within_duty": False}, {"within_duty": False}),
    ],
)
def test_what_was_answered(desk: Desk, answer: Any, facts: dict[str, Any]) -> None:
    handled(desk)
    said = desk.call("survey", answer=answer)
    assert {name: said[name] for name in facts} == facts
    assert said["verification"] == "none"
    assert desk.referral().state == "accepted", "nobody looks at an enquiry"


def test_an_incident_is_closed_and_its_township_told(desk: Desk) -> None:
    handled(desk)
    desk.verify("pass")
    desk.call("survey", answer=FIVE)
    said = desk.call("close", code="closed_solved", note="已恢复")
    assert said["reopen_until"] == "2026-12-15T17:30:00+08:00"
    incident = desk.incident()
    assert (incident.state, incident.closing_code, incident.closed_at) == (
        "closed",
        "closed_solved",
        desk.clock.now(),
    )
    told = [each for each in desk.rows(Notice) if in_chinese(each.subject).startswith("办结")]
    assert {(each.candidate_group, each.org_unit) for each in told} == {
        ("grid_worker", "431103001"),
        ("township_clerk", "431103001"),
    }


def test_nothing_is_solved_before_somebody_did_something(desk: Desk) -> None:
    desk.dispatch()
    with pytest.raises(GuardRefused, match="尚无办理结果"):
        desk.call("close", code="closed_solved")
    desk.call("close", code="closed_transferred", note="已进入诉讼")
    assert desk.incident().closing_note == "已进入诉讼"
    assert desk.referral().state == "terminated"
    assert desk.clock_of().stopped_at is not None


def test_a_rating_that_is_not_used_says_why(desk: Desk) -> None:
    handled(desk)
    desk.call("survey", answer={"score": 1, "solved": "partly"})
    desk.call("close", code="closed_explained", annulled="诉求于法无据")
    assert [each.annulled for each in desk.rows(Satisfaction)] == ["诉求于法无据"]


@pytest.mark.parametrize("code", ["not_accepted", "cancelled", "duplicate"])
def test_what_was_not_accepted_is_not_reopened(desk: Desk, code: str) -> None:
    desk.put(state="triage")
    assert desk.call("close", code=code, duplicate_of="SJ-1" if code == "duplicate" else None)["reopen_until"] is None
    with pytest.raises(BusinessError) as refused:
        desk.call("reopen", reason="不服")
    assert refused.value.code == "REOPEN_NOT_ALLOWED"


def test_a_closed_incident_is_reopened_as_an_urgent_one_within_ten_working_days(desk: Desk) -> None:
    handled(desk)
    desk.call("close", code="closed_solved")
    desk.later(days=14, hours=8)
    assert desk.call("reopen", reason="又坏了", by="reporter") == {"reopen_count": 1, "urgency": "urgent"}
    incident = desk.incident()
    assert (incident.state, incident.closed_at, incident.closing_code) == ("reopened", None, None)
    [kept] = desk.rows(Reopening)
    assert (kept.urgency_before, kept.code_before, kept.reason) == ("normal", "closed_solved", "又坏了")
    assert desk.dispatch(limits=URGENT)["lead"]["referral_no"] == f"{NO}-2"


def test_it_is_not_reopened_after_them(desk: Desk) -> None:
    handled(desk)
    desk.call("close", code="closed_solved")
    desk.later(days=14, hours=9)
    with pytest.raises(BusinessError, match="届满"):
        desk.call("reopen", reason="又坏了")


def test_a_bad_rating_may_reopen_it_before_it_is_closed_and_an_emergency_stays_one(desk: Desk) -> None:
    desk.put(urgency="emergency")
    handled(desk, limits=EMERGENCY)
    desk.call("survey", answer={"solved": "no", "score": 1})
    assert desk.call("reopen", reason="未解决", by="platform")["urgency"] == "emergency"
