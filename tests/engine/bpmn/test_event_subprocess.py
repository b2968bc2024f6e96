"""Event subprocesses: each trigger, interrupting or not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.clock import FixedClock
from tests.engine.bpmn.drawing import (
    ERRORS,
    MESSAGES,
    NAMES,
    boundary,
    condition,
    draw,
    each,
    end,
    error,
    escalation,
    failing,
    inner,
    message,
    on_event,
    parallel,
    script,
    service,
    signal,
    start,
    throw,
    timer,
    user,
)

MORE = MESSAGES + ERRORS + NAMES


def with_handler(definition: str, *, interrupting: bool) -> bytes:
    return draw(
        user("a"),
        on_event("h", definition, user("handle"), end("he"), flows="h_s>handle handle>he", interrupting=interrupting),
        flows="s>a a>e",
        more=MORE,
    )


TRIGGERS = {"message": message("m"), "signal": signal(), "timer": timer("P1D"), "conditional": condition("x > 1")}


def trigger(process: Any, kind: str, clock: FixedClock) -> None:
    if kind == "message":
        process.send("withdraw", why="w")
    elif kind == "signal":
        process.signal("alarm", why="w")
    elif kind == "timer":
        clock.advance(timedelta(days=1))
        process.fire("h")


@pytest.mark.parametrize("kind", ["message", "signal", "timer"])
def test_an_interrupting_one_takes_all_else_away_and_the_process_ends_with_it(
    run: Any, clock: FixedClock, kind: str
) -> None:
    process = run(with_handler(TRIGGERS[kind], interrupting=True))
    assert [element for element in process.waiting if element != "h"] == ["a"]
    assert process.execution.tokens() == [("a", "ready")]
    trigger(process, kind, clock)
    assert [element for element in process.waiting if element != "h"] == ["handle"]
    assert ("cancel", "a") in process.history
    process.complete("handle")
    assert process.ended == "he"
    assert process.execution.ended


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_one_that_does_not_interrupt_begins_each_time_and_the_process_waits_for_all(
    run: Any, clock: FixedClock, kind: str
) -> None:
    process = run(with_handler(TRIGGERS[kind], interrupting=False))
    trigger(process, kind, clock)
    trigger(process, kind, clock)
    assert [element for element in process.waiting if element != "h"] == ["a", "handle", "handle"]
    process.complete("a")
    assert process.ended is None
    process.complete("handle")
    assert not process.execution.ended
    process.complete("handle")
    assert process.ended == "he"


def test_a_timer_that_does_not_interrupt_follows_its_cycle(run: Any, clock: FixedClock) -> None:
    process = run(with_handler(timer("R2/PT1H", "timeCycle"), interrupting=False))
    for _ in range(2):
        clock.advance(timedelta(hours=1))
        process.fire("h")
    assert process.waiting == ["a", "handle", "handle"]


def test_what_it_waits_for_ends_with_its_scope(run: Any) -> None:
    process = run(with_handler(timer("P1D"), interrupting=True))
    waiting = process.token("h")
    process.complete("a")
    assert process.ended == "e"
    assert process.step.closed[waiting] is True


def test_an_error_inside_a_subprocess_is_handled_there_and_the_flow_goes_on_after_it(run: Any) -> None:
    process = run(
        draw(
            inner(
                "sub",
                start("s1"),
                parallel("f"),
                user("a"),
                user("b"),
                end("e1"),
                end("bad", failing("er", "{why: 1}")),
                on_event(
                    "h", failing("er", variable="problem"), user("handle"), end("he"), flows="h_s>handle handle>he"
                ),
                flows="s1>f f>a f>b a>bad b>e1",
            ),
            boundary("outer", "sub", error("er")),
            user("next"),
            user("wrong"),
            flows="s>sub sub>next outer>wrong next>e wrong>e",
            more=MORE,
        )
    )
    process.complete("a")
    assert process.waiting == ["handle"]
    assert process.variables["problem"] == {"code": "CONFLICT", "message": "", "why": 1}
    process.complete("handle")
    assert process.waiting == ["next"]


def test_a_handler_of_a_service_task_fails_into_the_event_subprocess_of_its_process(run: Any) -> None:
    process = run(
        draw(
            service("sv", "demo.apply"),
            user("b"),
            parallel("f"),
            on_event("h", error(), user("handle"), end("he"), flows="h_s>handle handle>he"),
            flows="s>f f>sv f>b sv>e b>e",
        )
    )
    process.fail("sv", "CONFLICT", detail=1)
    assert process.waiting == ["handle"]
    assert process.variables["detail"] == 1


def test_an_error_thrown_while_one_is_handled_goes_outwards(run: Any) -> None:
    process = run(
        draw(
            inner(
                "sub",
                start("s1"),
                end("bad", error("er")),
                on_event("h", error("er"), end("worse", error("er")), flows="h_s>worse"),
                flows="s1>bad",
            ),
            boundary("outer", "sub", error("er")),
            user("a"),
            flows="s>sub sub>e outer>a a>e",
            more=MORE,
        )
    )
    assert process.waiting == ["a"]


def test_an_error_that_nobody_catches_ends_the_instance_as_failed(run: Any) -> None:
    process = run(
        draw(
            parallel("f"),
            user("b"),
            inner("sub", start("s1"), user("a"), end("bad", error("er")), flows="s1>a a>bad"),
            user("next"),
            flows="s>f f>sub f>b sub>next next>e b>e",
            more=MORE,
        )
    )
    process.complete("a")
    assert process.waiting == []
    assert process.execution.ended
    assert (process.step.ended.element_id, process.step.ended.error) == ("bad", "CONFLICT")
    assert ("error", "bad") in process.history


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_is_handled_inside(run: Any, interrupting: bool) -> None:
    process = run(
        draw(
            throw("t", escalation()),
            user("a"),
            on_event(
                "h", escalation(""), user("handle"), end("he"), flows="h_s>handle handle>he", interrupting=interrupting
            ),
            flows="s>t t>a a>e",
            more=MORE,
        )
    )
    assert process.waiting == (["handle"] if interrupting else ["a", "handle"])


def test_a_condition_is_asked_whenever_variables_change(run: Any) -> None:
    process = run(with_handler(condition("x > 1"), interrupting=True), x=0)
    assert process.waiting == ["a"]
    process = run(
        draw(
            script("one", "2", "x"),
            user("never"),
            on_event("h", condition("x > 1"), user("handle"), end("he"), flows="h_s>handle handle>he"),
            flows="s>one one>never never>e",
        ),
        x=0,
    )
    assert process.waiting == ["handle"]
    assert ("enter", "never") not in process.history or ("cancel", "never") in process.history


def test_each_instance_of_a_multi_instance_subprocess_has_its_own(run: Any) -> None:
    process = run(
        draw(
            inner(
                "sub",
                start("s1"),
                user("a"),
                end("e1"),
                on_event("h", message("m"), script("mark", "item", "stopped"), end("he"), flows="h_s>mark mark>he"),
                flows="s1>a a>e1",
                inside=each("items", "item", "results", "stopped"),
            ),
            flows="s>sub sub>e",
            more=MORE,
        ),
        items=["p", "q"],
    )
    process.send("withdraw")
    process.complete("a", stopped="no")
    assert process.variables["results"] == ["p", "no"]
    assert process.ended == "e"


def test_nested_ones_catch_before_outer_ones(run: Any) -> None:
    process = run(
        draw(
            user("a"),
            on_event(
                "h",
                message("m"),
                user("handle"),
                end("bad", error("er")),
                on_event("h2", error("er"), user("repair"), end("h2e"), flows="h2_s>repair repair>h2e"),
                flows="h_s>handle handle>bad",
            ),
            flows="s>a a>e",
            more=MORE,
        )
    )
    process.send("withdraw")
    process.complete("handle")
    assert process.waiting == ["repair"]
    process.complete("repair")
    assert process.execution.ended
