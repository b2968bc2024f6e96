"""Events with several definitions: any of them, all of them, all thrown; and definitions that events share."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.bpmn.environment import Environment
from engine.bpmn.parser import parse
from engine.clock import FixedClock
from tests.engine.bpmn.drawing import (
    ERRORS,
    MESSAGES,
    NAMES,
    boundary,
    bundle,
    catch,
    compensate,
    condition,
    draw,
    end,
    error,
    escalation,
    exclusive,
    first_of,
    inner,
    link,
    message,
    on_event,
    parallel,
    signal,
    start,
    throw,
    timer,
    user,
    waiting,
)

MORE = MESSAGES + NAMES + ERRORS
TOGETHER = ' parallelMultiple="true"'


def together(content: str, kind: str) -> str:
    return content.replace(f"<bpmn:{kind} ", f"<bpmn:{kind}{TOGETHER} ")


ANY = draw(catch("c", message("m") + timer("P1D") + signal()), user("z"), flows="s>c c>z z>e", more=MORE)


def test_the_first_of_several_definitions_lets_an_event_happen(run: Any, clock: FixedClock) -> None:
    by_message, by_timer, by_signal = (run(ANY) for _ in range(3))
    assert ("enter", "c") in by_message.history
    assert by_message.execution.tokens() == [("c", "waiting")]
    assert [each.kind for each in by_message.step.subscribed] == ["message", "signal"]
    by_message.send("withdraw", why="late")
    clock.advance(timedelta(days=1))
    by_timer.fire("c")
    by_signal.signal("alarm")
    for process in (by_message, by_timer, by_signal):
        assert process.waiting == ["z"]
        assert process.send("withdraw") is None
        assert process.history.count(("leave", "c")) == 1
    assert by_message.variables == {"why": "late"}


def test_all_of_several_definitions_have_to_happen(run: Any) -> None:
    content = draw(
        together(catch("c", message("m") + message("n")), "intermediateCatchEvent"), flows="s>c c>e", more=MORE
    )
    process = run(content)
    process.send("other", n=1)
    assert process.send("other") is None
    assert process.ended is None
    process.send("withdraw", m=1)
    assert process.ended == "e"
    assert process.variables == {"m": 1, "n": 1}


def test_an_event_on_an_activity_interrupts_it_by_any(run: Any) -> None:
    content = draw(
        inner("sub", start("s1"), user("a"), end("bad", error("er")), flows="s1>a a>bad"),
        boundary("b", "sub", error("er") + message("m") + escalation()),
        user("z"),
        flows="s>sub sub>e b>z z>e",
        more=MORE,
    )
    by_error, by_message = run(content), run(content)
    assert by_message.execution.awaited_messages()[0].attached_to == "sub"
    by_error.complete("a")
    by_message.send("withdraw")
    for process in (by_error, by_message):
        assert process.waiting == ["z"]
        assert ("cancel", "sub") in process.history
    by_message.complete("z")
    assert by_message.ended == "e"


def test_an_event_that_does_not_interrupt_happens_each_time_and_leaves_the_others_waiting(
    run: Any, clock: FixedClock
) -> None:
    content = draw(
        user("a"),
        boundary("b", "a", message("m") + timer("R2/P1D", "timeCycle"), interrupting=False),
        user("z"),
        flows="s>a a>e b>z z>e",
        more=MORE,
    )
    process = run(content)
    due = process.step.timers[0].due_at
    process.send("withdraw")
    process.send("withdraw")
    assert process.waiting == ["a", "b", "z", "z"]
    clock.set(due)
    process.fire("b")
    assert process.step.timers[0].due_at == due + timedelta(days=1)
    clock.advance(timedelta(days=1))
    process.fire("b")
    assert process.waiting == ["a", "z", "z", "z", "z"]
    assert process.history.count(("enter", "b")) == process.history.count(("leave", "b")) == 4
    process.complete("a")
    assert process.send("withdraw") is None
    for _ in range(4):
        process.complete("z")
    assert process.ended == "e"


def test_an_event_for_which_all_have_to_happen_waits_for_all_anew(run: Any) -> None:
    event = together(boundary("b", "a", message("m") + signal(), interrupting=False), "boundaryEvent")
    process = run(draw(user("a"), event, user("z"), flows="s>a a>e b>z z>e", more=MORE))
    process.send("withdraw")
    assert process.send("withdraw") is None
    process.signal("alarm")
    assert process.waiting == ["a", "z"]
    process.signal("alarm")
    process.send("withdraw")
    assert process.waiting == ["a", "z", "z"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_event_subprocess_begins_by_any(run: Any, interrupting: bool) -> None:
    handler = on_event(
        "h", message("m") + escalation() + condition("n > 1"), user("y"), end("he"), flows="h_s>y y>he",
        interrupting=interrupting,
    )  # fmt: skip
    process = run(
        draw(user("a"), throw("t", escalation()), user("b"), handler, flows="s>a a>t t>b b>e", more=MORE), n=0
    )
    process.complete("a", n=2)
    if interrupting:
        assert process.waiting == ["y"]
        process.complete("y")
        assert process.ended == "he"
        return
    assert process.waiting == ["b", "y", "y"]
    process.send("withdraw")
    assert process.waiting == ["b", "y", "y", "y"]
    process.complete("b")
    for _ in range(3):
        process.complete("y")
    assert process.execution.ended


def test_after_an_event_gateway_one_event_of_several_definitions_is_one_of_its_choices(run: Any) -> None:
    content = draw(
        first_of("g"),
        catch("c", message("m") + signal()),
        catch("d", signal("sg2")),
        user("y"),
        user("z"),
        flows="s>g g>c g>d c>y d>z y>e z>e",
        more=MORE,
    )
    process = run(content)
    process.signal("alarm")
    assert process.waiting == ["y"]
    assert process.signal("calm") is None
    other = run(content)
    other.signal("calm")
    assert other.waiting == ["z"]
    assert other.send("withdraw") is None


def test_all_of_several_definitions_are_thrown(run: Any) -> None:
    sub = inner(
        "sub",
        start("s1"),
        user("a"),
        end("out", error("er") + message("m") + escalation() + signal()),
        flows="s1>a a>out",
    )
    process = run(
        draw(
            sub,
            boundary("b", "sub", error("er")),
            boundary("late", "sub", escalation(), interrupting=False),
            user("y"),
            user("z"),
            flows="s>sub sub>e b>z z>e late>y y>e",
            more=MORE,
        )
    )
    process.complete("a")
    assert [(each.kind, each.name) for each in process.step.thrown] == [("message", "withdraw"), ("signal", "alarm")]
    assert process.waiting == ["y", "z"]


def test_an_event_may_refer_to_definitions_beside_the_processes(run: Any, clock: FixedClock) -> None:
    shared = timer("P1D").replace("<bpmn:timerEventDefinition", '<bpmn:timerEventDefinition id="daily"')
    refers = "<bpmn:eventDefinitionRef>daily</bpmn:eventDefinitionRef>"
    process = run(draw(catch("c", refers), catch("d", refers + message("m")), flows="s>c c>d d>e", more=MORE + shared))
    for event in "cd":
        clock.advance(timedelta(days=1))
        process.fire(event)
    assert process.ended == "e"


def test_messages_of_all_definitions_are_known_to_be_sent(environment: Environment) -> None:
    content = draw(
        parallel("f"), parallel("j"), throw("t", message("m") + message("n")), catch("c", message("n")),
        flows="s>f f>t f>c t>j c>j j>e", more=MORE,
    )  # fmt: skip
    _, findings = parse(bundle(content), environment)
    assert [found.code for found in findings if found.code.startswith("soundness.")] == []


REFUSED = {
    "a start event of a process": (waiting("startEvent", "x", message("m") + signal()), "x>e s>e"),
    "a link among others": (throw("x", link("l") + signal()) + catch("y", link("l")), "s>x y>e"),
    "compensation among others": (end("x", compensate() + signal()), "s>x s>e"),
    "two errors": (end("x", error("er") + error("er2")), "s>x s>e"),
    "an error of which others are waited for": (
        inner("sub", start("s1"), end("e1", error("er")), flows="s1>e1")
        + together(boundary("x", "sub", error("er") + message("m")), "boundaryEvent"),
        "s>sub sub>e x>e",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_to_be_alone_is_refused_among_several(environment: Environment, name: str) -> None:
    nodes, flows = REFUSED[name]
    _, findings = parse(bundle(draw(nodes, flows=flows, more=MORE)), environment)
    assert ("event.multiple", "x") in [(found.code, found.element_id) for found in findings]


def test_a_reference_to_no_definition_is_refused(environment: Environment) -> None:
    content = draw(catch("x", "<bpmn:eventDefinitionRef>nowhere</bpmn:eventDefinitionRef>"), flows="s>x x>e")
    _, findings = parse(bundle(content), environment)
    assert ("element.unsupported", "x") in [(found.code, found.element_id) for found in findings]


def test_a_join_takes_one_token_of_an_event_with_several_definitions(run: Any) -> None:
    content = draw(
        parallel("f"), catch("c", message("m") + signal()), user("a"), parallel("j"), exclusive("k"),
        flows="s>f f>c f>a c>j a>j j>k k>e", more=MORE,
    )  # fmt: skip
    process = run(content)
    process.complete("a")
    process.signal("alarm")
    assert process.ended == "e"
