"""Every way through the grid division, with the real interpreter, expressions and size rule, on a frozen clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.bpmn.parser import parse
from engine.clock import TIMEZONE
from engine.errors import TimerNotDue
from engine.findings import Severity
from tests.processes.case import Case

if TYPE_CHECKING:
    from engine.bpmn.definition import Definition
    from engine.bpmn.environment import Environment
    from engine.bundle import Bundle
    from engine.clock import FixedClock

NO = "HF-431103001-2026-0001"
PROPOSAL = {
    "no": NO,
    "township": "431103001",
    "township_name": "梅湾街道",
    "county": "431103",
    "city": "431100",
}
PLAN = {
    "reason_type": "community_resized",
    "reason_text": "小区二期交付，新增住户较多，原网格规模过大。",
    "effective_date": date(2026, 12, 31),
    "base_revision": 3,
    "changes": [{"op": "split", "grid": "431103001001-C001"}],
}
OPINION = "边界与相邻社区重叠，请核对后再报。"
APPLIED = {"revision": 4, "created": ["431103001001-C002", "431103001001-C003"], "retired": ["431103001001-C001"]}
EMPTY_NOTICE = {"departments": ["431103-UMB"], "notices": 1}
PATROLS: dict[str, Any] = {"routes": [], "ended": [], "summary": "已调整巡查安排"}
ORDER = ["propose", "check_plan", "assess_size", "summarise", "plan_passes"]


def grid(field: str = "changes.0.parts.0", **changed: Any) -> dict[str, Any]:
    """A resulting grid as `grid_registry.check_plan` gives it: within the standard unless changed."""
    return {
        "field": field,
        "name": "梅湾一网格",
        "kind": "comprehensive",
        "setting": "urban",
        "households": 300,
        "population": 1000,
        "institution": "none",
        "reasons": False,
        "justification": "",
        **changed,
    }


DEVIATING = grid(households=391, population=1300)
HUGE = grid(households=900, population=3000, reasons=True, justification="封闭小区，不宜分割。")
FAULT = {
    "field": "changes.0.parts.1.unit_ids",
    "severity": "error",
    "code": "UNIT_ORPHANED",
    "rule": "I5",
    "message_zh": "有单元未归入网格",
    "message_en": "A unit is left over",
}


@pytest.fixture
def definition(bundle: Bundle, environment: Environment) -> Definition:
    definitions, _ = parse(bundle, environment)
    (definition,) = definitions
    return definition


@pytest.fixture
def case(definition: Definition, environment: Environment) -> Case:
    return Case(definition, environment, proposal=PROPOSAL)


def propose(case: Case, *grids: dict[str, Any], findings: tuple[dict[str, str], ...] = (), **plan: Any) -> None:
    case.fill("propose", **(PLAN | plan))
    assert case.inputs("check_plan")["proposal_no"] == NO
    ok = not any(finding["severity"] == "error" for finding in findings)
    case.answer("check_plan", ok=ok, findings=list(findings), grids=list(grids or (grid(),)))


def sign(case: Case) -> None:
    case.fill("sign", decision="submit", statement=True)


def approve(case: Case) -> None:
    case.fill("review", checks=["boundary_clear"], conclusion="approve")


def take_effect(case: Case, clock: FixedClock) -> None:
    clock.set(datetime(2026, 12, 31, 0, 0, tzinfo=TIMEZONE))
    case.fire("wait_effective")
    case.answer("apply_plan", **APPLIED)


# the bundle


def test_the_bundle_has_nothing_to_object_to(bundle: Bundle, environment: Environment) -> None:
    definitions, findings = parse(bundle, environment)
    assert [definition.key for definition in definitions] == ["grid-division"]
    assert [str(finding) for finding in findings if finding.severity is Severity.ERROR] == []
    # these errors are faults of the register or of a plugin, no outcome of the process: an operator must look
    assert {(finding.code, finding.element_id) for finding in findings} == {
        ("handler.error-uncaught", element) for element in ("remind_reviewer", "notify", "replan_patrols")
    }


def test_everyone_works_in_the_unit_that_is_theirs(definition: Definition, environment: Environment) -> None:
    lanes = {element.lane for element in definition.elements.values() if element.lane and element.type == "userTask"}
    now = environment.clock.now()
    units = {
        lane.candidate_group: environment.feel.evaluate(lane.unit, {"proposal": PROPOSAL}, now)
        for lane in lanes
        if lane is not None
    }
    assert units == {
        "township_clerk": "431103001",
        "township_leader": "431103001",
        "county_reviewer": "431103",
        "county_leader": "431103",
        "city_agency": "431100",
    }


# the straight way


def test_an_approved_plan_goes_through_to_the_end(case: Case, clock: FixedClock) -> None:
    milestones = [case.milestone]

    def reached() -> None:
        milestones.append(case.milestone)

    case.fill("propose", **PLAN)
    reached()
    case.answer("check_plan", ok=True, findings=[], grids=[grid(), grid("changes.0.parts.1")])
    assert case.decided == ["CONFORMS", "CONFORMS"]
    assert case.variables["findings"] == []
    reached()
    sign(case)
    reached()
    assert case.waiting == {"review", "remind_before_due"}
    approve(case)
    reached()
    assert case.waiting == {"wait_effective"}
    take_effect(case, clock)
    reached()
    assert case.waiting == {"notify", "file"}
    assert case.inputs("notify") == {
        "proposal_no": NO,
        "county": "431103",
        "subject": f"网格调整通报：{NO}",
        **APPLIED,
    }
    case.answer("notify", **EMPTY_NOTICE)
    assert case.inputs("replan_patrols")["created"] == APPLIED["created"]
    case.answer("replan_patrols", **PATROLS)
    assert case.ended is None, "a case does not close before the filing (I13)"
    case.fill("file", receipt_no="永网备〔2026〕12号", remark="recorded")
    assert case.inputs("record_filing")["note"] == ""
    case.answer("record_filing")
    reached()
    assert case.ended == "closed_applied"
    assert milestones == ["填报", "校验", "待乡镇审签", "县级审核中", "已批准待生效", "已生效", "已办结"]


def test_a_case_does_not_close_before_the_departments_are_notified(case: Case, clock: FixedClock) -> None:
    propose(case)
    sign(case)
    approve(case)
    take_effect(case, clock)
    case.fill("file", receipt_no="YZ-2026-0001", remark="query", note="请说明专属网格的人口依据。")
    case.answer("record_filing")
    assert case.waiting == {"notify"}
    case.answer("notify", **EMPTY_NOTICE)
    case.answer("replan_patrols", **PATROLS)
    assert case.ended == "closed_applied"


def test_the_filing_is_due_within_five_working_days(case: Case, clock: FixedClock) -> None:
    propose(case)
    sign(case)
    approve(case)
    take_effect(case, clock)
    # 31 December 2026 is a Thursday; New Year's Day and the weekend do not count
    assert case.task("file").due_at == datetime(2027, 1, 8, 17, 30, tzinfo=TIMEZONE)


# the check


def test_a_plan_that_needs_reasons_and_has_none_comes_back_with_the_finding_at_its_field(case: Case) -> None:
    propose(case, grid(), DEVIATING | {"field": "changes.0.parts.1"})
    assert case.waiting == {"propose"}
    (finding,) = case.value("propose", "findings")
    assert (finding["field"], finding["severity"], finding["code"]) == (
        "changes.0.parts.1.justification",
        "error",
        "JUSTIFY",
    )
    assert "“梅湾一网格”" in finding["message_zh"]
    assert "300 households" in finding["message_en"]
    propose(case, grid(), DEVIATING | {"field": "changes.0.parts.1", "reasons": True, "justification": "一栋不可分"})
    assert case.waiting == {"sign"}
    assert case.variables["findings"] == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"households": 0, "population": 0}, "INVALID"), ({"kind": "exclusive"}, "REJECT_NO_INSTITUTION")],
)
def test_a_grid_that_must_not_be_is_an_error_at_the_grid(case: Case, changed: dict[str, Any], code: str) -> None:
    propose(case, grid(reasons=True, justification="有理由也不行", **changed))
    (finding,) = case.value("propose", "findings")
    assert (finding["field"], finding["severity"], finding["code"]) == ("changes.0.parts.0", "error", code)


def test_faults_of_the_structure_come_back_too(case: Case) -> None:
    propose(case, findings=(FAULT,))
    assert case.waiting == {"propose"}
    assert case.value("propose", "findings") == [FAULT]


def test_a_plan_without_resized_grids_is_checked_all_the_same(case: Case) -> None:
    case.fill("propose", **PLAN)
    case.answer("check_plan", ok=True, findings=[], grids=[])
    assert case.waiting == {"sign"}
    assert case.variables["verdicts"] == []


def test_a_warning_does_not_hold_a_plan_up_and_is_shown_to_the_leader(case: Case) -> None:
    warning = FAULT | {"severity": "warning"}
    propose(case, findings=(warning,))
    assert case.waiting == {"sign"}
    assert case.value("sign", "findings") == [warning]


def test_a_grid_that_no_rule_fits_is_not_let_through(case: Case) -> None:
    propose(case, grid(kind="something"))
    assert case.waiting == {"propose"}
    assert [finding["code"] for finding in case.value("propose", "findings")] == ["NO_VERDICT"]


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
    assert case.waiting == {"review", "remind_before_due"}
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


# the reminder


def test_the_reviewer_is_reminded_and_the_review_goes_on(case: Case, clock: FixedClock) -> None:
    propose(case)
    sign(case)
    # from Tuesday, 1 December: ten working days end on Tuesday the 15th, eight on Friday the 11th
    assert case.task("review").due_at == datetime(2026, 12, 15, 17, 30, tzinfo=TIMEZONE)
    reminder = datetime(2026, 12, 11, 17, 30, tzinfo=TIMEZONE)
    clock.set(reminder - timedelta(seconds=1))
    with pytest.raises(TimerNotDue):
        case.fire("remind_before_due")
    clock.set(reminder)
    case.fire("remind_before_due")
    assert case.waiting == {"review", "remind_reviewer"}
    assert case.inputs("remind_reviewer")["org_unit"] == "431103"
    assert case.inputs("remind_reviewer")["group"] == "county_reviewer"
    case.answer("remind_reviewer", notices=1)
    assert case.ended is None
    assert case.milestone == "县级审核中"
    approve(case)
    assert case.waiting == {"wait_effective"}


def test_a_plan_can_be_withdrawn_after_the_reminder(case: Case, clock: FixedClock) -> None:
    propose(case)
    sign(case)
    clock.advance(timedelta(days=20))
    case.fire("remind_before_due")
    case.send("withdraw", withdrawal={"reason": "情况有变"})
    assert case.waiting == {"remind_reviewer"}
    case.answer("remind_reviewer", notices=1)
    assert case.milestone == "已撤回"


# taking effect


def test_a_plan_waits_for_midnight_of_its_effective_date(case: Case, clock: FixedClock) -> None:
    propose(case)
    sign(case)
    approve(case)
    midnight = datetime(2026, 12, 31, 0, 0, tzinfo=TIMEZONE)
    clock.set(midnight - timedelta(seconds=1))
    with pytest.raises(TimerNotDue):
        case.fire("wait_effective")
    clock.set(midnight)
    case.fire("wait_effective")
    assert case.waiting == {"apply_plan"}
    assert case.inputs("apply_plan") == {"proposal_no": NO}


def test_a_plan_whose_day_has_come_before_the_approval_is_applied_without_waiting(
    case: Case, clock: FixedClock
) -> None:
    propose(case)
    sign(case)
    clock.set(datetime(2027, 1, 5, 9, 0, tzinfo=TIMEZONE))
    approve(case)
    case.fire("wait_effective")
    assert case.waiting == {"apply_plan"}


def test_a_conflict_brings_the_plan_back_with_its_findings(case: Case, clock: FixedClock) -> None:
    propose(case)
    sign(case)
    approve(case)
    clock.set(datetime(2026, 12, 31, 0, 0, tzinfo=TIMEZONE))
    case.fire("wait_effective")
    stale = FAULT | {"field": "base_revision", "code": "STALE_BASE", "rule": "I8"}
    case.fail("apply_plan", "APPLY_CONFLICT", findings=[stale])
    assert case.waiting == {"propose"}
    assert case.value("propose", "findings") == [stale]
    assert case.milestone == "填报"
    propose(case, base_revision=4, effective_date=date(2027, 1, 31))
    sign(case)
    approve(case)
    clock.set(datetime(2027, 1, 31, 0, 0, tzinfo=TIMEZONE))
    case.fire("wait_effective")
    case.answer("apply_plan", **APPLIED)
    assert case.waiting == {"notify", "file"}
