"""Conditional events: asked whenever variables change."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.bpmn.drawing import (
    again,
    boundary,
    catch,
    condition,
    draw,
    each,
    end,
    first_of,
    inner,
    on_event,
    parallel,
    script,
    start,
    timer,
    user,
)


def beside(event: str, *more: str, flows: str) -> bytes:
    """A user task `a` that sets variables again and again, beside something that waits for one."""
    return draw(
        parallel("f"),
        user("a", inside=again("stop != true")),
        event,
        *more,
        flows=f"s>f f>a a>e {flows}",
    )


def test_an_intermediate_one_waits_until_it_is_true(run: Any) -> None:
    process = run(beside(catch("c", condition("x > 1")), user("z"), flows="f>c c>z z>e"))
    process.complete("a", x=1)
    assert process.waiting == ["a"]
    process.complete("a", x=2)
    assert process.waiting == ["a", "z"]


def test_one_that_is_true_already_happens_at_once(run: Any) -> None:
    process = run(beside(catch("c", condition("x > 1")), user("z"), flows="f>c c>z z>e"), x=5)
    assert process.waiting == ["a", "z"]


def test_an_interrupting_boundary_event_stops_its_activity(run: Any) -> None:
    process = run(beside(user("b"), boundary("c", "b", condition("x > 1")), user("z"), flows="f>b b>e c>z z>e"))
    assert process.waiting == ["a", "b"]
    process.complete("a", x=2)
    assert process.waiting == ["a", "z"]


def test_one_that_does_not_interrupt_happens_each_time_it_becomes_true(run: Any) -> None:
    process = run(
        beside(
            user("b"),
            boundary("c", "b", condition("x > 1"), interrupting=False),
            script("count", "(if n = null then 0 else n) + 1", "n"),
            end("e2"),
            flows="f>b b>e c>count count>e2",
        )
    )
    for x, times in ((0, None), (2, 1), (3, 1), (0, 1), (2, 2), (1, 2), (9, 3)):
        process.complete("a", x=x)
        assert process.variables.get("n") == times


def test_an_event_subprocess_that_does_not_interrupt_happens_each_time_too(run: Any) -> None:
    process = run(
        beside(
            on_event("h", condition("x > 1"), user("z"), end("he"), flows="h_s>z z>he", interrupting=False),
            flows="",
        )
    )
    for x, open_ones in ((2, 1), (3, 1), (0, 1), (4, 2)):
        process.complete("a", x=x)
        assert process.waiting == ["a"] + ["z"] * open_ones
    process.complete("a", stop=True)
    for _ in range(2):
        assert not process.execution.ended
        process.complete("z")
    assert process.execution.ended


def test_it_decides_an_event_gateway(run: Any) -> None:
    process = run(
        beside(
            first_of("g"),
            catch("c", condition("x > 1")),
            catch("t", timer("P1D")),
            user("z"),
            flows="f>g g>c g>t c>z t>e z>e",
        )
    )
    process.complete("a", x=2)
    assert process.waiting == ["a", "z"]


def test_it_sees_the_variables_of_its_own_instance(run: Any) -> None:
    process = run(
        draw(
            inner(
                "sub",
                start("s1"),
                user("a"),
                boundary("c", "a", condition("item = wanted"), interrupting=True),
                user("z"),
                end("e1"),
                flows="s1>a a>e1 c>z z>e1",
                inside=each("items", "item"),
            ),
            user("b"),
            parallel("f"),
            flows="s>f f>sub f>b sub>e b>e",
        ),
        items=[1, 2, 3],
    )
    process.complete("b", wanted=2)
    assert process.waiting == ["a", "a", "z"]


@pytest.mark.parametrize("value", [None, "x", 1, [], {}])
def test_only_true_is_true(run: Any, value: Any) -> None:
    process = run(beside(catch("c", condition("x")), user("z"), flows="f>c c>z z>e"))
    process.complete("a", x=value)
    assert process.waiting == ["a"]
