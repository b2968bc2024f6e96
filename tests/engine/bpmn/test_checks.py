"""The deploy gate: each fault is found, at its line and element, in two languages."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bpmn.environment import Environment
from engine.bpmn.parser import parse
from engine.findings import Finding, Severity
from tests.engine.bpmn.drawing import (
    ERRORS,
    boundary,
    bundle,
    catch,
    draw,
    each,
    end,
    error,
    exclusive,
    first_of,
    inclusive,
    inner,
    message,
    parallel,
    props,
    rule,
    script,
    service,
    start,
    task,
    timer,
    user,
)

PLAIN = "s>a a>e"


def raw(element: str, flows: str = "s>x x>e", **options: Any) -> bytes:
    return draw(element, flows=flows, **options)


STRUCTURE = {
    "a complex join without a condition": (
        draw(parallel("f"), task("a"), '<bpmn:complexGateway id="x"/>', flows="s>f f>a f>x a>x x>e"),
        "gateway.activation-missing",
        "x",
    ),
    "a complex gateway that may stop": (
        draw('<bpmn:complexGateway id="x"/>', task("a"), flows="s>x x>a[n = 1] x>e[n = 2] a>e"),
        "gateway.default-missing",
        "x",
    ),
    "an element that does not exist": (raw('<bpmn:taks id="x"/>', PLAIN), "element.unsupported", "x"),
    "a node of no namespace": (raw('<task id="x" xmlns=""/>', "s>e"), "element.unsupported", "x"),
    "a data association": (
        raw('<bpmn:task id="x"><bpmn:dataInputAssociation/></bpmn:task>'),
        "data.unknown",
        "x",
    ),
    "no list": (
        raw('<bpmn:task id="x"><bpmn:multiInstanceLoopCharacteristics/></bpmn:task>'),
        "loop.list-missing",
        "x",
    ),
    "half an output": (
        raw(
            '<bpmn:task id="x"><bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>xs</bpmn:loopDataInputRef>'
            "<bpmn:loopDataOutputRef>ys</bpmn:loopDataOutputRef></bpmn:multiInstanceLoopCharacteristics></bpmn:task>"
        ),
        "loop.output-incomplete",
        "x",
    ),
    "a repeated event": (
        draw(catch("x", timer("P1D") + each("xs", "i")), flows="s>x x>e"),
        "loop.misplaced",
        "x",
    ),
    "a pre-script": (
        raw(
            '<bpmn:task id="x"><bpmn:extensionElements><spiffworkflow:preScript>1</spiffworkflow:preScript>'
            "</bpmn:extensionElements></bpmn:task>"
        ),
        "extension.unsupported",
        "x",
    ),
    "an id twice": (draw(task("a"), task("b"), task("a"), flows="s>a a>b b>e"), "id.twice", "a"),
    "no id": (raw("<bpmn:task/>", "s>e"), "id.missing", "p"),
    "no start": (draw(end("e"), ends=False, flows=""), "event.start-count", "p"),
    "two starts": (draw(start("s2"), flows="s>e s2>e"), "event.start-count", "p"),
    "no end": (draw(start("s"), task("a"), ends=False, flows="s>a"), "event.end-missing", "p"),
    "no start in a subprocess": (
        draw(inner("x", task("t"), end("e1"), flows="t>e1"), flows="s>x x>e"),
        "event.start-count",
        "x",
    ),
    "a catching event that catches nothing": (draw(catch("x", ""), flows="s>x x>e"), "event.unsupported", "x"),
    "an unknown message": (draw(catch("x", message("zz")), flows="s>x x>e"), "event.message-missing", "x"),
    "a receive task without message": (raw('<bpmn:receiveTask id="x"/>'), "event.message-missing", "x"),
    "an unknown error": (
        draw(service("a", "demo.apply"), boundary("x", "a", error("zz")), flows="s>a a>e x>e"),
        "event.error-missing",
        "x",
    ),
    "an error of a person": (
        draw(user("a"), boundary("x", "a", error("er")), flows="s>a a>e x>e", more=ERRORS),
        "event.error-never",
        "x",
    ),
    "an error that does not interrupt": (
        draw(
            service("a", "demo.apply"),
            boundary("x", "a", error("er"), interrupting=False),
            flows="s>a a>e x>e",
            more=ERRORS,
        ),
        "event.error-interrupts",
        "x",
    ),
    "a boundary event on nothing": (
        draw(user("a"), boundary("x", "zz", timer("P1D")), flows="s>a a>e x>e"),
        "event.attached-to",
        "x",
    ),
    "no time": (draw(catch("x", "<bpmn:timerEventDefinition/>"), flows="s>x x>e"), "timer.missing", "x"),
    "a task after an event gateway": (
        draw(first_of("x"), user("a"), catch("t", timer("P1D")), flows="s>x x>a x>t a>e t>e"),
        "gateway.event-target",
        "x-a",
    ),
    "a flow to nowhere": (draw(task("a"), flows="s>a a>e a>zz"), "flow.dangling", "a-zz"),
    "a flow across a border": (
        draw(inner("x", start("s1"), task("t"), end("e1"), flows="s1>t t>e1"), task("b"), flows="s>x x>e b>t s>b"),
        "flow.crosses",
        "b-t",
    ),
    "a flow into the start": (draw(task("a"), flows="s>a a>e a>s"), "flow.into-start", "a-s"),
    "a flow out of an end": (draw(task("a"), flows="s>a a>e e>a"), "flow.out-of-end", "e-a"),
    "two flows to one node": (
        draw(
            exclusive("g", default="one"),
            task("a"),
            flows="s>g g>a[n > 1] a>e",
        ).replace(b"</bpmn:process>", b'<bpmn:sequenceFlow id="one" sourceRef="g" targetRef="a"/></bpmn:process>'),
        "flow.double",
        "one",
    ),
    "a gateway without default": (
        draw(exclusive("x"), task("a"), task("b"), flows="s>x x>a[n > 1] x>b[n > 2] a>e b>e"),
        "gateway.default-missing",
        "x",
    ),
    "an inclusive gateway without default": (
        draw(inclusive("x"), task("a"), task("b"), flows="s>x x>a[n > 1] x>b[n > 2] a>e b>e"),
        "gateway.default-missing",
        "x",
    ),
    "a flow without condition": (
        draw(exclusive("x", default="x-b"), *map(task, "abc"), flows="s>x x>a[n > 1] x>b x>c a>e b>e c>e"),
        "gateway.condition-missing",
        "x-c",
    ),
    "a default of another node": (
        draw(exclusive("x", default="s-x"), task("a"), flows="s>x x>a a>e"),
        "flow.default-unknown",
        "x",
    ),
    "a condition on the default": (
        draw(exclusive("x", default="x-b"), *map(task, "ab"), flows="s>x x>a[n > 1] x>b[n > 2] a>e b>e"),
        "flow.default-condition",
        "x-b",
    ),
    "a condition on the only flow": (draw(task("a"), flows="s>a a>e[n > 1]"), "flow.condition-only", "a-e"),
    "a condition after the start": (draw(task("a"), flows="s>a[n > 1] a>e"), "flow.condition-ignored", "s-a"),
    "a condition after a parallel gateway": (
        draw(parallel("x"), task("a"), task("b"), flows="s>x x>a[n > 1] x>b a>e b>e"),
        "flow.condition-ignored",
        "x-a",
    ),
    "all flows out of a task conditional": (
        draw(task("x"), task("a"), task("b"), flows="s>x x>a[n > 1] x>b[n > 2] a>e b>e"),
        "gateway.default-missing",
        "x",
    ),
    "what nothing leads to": (draw(task("x"), flows="s>e x>e"), "flow.unreachable", "x"),
    "a dead end": (draw(task("x"), flows="s>x s>e"), "flow.dead-end", "x"),
    "a loop without a way out": (draw(task("x"), task("y"), flows="s>x s>e x>y y>x"), "flow.endless", "x"),
    "a user task in no lane": (
        draw(user("x"), flows="s>x x>e").replace(b"<bpmn:flowNodeRef>x</bpmn:flowNodeRef>", b""),
        "lane.missing",
        "x",
    ),
    "a lane without unit": (draw(user("x"), flows="s>x x>e", lane=props(group="clerk")), "lane.incomplete", "x"),
    "a lane of nobody": (
        draw(task("a"), flows=PLAIN).replace(b"</bpmn:lane>", b"<bpmn:flowNodeRef>zz</bpmn:flowNodeRef></bpmn:lane>"),
        "lane.node-unknown",
        "l",
    ),
    "no executable process": (
        draw(task("a"), flows=PLAIN).replace(b'isExecutable="true"', b'isExecutable="false"'),
        "process.none",
        None,
    ),
}

MEANING = {
    "a constant that does not fit": (
        draw(service("x", "demo.apply", no="17"), flows="s>x x>e"),
        "handler.parameter-value",
        "plugins show demo.apply",
    ),
    "an unknown handler": (draw(service("x", "demo.aply"), flows="s>x x>e"), "handler.unknown", "demo.apply"),
    "a locked handler": (draw(service("x", "demo.locked"), flows="s>x x>e"), "handler.only-in", ""),
    "an unknown parameter": (
        draw(service("x", "demo.apply", nr='"1"'), flows="s>x x>e"),
        "handler.parameter-unknown",
        "no",
    ),
    "a missing parameter": (
        draw(service("x", "demo.check_plan", no='"1"'), flows="s>x x>e"),
        "handler.parameter-missing",
        "",
    ),
    "a parameter without value": (
        draw(service("x", "demo.apply", no=" "), flows="s>x x>e"),
        "handler.parameter-empty",
        "null",
    ),
    "a parameter that is no FEEL": (
        draw(service("x", "demo.apply", no="remind the reviewer, please"), flows="s>x x>e"),
        "feel.syntax",
        "double quotes",
    ),
    "an unquoted parameter": (
        draw(service("x", "demo.apply", no="survey"), flows="s>x x>e", process=props(inputs="plan")),
        "feel.name-unknown",
        '"survey"',
    ),
    "a misspelt variable": (
        draw(
            user("a", "plan"), service("x", "demo.apply", no="plam.no"), flows="s>a a>x x>e", process=props(inputs="")
        ),
        "feel.name-unknown",
        "plan",
    ),
    "an error the handler does not know": (
        draw(
            service("a", "demo.check_plan", no='"1"', plan="null"),
            boundary("x", "a", error("er")),
            flows="s>a a>e x>e",
            more=ERRORS,
        ),
        "handler.error-unknown",
        "",
    ),
    "no handler": (draw('<bpmn:serviceTask id="x"/>', flows="s>x x>e"), "handler.missing", ""),
    "an unknown form": (draw(user("x", form="propse"), flows="s>x x>e"), "form.unknown", "propose"),
    "an unknown decision": (draw(rule("x", "sise", "v"), flows="s>x x>e"), "decision.unknown", "size"),
    "a decision without result": (draw(rule("x", "size", ""), flows="s>x x>e"), "decision.result-missing", ""),
    "a condition that is no FEEL": (
        draw(exclusive("x", default="x-b"), *map(task, "ab"), flows="s>x x>a[n >] x>b a>e b>e"),
        "feel.syntax",
        "",
    ),
    "Python": (draw(script("x", "import os; os.abort()", "y"), flows="s>x x>e"), "feel.syntax", ""),
    "words without quotes": (draw(script("x", "please remind", "y"), flows="s>x x>e"), "feel.name-unknown", ""),
    "a script without script": (draw('<bpmn:scriptTask id="x"/>', flows="s>x x>e"), "script.missing", ""),
    "a bad due date": (draw(user("x", due="working days after("), flows="s>x x>e"), "feel.syntax", ""),
    "a bad unit": (
        draw(user("x"), flows="s>x x>e", lane=props(group="g", unit="proposal.")),
        "feel.syntax",
        "",
    ),
    "a bad title": (draw(task("x"), flows="s>x x>e", process=props(title='"a" +')), "feel.syntax", ""),
    "a timer that is no time": (draw(catch("x", timer("P1X")), flows="s>x x>e"), "timer.unreadable", "P10D"),
    "a day that does not exist": (
        draw(catch("x", timer("2026-02-30", "timeDate")), flows="s>x x>e"),
        "timer.unreadable",
        "",
    ),
    "a name that is none": (draw(script("x", "1", "a b"), flows="s>x x>e"), "variable.name", ""),
}

FORM = b'{"type": "default", "components": [{"type": "textfield", "key": "name", "label": "x", "id": "f1"}]}'
DMN = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="dd" name="d" namespace="x">
<decision id="size" name="size"><literalExpression id="l"><text>1</text></literalExpression></decision></definitions>"""


