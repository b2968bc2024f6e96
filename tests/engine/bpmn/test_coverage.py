"""The table of what runs is what the code lets through."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import engine.bpmn
from engine.bpmn.coverage import KINDS, POSITIONS, REFUSED, rows, table
from engine.bpmn.dialect import EVENT_DEFINITIONS, NODES
from engine.bpmn.environment import Environment
from engine.bpmn.parser import parse
from engine.bpmn.specification import SpecificationReader
from tests.engine.bpmn.drawing import MESSAGES, NAMES, bundle, draw, waiting

README = Path(engine.bpmn.__file__).with_name("README.md")


def test_the_readme_has_the_table_as_it_is_now() -> None:
    assert table() in README.read_text(encoding="utf-8")


def test_every_node_and_event_that_is_let_through_has_a_row_that_says_so() -> None:
    verdicts = {row.construct: row.verdict for row in rows()}
    events = {"startEvent", "endEvent", "intermediateThrowEvent", "intermediateCatchEvent", "boundaryEvent"}
    assert {name for name in NODES - events if verdicts[name] == REFUSED} == set()
    for position, kinds in EVENT_DEFINITIONS.items():
        for kind in kinds:
            assert verdicts[f"{position}: {kind or 'none'}"] != REFUSED
            assert kind in POSITIONS[position]


def test_every_node_that_is_let_through_has_a_reader() -> None:
    read = {tag.rpartition("}")[2] for tag in SpecificationReader.OVERRIDE_PARSER_CLASSES}
    assert read == NODES


NOT_THERE = [
    (position, kind)
    for position in ("startEvent", "endEvent", "intermediateThrowEvent", "intermediateCatchEvent")
    for kind in KINDS
    if kind not in EVENT_DEFINITIONS[position]
]


@pytest.mark.parametrize(("position", "kind"), NOT_THERE)
def test_what_the_table_refuses_is_refused(environment: Environment, position: str, kind: str) -> None:
    definition = f"<bpmn:{kind}EventDefinition/>" if kind else ""
    flows: dict[str, Any] = {"startEvent": "x>e s>e", "endEvent": "s>x s>e"}
    content = draw(waiting(position, "x", definition), flows=flows.get(position, "s>x x>e"), more=MESSAGES + NAMES)
    _, findings = parse(bundle(content), environment)
    assert ("event.unsupported", "x") in [(finding.code, finding.element_id) for finding in findings]
