"""The incident processes: decisions D4–D8 row by row, diagrams as drawn, texts in English."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.bundle import Bundle, read_bundle
from engine.feel import Feel
from engine.feel.decisions import Decision, parse_decisions
from tests.processes.drawing import NS, read_drawing
from tests.processes.texts import CHINESE, chinese_texts

FOLDER = Path(__file__).parents[2] / "processes" / "incident_referral"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DIAGRAMS = ("incident_referral.bpmn", "incident_department.bpmn", "incident_dispute.bpmn")
PLAIN: dict[str, Any] = {
    "danger": False,
    "statutory": False,
    "unacceptable": False,
    "duplicate": False,
    "item_known": True,
    "item_in_force": True,
    "requires_enforcement_qualification": False,
    "requires_professional_skill": False,
    "self_failed": False,
    "ordered": False,
    "untrained": False,
    "department": "431103-UMB",
    "worker": "w1",
}
CLOCK = {"rung": "none", "urgency": "normal", "rework_count": 0, "disputes_lost": 0, "step": 0}


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return read_bundle(FOLDER)


@pytest.fixture(scope="module")
def decisions(bundle: Bundle, feel: Feel) -> dict[str, Decision]:
    read: dict[str, Decision] = {}
    for name, content in bundle.files.items():
        if name.endswith(".dmn"):
            own, findings = parse_decisions(content, name, feel)
            assert findings == []
            read |= own
    return read


def decide(decisions: dict[str, Decision], feel: Feel, name: str, **variables: Any) -> Any:
    return decisions[name].evaluate(feel, variables, NOW).value


@pytest.mark.parametrize(
    ("facts", "mode", "rule"),
    [
        ({"danger": True}, "EMERGENCY", 1),
        ({"statutory": True}, "STATUTORY_CHANNEL", 2),
        ({"unacceptable": True}, "NOT_ACCEPT", 3),
        ({"duplicate": True}, "DUPLICATE", 4),
        ({"item_known": False}, "MANUAL_TRIAGE", 5),
        ({"item_in_force": False}, "MANUAL_TRIAGE", 6),
        ({"requires_enforcement_qualification": True}, "REFER", 7),
        ({"requires_professional_skill": True}, "REFER", 8),
        ({"self_failed": True}, "REFER", 9),
        ({"ordered": True}, "REFER", 10),
        ({"untrained": True}, "REFER", 11),
        ({}, "SELF_HANDLE", 12),
    ],
)
def test_d4_row(decisions: dict[str, Decision], feel: Feel, facts: dict[str, Any], mode: str, rule: int) -> None:
    said = decide(decisions, feel, "incident_routing", facts={**PLAIN, **facts}, incident={"urgency": "normal"})
    assert (said["mode"], said["rule"]) == (mode, f"D4-{rule}")
    assert said["explanation_zh"]
    assert said["explanation_en"]


@pytest.mark.parametrize("flag", ["requires_enforcement_qualification", "requires_professional_skill"])
def test_d4_leaves_nothing_with_a_worker_that_needs_skill_or_power(
    decisions: dict[str, Decision], feel: Feel, flag: str
) -> None:
    others = [name for name, value in PLAIN.items() if isinstance(value, bool) and name != flag]
    for name in others:
        facts = {**PLAIN, flag: True, name: not PLAIN[name]}
        said = decide(decisions, feel, "incident_routing", facts=facts, incident={"urgency": "normal"})
        assert said["mode"] != "SELF_HANDLE", name


@pytest.mark.parametrize(
    ("urgency", "sign", "handle", "verify"),
    [
        ("emergency", "30 natural_minutes", "6 natural_hours", "1 natural_minutes"),
        ("urgent", "2 working_hours", "1 working_days", "1 working_days"),
        ("enquiry", "1 working_days", "3 working_days", None),
        ("normal", "1 working_days", "5 working_days", "1 working_days"),
        ("complex", "1 working_days", "15 working_days", "2 working_days"),
        ("statutory", "1 working_days", "20 working_days", "2 working_days"),
        ("whatever", "1 working_days", "5 working_days", "1 working_days"),
    ],
)
def test_d5_row(
    decisions: dict[str, Decision], feel: Feel, urgency: str, sign: str, handle: str, verify: str | None
) -> None:
    given = {"incident": {"urgency": urgency}, "correction": None, "reopened": None, "triaged": {"statutory_days": 20}}
    said = decide(decisions, feel, "incident_time_limits", **given)
    limits = {name: limit and f"{limit['amount']} {limit['unit']}" for name, limit in said.items()}
    assert limits == {"sign": sign, "handle": handle, "verify": verify, "survey": "5 working_days"}


def test_d5_counts_by_the_latest_urgency(decisions: dict[str, Decision], feel: Feel) -> None:
    given = {"incident": {"urgency": "normal"}, "correction": {"urgency": "complex"}, "triaged": None}
    assert decide(decisions, feel, "incident_time_limits", reopened=None, **given)["handle"]["amount"] == 15
    said = decide(decisions, feel, "incident_time_limits", reopened={"urgency": "urgent"}, **given)
    assert said["handle"] == {"amount": 1, "unit": "working_days"}


@pytest.mark.parametrize(
    ("facts", "passed_up", "arbiter", "days"),
    [
        ({"township_only": True}, None, "township", 1),
        ({}, None, "county", 2),
        ({"city_involved": True}, None, "city", 3),
        ({"other_county": True}, None, "city", 3),
        ({"city_involved": True, "city_and_county": True}, None, "rule", 0),
        ({"township_only": True}, "township", "county", 2),
        ({}, "county", "city", 2),
        ({"city_involved": True}, "city", "city_government", 2),
    ],
)
def test_d6_row(
    decisions: dict[str, Decision], feel: Feel, facts: dict[str, Any], passed_up: str | None, arbiter: str, days: int
) -> None:
    none = dict.fromkeys(("township_only", "other_county", "city_involved", "city_and_county"), False)
    level = {"number": 1} if passed_up else None
    said = decide(decisions, feel, "dispute_level", dispute={**none, **facts}, passed_up=passed_up, level=level)
    assert (said["arbiter"], said["days"], said["number"]) == (arbiter, days, 2 if passed_up else 1)


MEASURES = {
    ("50", "normal"): [],
    ("50", "urgent"): ["remind handler"],
    ("50", "emergency"): ["remind duty_officer"],
    ("80", "normal"): ["remind handler"],
    ("80", "urgent"): ["remind department_head", "remind handler"],
    ("80", "emergency"): ["remind department_head"],
    ("due", "normal"): ["urge department_head", "urge township"],
    ("due", "urgent"): ["urge county_agency", "urge department_head", "urge township"],
    ("due", "emergency"): ["urge county_leader"],
    ("day1", "normal"): ["supervise county_agency"],
    ("day1", "urgent"): ["supervise county_agency", "urge city_agency"],
    ("day1", "emergency"): ["supervise city_agency"],
    ("day5", "normal"): ["report city_agency"],
    ("day5", "urgent"): ["interview department_head"],
    ("day5", "emergency"): ["report city_agency"],
    ("none", "normal"): [],
}


@pytest.mark.parametrize(("rung", "urgency"), MEASURES)
def test_d7_row(decisions: dict[str, Decision], feel: Feel, rung: str, urgency: str) -> None:
    said = decide(decisions, feel, "incident_escalation", clock={**CLOCK, "rung": rung, "urgency": urgency})
    assert sorted(f"{each['measure']} {each['to']}" for each in said) == MEASURES[rung, urgency]
    assert all(each["rung"] == rung and each["message_zh"] and each["message_en"] for each in said)


@pytest.mark.parametrize(
    ("counts", "rung"),
    [({"rework_count": 2}, "rework"), ({"disputes_lost": 2}, "dispute"), ({"rework_count": 1, "disputes_lost": 1}, "")],
)
def test_d7_supervises_too_much_rework_and_lost_disputes(
    decisions: dict[str, Decision], feel: Feel, counts: dict[str, int], rung: str
) -> None:
    said = decide(decisions, feel, "incident_escalation", clock={**CLOCK, **counts})
    assert [(each["rung"], each["measure"]) for each in said] == ([(rung, "supervise")] if rung else [])


@pytest.mark.parametrize(
    ("facts", "result", "code", "review"),
    [
        ({"verification": "fail"}, "REWORK", None, False),
        ({"solved": "no"}, "REOPEN_PROPOSED", None, True),
        ({"score": 2}, "REOPEN_PROPOSED", None, True),
        ({"score": 2, "within_duty": False}, "CLOSE_EXPLAINED", "closed_explained", True),
        ({"score": 1, "lawful": False, "within_duty": False}, "CLOSE_EXPLAINED", "closed_explained", True),
        ({"answered": False, "solved": None, "score": None}, "CLOSE", "closed_solved", False),
        ({}, "CLOSE_SOLVED", "closed_solved", False),
        ({"solved": "partly", "score": 3}, "CLOSE_SOLVED", "closed_solved", False),
    ],
)
def test_d8_row(
    decisions: dict[str, Decision], feel: Feel, facts: dict[str, Any], result: str, code: str | None, review: bool
) -> None:
    rated = {"verification": "pass", "answered": True, "solved": "yes", "score": 5, "within_duty": True, "lawful": True}
    given = {"rated": {**rated, **facts}, "handling": {"result": "solved"}, "outcome": None}
    said = decide(decisions, feel, "incident_closing", **given)
    assert (said["result"], said["code"], said["review"]) == (result, code, review)


def test_what_was_explained_is_closed_as_explained(decisions: dict[str, Decision], feel: Feel) -> None:
    rated = {"verification": "pass", "answered": False, "solved": None, "score": None}
    outcome = {"handling": {"result": "explained_not_possible"}}
    said = decide(decisions, feel, "incident_closing", rated=rated, handling=None, outcome=outcome)
    assert said["code"] == "closed_explained"


@pytest.mark.parametrize("name", DIAGRAMS)
def test_the_diagram_is_readable(bundle: Bundle, name: str) -> None:
    root = etree.fromstring(bundle.files[name])
    drawing = read_drawing(root)
    lanes = {
        lane.attrib["id"]: [str(ref.text) for ref in lane.iterfind("bpmn:flowNodeRef", NS)]
        for lane in root.iterfind(".//bpmn:lane", NS)
    }
    for lane, nodes in lanes.items():
        assert [node for node in nodes if not drawing.shapes[node].inside(drawing.shapes[lane])] == []
    scopes = {node.attrib["id"] for node in root.iterfind(".//bpmn:subProcess", NS)}
    boxes = {node: box for node, box in drawing.shapes.items() if node not in lanes and node not in scopes}
    boxes |= {f"label of {node}": box for node, box in drawing.labels.items() if node not in scopes}
    sits = {event.attrib["id"]: event.attrib["attachedToRef"] for event in root.iterfind(".//bpmn:boundaryEvent", NS)}
    for (one, first), (other, second) in combinations(boxes.items(), 2):
        if sits.get(one) != other and sits.get(other) != one:
            assert not first.overlaps(second), f"{one} and {other} overlap"
    for flow in drawing.edges:
        for segment in drawing.segments(flow):
            hit = [node for node, box in boxes.items() if segment.overlaps(box)]
            assert hit == [], f"{flow} runs through {hit}"


def test_every_text_is_there_in_english(bundle: Bundle) -> None:
    english = json.loads(bundle.files["en.i18n.json"])
    texts = chinese_texts(bundle.files)
    assert texts - set(english) == set()
    assert set(english) - texts == set()
    assert [text for text in english.values() if not text or CHINESE.search(text)] == []