def faults(content: bytes, environment: Environment) -> list[Finding]:
    _, findings = parse(bundle(content, **{"propose.form.json": FORM, "size.dmn": DMN}), environment)
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def assert_well_said(finding: Finding) -> None:
    assert finding.file
    assert finding.line > 0
    assert any("\u4e00" <= letter <= "\u9fff" for letter in finding.message_zh)
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in finding.message_en + finding.hint_en)
    assert bool(finding.hint_zh) == bool(finding.hint_en)


@pytest.mark.parametrize("fault", STRUCTURE)
def test_what_would_not_run_right_is_refused(fault: str, environment: Environment) -> None:
    content, code, element = STRUCTURE[fault]
    found = [finding for finding in faults(content, environment) if finding.code == code]
    assert [finding.element_id for finding in found][:1] == [element]
    for finding in found:
        assert_well_said(finding)


@pytest.mark.parametrize("fault", MEANING)
def test_what_dangles_is_refused_with_a_hint(fault: str, environment: Environment) -> None:
    content, code, hint = MEANING[fault]
    found = [finding for finding in faults(content, environment) if finding.code == code]
    assert found, [str(finding) for finding in faults(content, environment)]
    assert hint in found[0].hint_en
    for finding in found:
        assert_well_said(finding)


def test_a_finding_names_the_line_of_the_parameter(environment: Environment) -> None:
    content = draw(service("x", "demo.apply", no='"1"', other="1"), flows="s>x x>e")
    (finding,) = faults(content, environment)
    assert b'id="other"' in content.splitlines()[finding.line - 1]


