"""A process as it is drawn in a county office, from the proposal to the filing: every kind of wait, return and end."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from marshmallow import fields

from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.execution import Execution
from engine.bpmn.parser import parse
from engine.clock import TIMEZONE, FixedClock
from engine.declaration import Handler, handler
from engine.feel import Feel
from tests.engine.bpmn.conftest import Run
from tests.engine.bpmn.drawing import (
    boundary,
    bundle,
    catch,
    draw,
    each,
    end,
    error,
    exclusive,
    message,
    parallel,
    props,
    rule,
    script,
    service,
    timer,
    user,
)

SIZE = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="dd" name="d" namespace="http://x">
<decision id="size_check" name="size_check"><decisionTable id="t" hitPolicy="FIRST">
<input id="i1"><inputExpression id="ie1"><text>part.households</text></inputExpression></input>
<output id="o1" name="verdict"/><output id="o2" name="review_level"/>
<rule id="r1"><inputEntry id="a1"><text>&gt; 450</text></inputEntry>
<outputEntry id="b1"><text>"over"</text></outputEntry><outputEntry id="c1"><text>"leader"</text></outputEntry></rule>
<rule id="r2"><inputEntry id="a2"><text>-</text></inputEntry>
<outputEntry id="b2"><text>"fits"</text></outputEntry><outputEntry id="c2"><text>"county"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""

NAMES = '<bpmn:message id="m_withdraw" name="withdraw"/><bpmn:error id="er_conflict" errorCode="APPLY_CONFLICT"/>\n'
LANES = {
    "township": ("township_clerk", "proposal.township", ("propose", "sign")),
    "county": ("county_reviewer", "proposal.county", ("review", "decide")),
    "city": ("city_agency", "proposal.city", ("file",)),
}


def diagram() -> bytes:
    withdrawals = [
        part
        for name in ("propose", "sign", "review", "decide")
        for part in (boundary(f"withdraw_{name}", name, message("m_withdraw")), end(f"withdrawn_{name}"))
    ]
    content = draw(
        user("propose", "plan", title='"划分方案 " + proposal.no', findings="findings"),
        service("check_plan", "registry.check_plan", "check", proposal_no="proposal.no", plan="plan"),
        rule("assess_size", "size_check", "verdict", inside=each("check.parts", "part", "verdicts", "verdict")),
        script(
            "summarise",
            'concatenate(check.findings, for v in verdicts[verdict = "over"] '
            'return {field: "parts", severity: if plan.justified then "warning" else "error"})',
            "findings",
        ),
        exclusive("passes", default="passes-sign"),
        user("sign", "signature"),
        exclusive("signed", default="signed-review"),
        user("review", "review", due="working days after(now(), 10)"),
        boundary("remind_at", "review", timer("working days after(now(), 8)", "timeDate"), interrupting=False),
        service("remind", "notes.remind", group='"county_reviewer"', subject='"请尽快审核 " + proposal.no'),
        end("reminded"),
        exclusive("reviewed", default="reviewed-needs_leader"),
        exclusive("needs_leader", default="needs_leader-approved"),
        user("decide", "decision"),
        exclusive("decided", default="decided-approved"),
        exclusive("approved"),
        catch("wait_effective", timer("plan.effective_date", "timeDate")),
        service("apply_plan", "registry.apply_plan", "applied", proposal_no="proposal.no"),
        boundary("conflict", "apply_plan", error("er_conflict")),
        parallel("spread"),
        service("notify", "notes.notify", "notified", created="applied.created", revision="applied.revision"),
        user("file", "filing"),
        service("record", "registry.record_filing", proposal_no="proposal.no", receipt_no="filing.receipt_no"),
        parallel("gathered"),
        exclusive("rejected"),
        end("not_agreed"),
        *withdrawals,
        flows=(
            "s>propose propose>check_plan check_plan>assess_size assess_size>summarise summarise>passes "
            'passes>propose[some f in findings satisfies f.severity = "error"] passes>sign sign>signed '
            'signed>propose[signature.decision = "return"] signed>review review>reviewed remind_at>remind '
            'remind>reminded reviewed>propose[review.conclusion = "return"] '
            'reviewed>rejected[review.conclusion = "reject"] reviewed>needs_leader '
            'needs_leader>decide[some v in verdicts satisfies v.review_level = "leader"] needs_leader>approved '
            'decide>decided decided>propose[decision.conclusion = "return"] '
            'decided>rejected[decision.conclusion = "reject"] decided>approved approved>wait_effective '
            "wait_effective>apply_plan apply_plan>spread conflict>propose spread>notify notify>gathered spread>file "
            "file>record record>gathered gathered>e rejected>not_agreed withdraw_propose>withdrawn_propose "
            "withdraw_sign>withdrawn_sign withdraw_review>withdrawn_review withdraw_decide>withdrawn_decide"
        ),
        process=props(inputs="proposal", title='"网格划分 " + proposal.no'),
        more=NAMES,
    ).decode()
    before, _, rest = content.partition("<bpmn:laneSet")
    _, _, after = rest.partition("</bpmn:laneSet>")
    lanes = "".join(
        f'<bpmn:lane id="lane_{name}" name="{name}">{props(group=group, unit=unit)}'
        + "".join(f"<bpmn:flowNodeRef>{node}</bpmn:flowNodeRef>" for node in nodes)
        + "</bpmn:lane>"
        for name, (group, unit, nodes) in LANES.items()
    )
    return f'{before}<bpmn:laneSet id="lanes">{lanes}</bpmn:laneSet>{after}'.encode()


def declared(id_: str, *inputs: str, **errors: str) -> Handler:
    made: Handler = handler(id_, id_, inputs={name: fields.Raw(required=True) for name in inputs}, errors=errors)(
        lambda ctx, **_: None
    )
    return made


HANDLERS = (
    declared("registry.check_plan", "proposal_no", "plan"),
    declared("registry.apply_plan", "proposal_no", APPLY_CONFLICT="冲突"),
    declared("registry.record_filing", "proposal_no", "receipt_no"),
    declared("notes.remind", "group", "subject"),
    declared("notes.notify", "created", "revision"),
)
PROPOSAL = {"no": "HF-2026-0001", "township": "431103001", "county": "431103", "city": "431100"}
PLAN = {"effective_date": date(2026, 12, 15), "justified": True}


@pytest.fixture
def office(feel: Feel, clock: FixedClock) -> Environment:
    return Environment(feel, clock, {each_.id: each_ for each_ in HANDLERS})


@pytest.fixture
def definition(office: Environment) -> Definition:
    definitions, findings = parse(bundle(diagram(), **{"size.dmn": SIZE}), office)
    assert [str(finding) for finding in findings if finding.code != "soundness.message-unsent"] == []
    return definitions[0]


@pytest.fixture(params=[True, False], ids=["reloaded", "hot"])
def case(request: pytest.FixtureRequest, definition: Definition, office: Environment) -> Run:
    return Run(definition, office, {"proposal": PROPOSAL}, reload=request.param)


def propose(case: Run, *households: int, **plan: Any) -> None:
    case.complete("propose", **PLAN, **plan)
    case.serve("check_plan", findings=[], parts=[{"households": count} for count in households])


def review(case: Run, conclusion: str = "approve") -> None:
    case.complete("sign", decision="submit")
    case.complete("review", conclusion=conclusion)


def test_the_way_from_proposal_to_filing(case: Run, clock: FixedClock) -> None:
    first = case.step.user_tasks[0]
    assert (first.title, first.candidate_group, first.org_unit) == (
        "划分方案 HF-2026-0001",
        "township_clerk",
        "431103001",
    )
    propose(case, 300, 280)
    assert case.variables["verdicts"] == [{"verdict": "fits", "review_level": "county"}] * 2
    assert case.variables["findings"] == []
    case.complete("sign", decision="submit")
    opened = case.step.user_tasks[0]
    assert (opened.candidate_group, opened.org_unit) == ("county_reviewer", "431103")
    assert opened.due_at == datetime(2026, 12, 15, 17, 30, tzinfo=TIMEZONE)
    assert case.step.timers[0].due_at == datetime(2026, 12, 11, 17, 30, tzinfo=TIMEZONE)
    case.complete("review", conclusion="approve")
    assert case.waiting == ["wait_effective"]
    assert case.step.timers[0].due_at == datetime(2026, 12, 15, tzinfo=TIMEZONE)
    clock.set(datetime(2026, 12, 15, tzinfo=TIMEZONE))
    case.fire("wait_effective")
    assert case.step.service_tasks[0].inputs == {"proposal_no": "HF-2026-0001"}
    case.serve("apply_plan", revision=7, created=["431103001001-C001"], retired=[])
    assert case.waiting == ["file", "notify"]
    assert case.step.service_tasks[0].inputs == {"created": ["431103001001-C001"], "revision": 7}
    case.complete("file", receipt_no="BA-1")
    case.serve("notify")
    assert case.waiting == ["record"]
    case.serve("record")
    assert case.ended == "e"
    assert case.variables["plan"]["effective_date"] == date(2026, 12, 15)


def test_a_proposal_without_reasons_comes_back_with_findings(case: Run) -> None:
    case.complete("propose", effective_date=date(2026, 12, 15), justified=False)
    case.serve("check_plan", findings=[], parts=[{"households": 500}, {"households": 10}])
    assert case.waiting == ["propose"]
    assert case.step.user_tasks[0].variables["findings"] == [{"field": "parts", "severity": "error"}]
    propose(case, 300)
    assert case.waiting == ["sign"]


def test_a_large_grid_goes_to_the_leader(case: Run) -> None:
    propose(case, 500)
    review(case)
    assert case.waiting == ["decide"]
    case.complete("decide", conclusion="reject")
    assert case.ended == "not_agreed"


def test_the_reminder_goes_out_and_the_review_stays_open(case: Run, clock: FixedClock) -> None:
    propose(case, 300)
    case.complete("sign", decision="submit")
    clock.set(datetime(2026, 12, 11, 17, 30, tzinfo=TIMEZONE))
    case.fire("remind_at")
    assert case.waiting == ["remind", "review"]
    case.complete("review", conclusion="approve")
    case.serve("remind")
    assert case.step.ended is None
    assert case.waiting == ["wait_effective"]


@pytest.mark.parametrize("at", ["propose", "sign", "review", "decide"])
def test_it_can_be_withdrawn_until_it_is_approved(case: Run, at: str) -> None:
    steps = {"propose": 0, "sign": 1, "review": 2, "decide": 3}[at]
    if steps > 0:
        propose(case, 500)
    if steps > 1:
        case.complete("sign", decision="submit")
    if steps > 2:
        case.complete("review", conclusion="approve")
    case.send("withdraw", withdrawal={"reason": "重新测算"})
    assert case.ended == f"withdrawn_{at}"
    assert case.waiting == []


def test_it_cannot_be_withdrawn_afterwards(case: Run) -> None:
    propose(case, 300)
    review(case)
    assert case.send("withdraw") is None


def test_a_conflict_when_it_is_applied_comes_back_to_the_clerk(case: Run, clock: FixedClock) -> None:
    propose(case, 300)
    review(case)
    clock.advance(timedelta(days=30))
    case.fire("wait_effective")
    case.fail("apply_plan", "APPLY_CONFLICT", findings=[{"field": "changes.0", "severity": "error"}])
    assert case.waiting == ["propose"]
    assert case.step.user_tasks[0].variables["findings"] == [{"field": "changes.0", "severity": "error"}]


def test_200_returns_cost_no_more_than_the_first(definition: Definition, office: Environment) -> None:
    case = Run(definition, office, {"proposal": PROPOSAL}, reload=True)
    sizes = []
    for _ in range(200):
        propose(case, 500)
        review(case, "return")
        sizes.append(len(case.execution.dump()))
    assert case.waiting == ["propose"]
    assert max(sizes[1:]) - min(sizes[1:]) < 40  # ids compress a little better or worse
    assert max(sizes) < 1500
    propose(case, 500)
    review(case)
    case.complete("decide", conclusion="approve")
    assert case.waiting == ["wait_effective"]


def test_at_every_step_the_stored_instance_is_the_one_in_memory(definition: Definition, office: Environment) -> None:
    execution, step = Execution.start(definition, {"proposal": PROPOSAL}, office)
    for values in ({**PLAN}, None, {"decision": "submit"}, {"conclusion": "approve"}):
        stored = execution.dump()
        loaded = Execution.load(definition, stored, office)
        assert loaded.dump() == stored
        assert loaded.tokens() == execution.tokens()
        assert loaded.awaited_messages() == execution.awaited_messages()
        if values is None:
            step = execution.complete_service_task(step.service_tasks[0].token, {"findings": [], "parts": []})
        else:
            step = execution.complete_user_task(step.user_tasks[0].token, values)
