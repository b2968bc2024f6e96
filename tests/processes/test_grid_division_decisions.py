"""What people decide in the grid division: return, rejection, special approval, withdrawal."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from engine.clock import TIMEZONE
from tests.processes.case import Case
from tests.processes.division import DEVIATING, HUGE, OPINION, PLAN, approve, propose, sign

if TYPE_CHECKING:
    from engine.bpmn.definition import Definition


# returned, and submitted again


def test_the_leaders_return_comes_back_to_the_clerk_with_the_opinion(case: Case) -> None:
    propose(case)
    case.fill("sign", decision="return", opinion=OPINION)
    assert case.waiting == {"propose"}
    (finding,) = case.value("propose", "findings")
    assert (finding["field"], finding["code"]) == ("", "returned")
    assert finding["message_zh"] == f"乡镇（街道）负责人退回：{OPINION}"
    assert case.task("propose").variables["plan"] == PLAN, "nothing of what was filled in is lost"


def test_a_first_draft_has_no_deadline_and_a_returned_one_has_ten_working_days(case: Case) -> None:
    assert case.task("propose").due_at is None
    assert case.value("propose", "findings") == []
    propose(case)
    case.fill("sign", decision="return", opinion=OPINION)
    assert case.task("propose").due_at == datetime(2026, 12, 15, 17, 30, tzinfo=TIMEZONE)


def test_a_plan_returned_by_the_county_is_submitted_again_and_approved(case: Case) -> None:
    propose(case)
    sign(case)
    case.fill("review", checks=["boundary_clear"], conclusion="return", opinion=OPINION)
    assert case.waiting == {"propose"}, "the reminder has gone with the review"
    assert [f["message_zh"] for f in case.value("propose", "findings")] == [f"县级审核退回：{OPINION}"]
    propose(case)
    sign(case)
    assert case.waiting == {"review", "remind_before_due", "review_overdue"}
    approve(case)
    assert case.waiting == {"wait_effective"}
    assert case.entered.count("review") == 2


def test_the_opinion_shown_is_the_one_of_who_returned_it_last(case: Case) -> None:
    propose(case)
    sign(case)
    case.fill("review", checks=["boundary_clear"], conclusion="return", opinion=OPINION)
    propose(case)
    case.fill("sign", decision="return", opinion="请先与社区核对户数后再报。")
    assert [f["message_zh"] for f in case.value("propose", "findings")] == [
        "乡镇（街道）负责人退回：请先与社区核对户数后再报。"
    ]


def test_many_rounds_change_nothing(case: Case) -> None:
    for _ in range(12):
        propose(case, DEVIATING)
        propose(case)
        sign(case)
        case.fill("review", checks=["boundary_clear"], conclusion="return", opinion=OPINION)
    propose(case)
    sign(case)
    approve(case)
    assert case.waiting == {"wait_effective"}


# rejected


def test_a_rejected_plan_ends(case: Case) -> None:
    propose(case)
    sign(case)
    case.fill("review", checks=["boundary_clear"], conclusion="reject", opinion=OPINION)
    assert (case.ended, case.milestone, case.waiting) == ("rejected_by_review", "不予同意", set())
    assert "apply_plan" not in case.entered


# special approval


def test_a_very_large_grid_goes_to_the_county_leader(case: Case) -> None:
    propose(case, HUGE)
    assert [(f["severity"], f["code"]) for f in case.value("sign", "findings")] == [("warning", "SUGGEST_SPLIT")]
    sign(case)
    approve(case)
    assert case.waiting == {"decide"}
    assert case.milestone == "专项审定"
    case.fill("decide", conclusion="approve", opinion="封闭小区，同意暂不拆分。")
    assert case.waiting == {"wait_effective"}


def test_the_leader_may_return_a_plan(case: Case) -> None:
    propose(case, HUGE)
    sign(case)
    approve(case)
    case.fill("decide", conclusion="return", opinion=OPINION)
    assert case.waiting == {"propose"}
    messages = [f["message_zh"] for f in case.value("propose", "findings")]
    assert messages[0] == f"县级负责人退回：{OPINION}"
    assert "须县级负责人专项审定" in messages[1]


def test_the_leader_may_reject_a_plan(case: Case) -> None:
    propose(case, HUGE)
    sign(case)
    approve(case)
    case.fill("decide", conclusion="reject", opinion=OPINION)
    assert (case.ended, case.milestone) == ("rejected_by_leader", "不予同意")


# withdrawn


@pytest.mark.parametrize("task", ["propose", "sign", "review", "decide"])
def test_a_plan_can_be_withdrawn_until_it_is_approved(case: Case, task: str) -> None:
    if task != "propose":
        propose(case, HUGE)
    if task in {"review", "decide"}:
        sign(case)
    if task == "decide":
        approve(case)
    assert case.awaited() == [task]
    assert case.send("withdraw", withdrawal={"reason": "情况有变"})
    assert (case.ended, case.milestone, case.waiting) == (f"withdrawn_from_{task}", "已撤回", set())
    assert case.variables["withdrawal"] == {"reason": "情况有变"}


def test_a_plan_cannot_be_withdrawn_once_it_is_approved(case: Case) -> None:
    propose(case)
    sign(case)
    approve(case)
    assert not case.send("withdraw", withdrawal={"reason": "太迟了"})
    assert case.waiting == {"wait_effective"}


def test_the_township_alone_withdraws(definition: Definition) -> None:
    events = [element for element in definition.elements.values() if element.id.startswith("withdraw_")]
    assert len(events) == 4
    assert {event.properties["senders"] for event in events} == {"township_clerk,township_leader"}
    assert {event.properties["variable"] for event in events} == {"withdrawal"}