def test_a_dangling_reference_still_gives_a_definition_so_that_running_instances_load(
    environment: Environment,
) -> None:
    definitions, findings = parse(bundle(draw(service("x", "gone.away"), flows="s>x x>e")), environment)
    assert [finding.code for finding in findings] == ["handler.unknown"]
    assert [definition.key for definition in definitions] == ["p"]


def test_a_structural_fault_gives_none(environment: Environment) -> None:
    definitions, _ = parse(bundle(draw(task("x"), flows="s>e x>e")), environment)
    assert definitions == []


def test_an_unknown_name_is_a_warning_while_the_inputs_are_not_declared(environment: Environment) -> None:
    content = draw(exclusive("g", default="g-b"), *map(task, "ab"), flows="s>g g>a[n > 1] g>b a>e b>e")
    definitions, findings = parse(bundle(content), environment)
    assert [(finding.code, finding.severity) for finding in findings] == [("feel.name-unknown", Severity.WARNING)]
    assert len(definitions) == 1


def test_an_uncaught_error_of_a_handler_is_a_warning(environment: Environment) -> None:
    _, findings = parse(bundle(draw(service("x", "demo.apply"), flows="s>x x>e")), environment)
    assert [(finding.code, finding.severity) for finding in findings] == [("handler.error-uncaught", Severity.WARNING)]


