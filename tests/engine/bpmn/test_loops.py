"""Standard loops, multi-instance by number, completion conditions."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bpmn.environment import Environment
from engine.bpmn.execution import Execution
from engine.errors import ProcessFailed
from tests.engine.bpmn.drawing import (
    MESSAGES,
    again,
    boundary,
    draw,
    each,
    end,
    inner,
    message,
    script,
    start,
    times,
    user,
)


def test_a_number_of_instances_each_with_its_own(run: Any) -> None:
    process = run(draw(user("a", inside=times("n + 1", "answers", "loopCounter * 10")), flows="s>a a>e"), n=2)
    assert process.waiting == ["a"] * 3
    for _ in range(3):
        process.complete("a")
    assert process.ended == "e"
    assert process.variables["answers"] == [10, 20, 30]


def test_one_after_the_other(run: Any) -> None:
    process = run(draw(user("a", inside=times("2", "xs", "x", sequential=True)), flows="s>a a>e"))
    process.complete("a", x="p")
    assert process.waiting == ["a"]
    process.complete("a", x="q")
    assert process.variables == {"xs": ["p", "q"]}


def test_no_times_is_passed_at_once(run: Any) -> None:
    assert run(draw(user("a", inside=times("0")), flows="s>a a>e")).ended == "e"


@pytest.mark.parametrize("number", [-1, 1.5, None, "3", True, 1_000_000])
def test_what_is_no_number_of_times_stops_with_a_reason(define: Any, environment: Environment, number: Any) -> None:
    definition = define(draw(user("a", inside=times("n")), flows="s>a a>e"))
    with pytest.raises(ProcessFailed) as failed:
        Execution.start(definition, {"n": number}, environment)
    assert failed.value.element_id == "a"


def test_when_enough_have_answered_the_others_are_taken_away(run: Any) -> None:
    process = run(
        draw(
            user("a", inside=times("4", "votes", "vote", until='numberOfCompletedInstances >= 2 or vote = "veto"')),
            flows="s>a a>e",
        )
    )
    process.complete("a", vote="yes")
    assert len(process.waiting) == 3
    process.open["a"].reverse()
    process.complete("a", vote="no")
    assert process.ended == "e"
    assert process.variables == {"votes": ["yes", None, None, "no"]}
    assert sorted(process.step.closed.values()) == [False, True, True]


def test_a_veto_is_enough(run: Any) -> None:
    process = run(
        draw(user("a", inside=times("4", "votes", "vote", until='vote = "veto"')), flows="s>a a>e"),
    )
    process.complete("a", vote="veto")
    assert process.ended == "e"


def test_a_row_of_instances_ends_early_too(run: Any) -> None:
    process = run(
        draw(
            inner(
                "sub",
                start("s1"),
                user("a"),
                end("e1"),
                flows="s1>a a>e1",
                inside=times("3", until="nrOfActiveInstances = 0", sequential=True),
            ),
            flows="s>sub sub>e",
        )
    )
    process.complete("a")
    assert process.ended == "e"


def test_a_loop_runs_while_its_condition_holds_on_the_variables_around_it(run: Any) -> None:
    process = run(draw(user("a", inside=again("more")), flows="s>a a>e"))
    for more in (True, True, False):
        assert process.waiting == ["a"]
        process.complete("a", more=more)
    assert process.ended == "e"
    assert process.variables == {"more": False}


def test_a_loop_runs_at_most_so_often(run: Any) -> None:
    process = run(draw(script("sc", "n + 1", "n", inside=again("true", loopMaximum="3")), flows="s>sc sc>e"), n=0)
    assert process.variables == {"n": 3}
    process = run(draw(script("sc", "n + 1", "n", inside=again("loopCounter < 2")), flows="s>sc sc>e"), n=0)
    assert process.variables == {"n": 2}


@pytest.mark.parametrize(("first", "runs"), [("true", 0), ("false", 1)])
def test_a_loop_may_ask_before_the_first_time(run: Any, first: str, runs: int) -> None:
    content = draw(script("sc", "n + 1", "n", inside=again("n > 5", testBefore=first)), flows="s>sc sc>e")
    assert run(content, n=0).variables == {"n": runs}


def test_a_loop_of_a_subprocess_with_an_event_on_it(run: Any) -> None:
    process = run(
        draw(
            inner("sub", start("s1"), user("a"), end("e1"), flows="s1>a a>e1", inside=again("true")),
            boundary("stop", "sub", message("m")),
            flows="s>sub sub>e stop>e",
            more=MESSAGES,
        )
    )
    for _ in range(5):
        process.complete("a")
    process.send("withdraw")
    assert process.ended == "e"


def test_a_loop_that_never_waits_is_stopped(define: Any, environment: Environment) -> None:
    definition = define(draw(script("sc", "1", "n", inside=again("true")), flows="s>sc sc>e"))
    with pytest.raises(ProcessFailed) as failed:
        Execution.start(definition, {}, environment)
    assert failed.value.element_id == "sc"


def test_a_list_with_a_completion_condition(run: Any) -> None:
    every = each("items", "item", "rs", "r").replace(
        "</bpmn:multi", "<bpmn:completionCondition>r = 2</bpmn:completionCondition></bpmn:multi"
    )
    process = run(draw(script("sc", "item", "r", inside=every), flows="s>sc sc>e"), items=[1, 2, 3])
    assert process.variables["rs"] == [1, 2, None]
