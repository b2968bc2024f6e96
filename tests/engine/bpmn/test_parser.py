"""No content, however broken, makes reading it raise: all that is wrong is a finding."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.bpmn.environment import Environment
from engine.bpmn.execution import Execution
from engine.bpmn.parser import parse
from engine.clock import FixedClock
from engine.errors import EngineError
from engine.feel import Feel
from tests.engine.bpmn.drawing import HEAD, bundle, draw, task
from tests.engine.bpmn.test_state import EVERYTHING
from tests.engine.bpmn.test_state_events import CALLED, EVENTS, STARTED

PLAIN = "s>a a>e"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<a",
        HEAD.encode() + b"</wrong>",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        b"\xff\xfe\x00",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"<a/>",
        HEAD.encode() + b"</bpmn:definitions>",
        HEAD.encode() + b'<bpmn:process isExecutable="true"/></bpmn:definitions>',
        HEAD.encode() + b'<bpmn:process id="p"><bpmn:task><bpmn:task/></bpmn:task></bpmn:process></bpmn:definitions>',
    ],
)
@pytest.mark.parametrize("name", ["p.bpmn", "p.dmn", "p.form.json", "p.i18n.json"])
def test_no_content_makes_it_raise(name: str, content: bytes, environment: Environment) -> None:
    good = {"good.bpmn": draw(task("a"), flows=PLAIN).replace(b'id="p"', b'id="good"')}
    definitions, findings = parse(bundle(good["good.bpmn"], **{name: content}), environment)
    mine = [finding for finding in findings if finding.file == name]
    assert mine, "said nothing"
    for finding in mine:
        assert finding.line >= 0
        assert finding.message_zh
        assert finding.message_en
    assert len(definitions) == (0 if name == "p.bpmn" else 1)


def damaged(content: bytes, wounds: list[tuple[int, int]]) -> bytes:
    """Return the diagram with elements or attributes taken away, or an attribute set to another's value."""
    root = etree.fromstring(content)
    for where, how in wounds:
        elements = [element for element in root.iter() if element is not root]
        element = elements[where % len(elements)]
        names = sorted(element.attrib)
        if how % 3 == 0 or not names:
            element.getparent().remove(element)
        elif how % 3 == 1:
            del element.attrib[names[how % len(names)]]
        else:
            other = elements[how % len(elements)]
            element.set(names[how % len(names)], next(iter(other.attrib.values()), "x"))
    return etree.tostring(root)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.sampled_from([EVERYTHING, EVENTS]),
    wounds=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), min_size=1, max_size=4),
)
def test_a_damaged_diagram_gives_findings_or_runs(feel: Feel, content: bytes, wounds: list[tuple[int, int]]) -> None:
    environment = Environment(feel, FixedClock(datetime(2026, 12, 1, tzinfo=UTC)), {})
    called = {"q.bpmn": CALLED.replace(b'<bpmn:process id="p"', b'<bpmn:process id="q"')}
    definitions, findings = parse(bundle(damaged(content, wounds), **called), environment)
    if not any(definition.key == "p" for definition in definitions):
        assert any(finding.severity == "error" for finding in findings)
    for definition in definitions:
        try:
            execution, _ = Execution.start(definition, STARTED, environment)
        except EngineError:
            continue  # it says what is wrong
        stored = execution.dump()
        assert Execution.load(definition, stored, environment).dump() == stored
