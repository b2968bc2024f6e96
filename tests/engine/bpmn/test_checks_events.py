"""The deploy gate for events, subprocesses, loops and calls: what is drawn so that it could not run right is said."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bpmn.environment import Environment
from engine.bpmn.parser import parse
from engine.bundle import Bundle
from engine.findings import Finding, Severity
from tests.engine.bpmn.drawing import (
    CANCEL,
    ERRORS,
    MESSAGES,
    NAMES,
    again,
    boundary,
    bundle,
    call,
    catch,
    compensate,
    condition,
    draw,
    end,
    error,
    escalation,
    exclusive,
    inner,
    link,
    message,
    on_event,
    script,
    signal,
    start,
    task,
    throw,
    times,
    undoing,
    undone_by,
    user,
    waiting,
)

MORE = MESSAGES + NAMES + ERRORS


def faults(content: bytes, environment: Environment, severity: Severity = Severity.ERROR) -> list[Finding]:
    _, findings = parse(bundle(content), environment)
    return [finding for finding in findings if finding.severity is severity]


def drawn(*nodes: str, flows: str = "s>x x>e", **options: Any) -> bytes:
    return draw(*nodes, flows=flows, more=MORE, **options)


def sub(*nodes: str, flows: str, kind: str = "subProcess", **attributes: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return (
        inner("x", *nodes, flows=flows).replace("bpmn:subProcess", f"bpmn:{kind}").replace('id="x"', f'id="x"{written}')
    )


HANDLER = (user("h1"), end("he"))
REFUSED = {
    "a conditional start": (
        drawn(waiting("startEvent", "x", condition("a")), flows="x>e s>e"),
        "event.unsupported",
        "x",
    ),
    "an error start of a process": (
        drawn(waiting("startEvent", "x", error("er")), flows="x>e s>e"),
        "event.unsupported",
        "x",
    ),
    "a message start of a subprocess": (
        drawn(sub(waiting("startEvent", "y", message("m")), end("e1"), flows="y>e1")),
        "event.unsupported",
        "y",
    ),
    "an event subprocess without a trigger": (
        drawn(on_event("x", "", *HANDLER, flows="x_s>h1 h1>he"), flows="s>e"),
        "event.unsupported",
        "x_s",
    ),
    "a compensation event subprocess": (
        drawn(on_event("x", compensate(), *HANDLER, flows="x_s>h1 h1>he"), flows="s>e"),
        "compensation.place",
        "x",
    ),
    "a flow into an event subprocess": (
        drawn(on_event("x", message("m"), *HANDLER, flows="x_s>h1 h1>he"), flows="s>x s>e"),
        "flow.into-start",
        "s-x",
    ),
    "an unknown signal": (drawn(throw("x", signal("zz"))), "event.signal-missing", "x"),
    "an unknown escalation": (drawn(throw("x", escalation("zz"))), "event.escalation-missing", "x"),
    "a link to nowhere": (drawn(throw("x", link("A")), flows="s>x s>e"), "event.link", "x"),
    "a link to two places": (
        drawn(throw("x", link("A")), catch("c1", link("A")), catch("c2", link("A")), flows="s>x c1>e c2>e"),
        "event.link",
        "x",
    ),
    "a link across a border": (
        drawn(
            sub(start("s1"), throw("y", link("A")), end("e1"), flows="s1>y s1>e1"),
            catch("c", link("A")),
            flows="s>x x>e c>e",
        ),
        "event.link",
        "y",
    ),
    "a condition that is missing": (drawn(catch("x", condition(""))), "event.condition-missing", "x"),
    "a condition that is no FEEL": (drawn(catch("x", condition("a >"))), "feel.syntax", "x"),
    "an escalation of a person": (
        drawn(user("a"), boundary("x", "a", escalation()), flows="s>a a>e x>e"),
        "event.error-never",
        "x",
    ),
    "a cancel event outside of a transaction": (drawn(end("x", CANCEL), flows="s>x s>e"), "event.cancel", "x"),
    "a cancel event that nobody catches": (
        drawn(sub(start("s1"), end("y", CANCEL), end("e1"), flows="s1>y s1>e1", kind="transaction")),
        "event.cancel-uncaught",
        "y",
    ),
    "compensation without an activity": (
        drawn(user("a"), boundary("x", "a", compensate()), flows="s>a a>e"),
        "compensation.activity",
        "x",
    ),
    "a compensation activity that nothing leads to": (drawn(undoing("x"), flows="s>e"), "compensation.unused", "x"),
    "compensation of another scope": (
        drawn(
            user("a"),
            undone_by("c", "a", "u"),
            undoing("u"),
            sub(start("s1"), end("y", compensate("a")), flows="s1>y"),
            flows="s>a a>x x>e",
        ),
        "compensation.scope",
        "y",
    ),
    "an ad-hoc subprocess in no known order": (
        drawn(sub(user("a"), flows="", kind="adHocSubProcess", ordering="Random")),
        "attribute.unsupported",
        "x",
    ),
    "a start in an ad-hoc subprocess": (
        drawn(sub(start("y"), user("a"), flows="y>a", kind="adHocSubProcess")),
        "event.ad-hoc",
        "y",
    ),
    "a completion condition of a plain subprocess": (
        drawn(
            inner(
                "x",
                start("s1"),
                end("e1"),
                flows="s1>e1",
                inside="<bpmn:completionCondition>a</bpmn:completionCondition>",
            )
        ),
        "element.unsupported",
        "x",
    ),
    "a loop without end": (drawn(user("x", inside=again())), "loop.endless", "x"),
    "a loop of no times": (drawn(user("x", inside=again("a", loopMaximum="0"))), "loop.number", "x"),
    "a loop of less than no times": (drawn(user("x", inside=again("a", loopMaximum="-3"))), "loop.number", "x"),
    "a negative number of instances": (drawn(user("x", inside=times("-1"))), "loop.number", "x"),
    "two kinds of loop": (drawn(user("x", inside=again("a") + times("3"))), "loop.misplaced", "x"),
    "multi-instance events": (
        drawn(user("x", inside=times("3").replace("isSequential", 'behavior="None" isSequential'))),
        "loop.behavior",
        "x",
    ),
    "a call of nothing": (drawn(call("x", "")), "call.missing", "x"),
    "a call of what is not there": (drawn(call("x", "nobody")), "call.unknown", "x"),
    "a mapping without a target": (drawn(call("x", "p", {"": "a"})), "call.mapping", "x"),
    "a mapping that is no FEEL": (drawn(call("x", "p", {"a": "1 +"})), "feel.syntax", "x"),
    "a payload that is no FEEL": (drawn(throw("x", signal(payload="{a"))), "feel.syntax", "x"),
    "a send task without a message": (drawn('<bpmn:sendTask id="x"/>'), "event.message-missing", "x"),
    "correlation properties": (
        draw(task("x"), flows="s>x x>e", more='<bpmn:correlationProperty id="cp"/>\n'),
        "element.unsupported",
        "cp",
    ),
    "several none starts": (
        drawn(start("s2"), waiting("startEvent", "y", message("m")), flows="s>e s2>e y>e"),
        "event.start-count",
        "p",
    ),
    "a script in another language": (
        drawn(script("x", "x = 1", "x").replace('id="x"', 'id="x" scriptFormat="python"')),
        "script.language",
        "x",
    ),
    "a condition in another language": (
        draw(exclusive("x", default="x-e"), task("a"), flows="s>x x>a[a = 1] x>e a>e").replace(
            b"<bpmn:conditionExpression>", b'<bpmn:conditionExpression language="javascript">'
        ),
        "script.language",
        "x",
    ),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_what_would_not_run_right_is_refused(fault: str, environment: Environment) -> None:
    content, code, element = REFUSED[fault]
    found = [finding for finding in faults(content, environment) if finding.code == code]
    assert [finding.element_id for finding in found][:1] == [element], faults(content, environment)
    for finding in found:
        assert finding.line > 0
        assert any("\u4e00" <= letter <= "\u9fff" for letter in finding.message_zh)
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in finding.message_en + finding.hint_en)
        assert bool(finding.hint_zh) == bool(finding.hint_en)


def test_an_error_end_that_nothing_catches_is_a_warning_because_a_caller_may(environment: Environment) -> None:
    content = drawn(end("x", error("er")), flows="s>x s>e")
    assert faults(content, environment) == []
    assert [finding.code for finding in faults(content, environment, Severity.WARNING)] == ["event.error-uncaught"]


@pytest.mark.parametrize(("caught", "codes"), [("er", []), ("", []), ("er2", ["event.error-uncaught"])])
def test_an_error_that_the_bundles_own_calls_catch_is_caught(
    caught: str, codes: list[str], environment: Environment
) -> None:
    ends = drawn(end("x", error("er")), flows="s>x s>e").replace(b'<bpmn:process id="p"', b'<bpmn:process id="q"')
    calls = drawn(call("c", "q"), boundary("b", "c", error(caught)), flows="s>c c>e b>e")
    _, findings = parse(Bundle("b", {"p.bpmn": calls, "q.bpmn": ends}), environment)
    assert [each.code for each in findings if each.severity is Severity.WARNING] == codes


def test_a_name_in_a_condition_that_nobody_sets_is_said(environment: Environment) -> None:
    found = faults(drawn(catch("x", condition("ready"))), environment, Severity.WARNING)
    assert [(finding.code, finding.element_id) for finding in found] == [("feel.name-unknown", "x")]