def test_unknown_properties_and_other_vendors_attributes_are_warned_of(environment: Environment) -> None:
    content = draw(user("x", form="propose", forn="x"), flows="s>x x>e").replace(
        b'<bpmn:userTask id="x"', b'<bpmn:userTask id="x" camunda:assignee="joe"'
    )
    _, findings = parse(bundle(content, **{"propose.form.json": FORM}), environment)
    assert {(finding.code, finding.severity) for finding in findings} == {
        ("property.unknown", Severity.WARNING),
        ("attribute.ignored", Severity.WARNING),
    }


def test_one_process_in_two_files_is_refused(environment: Environment) -> None:
    content = draw(task("a"), flows=PLAIN)
    _, findings = parse(bundle(content, **{"q.bpmn": content}), environment)
    assert [(finding.code, finding.file) for finding in findings] == [("process.twice", "q.bpmn")]


def test_one_fault_is_not_said_again_of_all_that_follows(environment: Environment) -> None:
    content = draw(*map(task, "abcd"), flows="s>e a>b b>c c>d d>e")
    assert [(finding.code, finding.element_id) for finding in faults(content, environment)] == [
        ("flow.unreachable", "a")
    ]


def test_a_form_or_decision_in_two_files_is_refused(environment: Environment) -> None:
    content = draw(task("a"), flows=PLAIN)
    files = {"a/propose.form.json": FORM, "b/propose.form.json": FORM, "a.dmn": DMN, "b.dmn": DMN}
    _, findings = parse(bundle(content, **files), environment)
    assert {finding.code for finding in findings} == {"form.twice", "decision.twice"}
