"""The catalogue's inclusion review: its formal check D3 row by row, its diagrams as drawn, its texts in English."""

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
from tests.processes.drawing import NS, SCHEMAS, read_drawing
from tests.processes.texts import CHINESE, chinese_texts

FOLDER = Path(__file__).parents[2] / "processes" / "catalogue_inclusion"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DIAGRAMS = tuple(sorted(path.name for path in FOLDER.glob("*.bpmn")))
GOOD = {
    "kind": "include",
    "bases": 1,
    "rank": "sufficient",
    "quoted": True,
    "bases_in_force": True,
    "qualified": True,
    "worker_action": "report_only",
    "guarantees_complete": True,
    "provided": True,
    "is_duplicate": False,
    "duplicate": "",
    "term_days": None,
    "own_areas": False,
    "minutes": 120,
    "minutes_taken": 0,
    "terms": 0,
    "minor": False,
}
BAD: dict[str, Any] = {
    "bases": 0,
    "rank": "low",
    "quoted": False,
    "bases_in_force": False,
    "worker_action": "handle",
    "guarantees_complete": False,
    "provided": False,
    "is_duplicate": True,
    "duplicate": "431103-HUD-009",
    "own_areas": True,
    "minutes": 70_000,
}


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return read_bundle(FOLDER)


@pytest.fixture(scope="module")
def decision(bundle: Bundle, feel: Feel) -> Decision:
    name = "catalogue_formal_check"
    decisions, findings = parse_decisions(bundle.files[f"{name}.dmn"], f"{name}.dmn", feel)
    assert findings == []
    return decisions[name]


def found(decision: Decision, feel: Feel, **facts: Any) -> dict[str, str]:
    """Return code → severity."""
    result = decision.evaluate(feel, {"facts": GOOD | facts}, NOW).value
    return {each["code"]: each["severity"] for each in result}


def test_nothing_is_found_in_a_complete_application(decision: Decision, feel: Feel) -> None:
    assert found(decision, feel) == {}


@pytest.mark.parametrize(
    ("facts", "code", "severity"),
    [
        ({"bases": 0}, "BASIS_MISSING", "error"),
        ({"rank": "low"}, "BASIS_RANK_TOO_LOW", "error"),
        ({"bases_in_force": False}, "BASIS_NOT_IN_FORCE", "error"),
        ({"quoted": False}, "BASIS_NOT_QUOTED", "error"),
        ({"worker_action": "handle"}, "WORKER_MUST_ONLY_REPORT", "error"),
        ({"guarantees_complete": False}, "GUARANTEE_INCOMPLETE", "warning"),
        ({"provided": False}, "NO_RESOURCES", "error"),
        ({"is_duplicate": True}, "POSSIBLE_DUPLICATE", "warning"),
        ({"kind": "temporary"}, "TEMPORARY_TERM", "error"),
        ({"kind": "temporary", "term_days": 91}, "TEMPORARY_TERM", "error"),
        ({"kind": "temporary", "term_days": 0}, "TEMPORARY_TERM", "error"),
        ({"own_areas": True}, "SHADOW_GRID_RISK", "error"),
        ({"minutes": 59_000, "minutes_taken": 1_001}, "WORKLOAD", "warning"),
    ],
)
def test_each_row_finds_its_fault(
    decision: Decision, feel: Feel, facts: dict[str, Any], code: str, severity: str
) -> None:
    assert found(decision, feel, **facts) == {code: severity}


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "temporary", "term_days": 90},
        {"kind": "amend", "is_duplicate": True},
        {"qualified": False, "worker_action": "handle"},
        {"minutes": 59_000, "minutes_taken": 1_000},
        {"kind": "remove", **BAD},
    ],
)
def test_what_is_allowed_is_not_found(decision: Decision, feel: Feel, facts: dict[str, Any]) -> None:
    assert found(decision, feel, **facts) == {}


def test_everything_is_found_at_once(decision: Decision, feel: Feel) -> None:
    assert set(found(decision, feel, **BAD)) == {
        "BASIS_MISSING",
        "BASIS_NOT_IN_FORCE",
        "WORKER_MUST_ONLY_REPORT",
        "GUARANTEE_INCOMPLETE",
        "NO_RESOURCES",
        "POSSIBLE_DUPLICATE",
        "SHADOW_GRID_RISK",
        "WORKLOAD",
    }


@pytest.mark.parametrize("name", DIAGRAMS)
def test_the_diagram_is_valid_and_readable(bundle: Bundle, name: str) -> None:
    root = etree.fromstring(bundle.files[name])
    etree.XMLSchema(etree.parse(SCHEMAS / "bpmn/parser/schema/BPMN20.xsd")).assertValid(root.getroottree())
    drawing = read_drawing(root)
    lanes = {
        lane.attrib["id"]: [str(ref.text) for ref in lane.iterfind("bpmn:flowNodeRef", NS)]
        for lane in root.iterfind(".//bpmn:lane", NS)
    }
    for lane, nodes in lanes.items():
        assert [node for node in nodes if not drawing.shapes[node].inside(drawing.shapes[lane])] == []
    boxes = {node: box for node, box in drawing.shapes.items() if node not in lanes}
    boxes |= {f"label of {node}": box for node, box in drawing.labels.items()}
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
    assert chinese_texts(bundle.files) - set(english) == set()
    assert [text for text in english.values() if not text or CHINESE.search(text.replace("第七十五条", ""))] == []
