"""Asking the gateways that an instance has passed once more, by another version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.rekeying import Rekeying
from engine.bpmn.replaying import Past, Replay, replay
from engine.clock import TIMEZONE
from tests.engine.bpmn.conftest import Run
from tests.engine.bpmn.drawing import (
    call,
    draw,
    end,
    exclusive,
    inclusive,
    inner,
    script,
    start,
    task,
    user,
)

AT = datetime(2026, 12, 1, 9, tzinfo=TIMEZONE)


def choice(condition: str, *, gateway: str = "g", more: str = "", nodes: tuple[str, ...] = ()) -> bytes:
    flows = f"s>a a>{gateway} {gateway}>b[{condition}] {gateway}>c b>e c>e {more}"
    return draw(user("a", "given"), exclusive(gateway, f"{gateway}-c"), user("b"), user("c"), *nodes, flows=flows)


def decided(*flows: str, element: str = "g", **over: Any) -> Past:
    return Past("gateway.decided", element, AT, {"flows": list(flows), "over": over})


@pytest.fixture
def asked(define: Callable[..., Definition], environment: Environment) -> Callable[..., Replay]:
    def replayed(old: bytes, new: bytes, *history: Past, **mapping: str) -> Replay:
        return replay(Rekeying(define(old), define(new), mapping), environment, history)

    return replayed


def test_the_same_condition_goes_the_same_way(asked: Callable[..., Replay]) -> None:
    assert asked(choice("n > 1"), choice("n > 1"), decided("g-b")) == Replay()  # n was too large to be kept
    assert asked(choice("n > 1"), choice("1 < n"), decided("g-c", n=1), decided("g-b", n=2)) == Replay()


def test_another_condition_may_go_another_way_and_says_why(asked: Callable[..., Replay]) -> None:
    found = asked(choice("n > 1"), choice("n > 5"), decided("g-b", n=2), decided("g-b", n=3), decided("g-b", n=9))
    (branch,) = found.branches  # twice the same way is told of once
    assert (branch.element_id, branch.then, branch.now, branch.condition) == ("g", ("g-b",), ("g-c",), "")
    (branch,) = asked(choice("n > 5"), choice("n > 1"), decided("g-c", n=2)).branches
    assert (branch.now, branch.condition) == (("g-b",), "n > 1")
    assert "g-c" in branch.message
    assert "n > 1" in branch.message


def test_a_way_is_the_same_by_its_flow_or_by_where_it_leads(asked: Callable[..., Replay]) -> None:
    renamed = draw(*(user("a"), exclusive("h", "h-z"), user("y"), user("z")), flows="s>a a>h h>y[n > 1] h>z y>e z>e")
    mapping = {"g": "h", "b": "y", "c": "z"}
    assert asked(choice("n > 1"), renamed, decided("g-b", n=2), **mapping) == Replay()
    (branch,) = asked(choice("n > 1"), renamed, decided("g-b", n=0), **mapping).branches
    assert branch.element_id == "h"
    between = draw(
        *(user("a"), exclusive("g", "g-c"), user("b"), user("c"), user("x")),
        flows="s>a a>g g>x[n > 1] g>c x>b b>e c>e",
    ).replace(b'"g-x"', b'"g-b"')
    assert asked(choice("n > 1"), between, decided("g-b", n=2)) == Replay()


def test_what_only_the_new_version_asks_for_is_taken_from_what_was_given_before(asked: Callable[..., Replay]) -> None:
    new = choice("given.urgent = true")
    given = Past("task.completed", "a", AT, {"urgent": True})
    (branch,) = asked(choice("n > 1"), new, given, decided("g-c", n=1)).branches
    assert branch.now == ("g-b",)
    for changed in ("message.received", "step.done", "variables.edited"):
        found = asked(choice("n > 1"), new, given, Past(changed, "x", AT, {}), decided("g-c", n=1))
        assert found.branches == []
        assert "given" in found.unclear[0]


def test_a_gateway_that_is_not_there_any_more_cannot_be_asked(asked: Callable[..., Replay]) -> None:
    found = asked(choice("n > 1"), draw(user("a"), flows="s>a a>e"), decided("g-b", n=2), decided("g-b", n=2))
    assert found.branches == []
    assert len(found.unclear) == 1


def test_an_inclusive_gateway_is_asked_for_all_its_ways(asked: Callable[..., Replay]) -> None:
    def some(limit: int) -> bytes:
        flows = f"s>g g>b[n > {limit}] g>c[n > 2] g>d b>j c>j d>j j>e"
        return draw(inclusive("g", "g-d"), inclusive("j"), task("b"), task("c"), task("d"), flows=flows)

    assert asked(some(1), some(2), decided("g-b", "g-c", n=3)) == Replay()
    (branch,) = asked(some(1), some(3), decided("g-b", "g-c", n=3)).branches
    assert branch.now == ("g-c",)


def test_a_step_says_which_ways_its_gateways_went_and_by_which_values(run: Callable[..., Run]) -> None:
    process = run(choice("n > 1 and absent = null"), n=2, other=1)
    (chosen,) = process.complete("a").choices
    assert (chosen.element_id, chosen.flows, dict(chosen.over)) == ("g", ("g-b",), {"n": 2, "absent": None})
    assert process.complete("b").choices == []


def test_gateways_inside_a_subprocess_count_and_those_of_a_called_process_do_not(run: Callable[..., Run]) -> None:
    inside = inner("sub", start("is"), exclusive("g", "g-ie"), task("t"), end("ie"), flows="is>g g>t[n > 1] g>ie t>ie")
    called = draw(exclusive("h", "h-e"), task("t"), flows="s>h h>t[n > 1] h>e t>e").replace(b'id="p"', b'id="q"')
    process = run(
        draw(inside, script("x", "{n: 3}"), call("c", "q"), flows="s>sub sub>x x>c c>e"), {"q.bpmn": called}, n=2
    )
    assert [(each.element_id, each.flows) for each in process.step.choices] == [("g", ("g-t",))]
