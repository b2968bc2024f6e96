"""The straight way through the grid division: check, reminder, effect; real interpreter, expressions and size rule."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.bpmn.parser import parse
from engine.clock import TIMEZONE
from engine.errors import TimerNotDue
from tests.processes.case import Case
from tests.processes.division import (
    APPLIED,
    DEVIATING,
    EMPTY_NOTICE,
    FAULT,
    NO,
    PATROLS,
    PLAN,
    PROPOSAL,
    STAFFING,
    approve,
    follow,
    grid,
    propose,
    sign,
    staff,
    take_effect,
)

if TYPE_CHECKING:
    from engine.bpmn.definition import Definition
    from engine.bpmn.environment import Environment
    from engine.bundle import Bundle
    from engine.clock import FixedClock


# the bundle


def test_the_bundle_has_nothing_to_object_to(bundle: Bundle, environment: Environment) -> None:
    definitions, findings = parse(bundle, environment)
    assert [definition.key for definition in definitions] == ["grid-division"]
    assert [str(finding) for finding in findings] == []


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
    assert case.waiting == {"review", "remind_before_due", "review_overdue"}
    approve(case)
    reached()
    assert case.waiting == {"wait_effective"}
    take_effect(case, clock)
    reached()
    assert case.waiting == {"notify", "file", "staff"}
    assert case.inputs("notify") == {
        "proposal_no": NO,
        "county": "431103",
        "subject": f"网格调整通报：{NO}",
        "subject_en": f"Grids changed: {NO}",
        **APPLIED,
    }
    case.answer("notify", **EMPTY_NOTICE)
    assert case.inputs("replan_patrols")["created"] == APPLIED["created"]
    case.answer("replan_patrols", **PATROLS)
    assert case.ended is None, "a case does not close before the filing (I13)"
    case.fill("file", receipt_no="永网备〔2026〕12号", remark="recorded")
    assert case.inputs("record_filing")["note"] == ""
    case.answer("record_filing")
    assert case.ended is None, "a case does not close before its grids are staffed (R5)"
    staff(case)
    reached()
    assert case.ended == "closed_applied"
    assert milestones == ["填报", "校验", "待乡镇审签", "县级审核中", "已批准待生效", "已生效", "已办结"]


def test_a_case_does_not_close_before_the_departments_are_notified(case: Case, clock: FixedClock) -> None:
    propose(case)
    sign(case)
    approve(case)
    take_effect(case, clock)
    case.fill("file", receipt_no="YZ-2026-0001", remark="query", note="请说明专属网格的人口依据。")
    asked = case.inputs("ask_county")
    assert (asked["group"], asked["org_unit"]) == ("county_reviewer", "431103")
    assert asked["body"].endswith("函询：请说明专属网格的人口依据。")
    case.answer("ask_county", notices=1)
    case.answer("record_filing")
    staff(case)
    assert case.waiting == {"notify"}
    case.answer("notify", **EMPTY_NOTICE)
    case.answer("replan_patrols", **PATROLS)
    assert case.ended == "closed_applied"


def test_a_worker_who_left_meanwhile_brings_the_staffing_back(case: Case, clock: FixedClock) -> None:
    propose(case)
    sign(case)
    approve(case)
    take_effect(case, clock)
    case.fill("staff", staffing=STAFFING)
    finding = FAULT | {"field": "", "severity": "warning", "code": "NOT_STAFFED"}
    case.fail("staff_grids", "NOT_STAFFED", findings=[finding])
    assert case.waiting == {"notify", "file", "staff"}
    assert case.value("staff", "findings") == [finding]


def test_where_no_grid_was_made_there_is_nobody_to_find(case: Case, clock: FixedClock) -> None:
    propose(case)
    sign(case)
    approve(case)
    clock.set(datetime(2026, 12, 31, 0, 0, tzinfo=TIMEZONE))
    case.fire("wait_effective")
    case.answer("apply_plan", revision=4, created=[], retired=[])
    case.answer("carry_over", carried=[])
    assert case.waiting == {"notify", "file"}


def test_the_staffing_is_due_within_five_working_days(case: Case, clock: FixedClock) -> None:
    propose(case)
    sign(case)
    approve(case)
    take_effect(case, clock)
    assert case.task("staff").due_at == case.task("file").due_at
    assert case.value("staff", "findings") == []


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
    propose(case, grid(kind=None))
    assert case.waiting == {"propose"}
    assert [finding["code"] for finding in case.value("propose", "findings")] == ["NO_VERDICT"]


# the reminder, and who is told when the review is late


def test_a_late_review_is_told_to_the_county_leader_and_to_the_city(case: Case, clock: FixedClock) -> None:
    propose(case)
    sign(case)
    clock.set(datetime(2026, 12, 15, 17, 30, tzinfo=TIMEZONE) - timedelta(seconds=1))
    with pytest.raises(TimerNotDue):
        case.fire("review_overdue")
    clock.set(datetime(2026, 12, 15, 17, 30, tzinfo=TIMEZONE))
    case.fire("review_overdue")
    told = []
    while "tell_leaders" in case.waiting:
        told.append((case.inputs("tell_leaders")["group"], case.inputs("tell_leaders")["org_unit"]))
        case.answer("tell_leaders", notices=1)
    assert told == [("county_leader", "431103"), ("city_agency", "431100")]
    assert case.waiting == {"review", "remind_before_due"}, "the review goes on"


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
    assert case.waiting == {"review", "remind_reviewer", "review_overdue"}
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
    follow(case)
    assert case.waiting == {"notify", "file", "staff"}
