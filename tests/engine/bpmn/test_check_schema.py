"""The BPMN 2.0 schema: what a reader would pass over in silence is said."""

from __future__ import annotations

import pytest

from engine.bpmn import check_schema, reading
from engine.bpmn.environment import Environment
from engine.bpmn.parser import parse
from engine.bpmn.report import Report
from engine.findings import Finding, Severity
from tests.engine.bpmn.drawing import boundary, bundle, call, draw, timer, user


def found(content: bytes) -> list[Finding]:
    report = Report("p.bpmn")
    check_schema.check(reading.read(content, "p.bpmn"), report)
    return report.findings


ATTACHED = draw(user("a"), boundary("b", "a", timer("P1D")), flows="s>a a>e b>e")


def test_a_diagram_as_the_schema_has_it_is_silent() -> None:
    assert found(ATTACHED) == []


@pytest.mark.parametrize(("called", "codes"), [("= which", []), ("a b", ["schema.invalid"])])
def test_a_call_may_name_what_it_calls_by_feel(called: str, codes: list[str]) -> None:
    assert [each.code for each in found(draw(call("c", called), flows="s>c c>e"))] == codes


def test_a_misspelt_attribute_is_refused_with_what_it_should_be(environment: Environment) -> None:
    content = ATTACHED.replace(b'id="b" ', b'id="b" cancelActivty="false" ')
    assert content != ATTACHED
    _, findings = parse(bundle(content), environment)
    (finding,) = [each for each in findings if each.severity is Severity.ERROR]
    assert (finding.code, finding.element_id) == ("schema.attribute-unknown", "b")
    assert finding.line == content[: content.index(b"cancelActivty")].count(b"\n") + 1
    assert "cancelActivity" in finding.hint_en
    assert "cancelActivity" in finding.hint_zh


@pytest.mark.parametrize("value", ["maybe", "", "FALSE"])
def test_a_value_that_is_none_is_refused(value: str) -> None:
    (finding,) = found(ATTACHED.replace(b'cancelActivity="true"', f'cancelActivity="{value}"'.encode()))
    assert (finding.severity, finding.code, finding.element_id) == (Severity.ERROR, "schema.value", "b")
    assert "cancelActivity" in finding.message_zh


def test_what_stands_in_the_wrong_order_is_a_warning() -> None:
    (finding,) = found(
        ATTACHED.replace(b"</bpmn:userTask>", b"<bpmn:documentation>late</bpmn:documentation></bpmn:userTask>")
    )
    assert (finding.severity, finding.code, finding.element_id) == (Severity.WARNING, "schema.invalid", "a")


def test_other_vendors_attributes_are_theirs() -> None:
    assert found(ATTACHED.replace(b'id="b" ', b'id="b" camunda:asyncBefore="true" ')) == []


def test_a_line_with_an_error_is_not_said_twice(environment: Environment) -> None:
    content = draw('<bpmn:taks id="x"/>', flows="s>e")
    _, findings = parse(bundle(content), environment)
    line = next(each.line for each in findings if each.code == "element.unsupported")
    assert [each.code for each in findings if each.line == line] == ["element.unsupported"]


def test_a_file_that_breaks_the_schema_everywhere_gets_some_findings() -> None:
    assert (
        len(found(draw(*(f'<bpmn:task id="t{n}" colour="red"/>' for n in range(50)), flows="s>e"))) == check_schema.MOST
    )


def test_what_stands_on_one_line_with_another_error_is_said_too(environment: Environment) -> None:
    """Programs write files without line breaks."""
    content = ATTACHED.replace(b'id="b" ', b'id="b" cancelActivty="false" ').replace(b"\n", b" ")
    _, findings = parse(bundle(content.replace(b'sourceRef="b"', b'sourceRef="nowhere"')), environment)
    codes = {each.code for each in findings if each.severity is Severity.ERROR}
    assert "schema.attribute-unknown" in codes
    assert len(codes) > 1
