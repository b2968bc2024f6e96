"""Ad-hoc subprocesses that do one thing at a time, or wait for what runs."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bpmn.environment import Environment
from engine.bpmn.parser import parse
from tests.engine.bpmn.drawing import (
    MESSAGES,
    boundary,
    bundle,
    catch,
    condition,
    draw,
    end,
    exclusive,
    inner,
    message,
    on_event,
    parallel,
    task,
    user,
)


def ad_hoc(*nodes: str, flows: str = "", until: str = "", **attributes: str) -> str:
    inside = f"<bpmn:completionCondition>{until}</bpmn:completionCondition>" if until else ""
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    drawn = inner("any", *nodes, flows=flows, inside=inside).strip()
    body = drawn.removeprefix('<bpmn:subProcess id="any">').removesuffix("</bpmn:subProcess>")
    return f'<bpmn:adHocSubProcess id="any"{written}>{body}</bpmn:adHocSubProcess>'


def around(activity: str) -> bytes:
    return draw(activity, user("after"), flows="s>any any>after after>e", more=MESSAGES)


def test_one_thing_is_done_at_a_time(run: Any) -> None:
    nodes = (user("a"), user("a2"), task("b"), user("c"))
    process = run(around(ad_hoc(*nodes, flows="a>a2", ordering="Sequential")))
    for name in ("a", "a2", "c"):
        assert process.waiting == [name]
        process.complete(name)
    assert process.waiting == ["after"]


def test_nothing_more_begins_once_the_condition_holds(run: Any) -> None:
    nodes = (user("a"), user("a2"), user("b"))
    process = run(around(ad_hoc(*nodes, flows="a>a2", until="enough", ordering="Sequential")))
    process.complete("a", enough=True)
    assert process.waiting == ["after"]


def test_a_join_inside_does_not_hold_up_the_next(run: Any) -> None:
    nodes = (user("a"), user("b"), parallel("j"), user("z"))
    process = run(around(ad_hoc(*nodes, flows="a>j b>j j>z", ordering="Sequential")))
    for name in ("a", "b", "z"):
        assert process.waiting == [name]
        process.complete(name)
    assert process.waiting == ["after"]


def test_what_runs_is_waited_for_and_nothing_follows_it(run: Any) -> None:
    nodes = (user("a"), user("a2"), user("b"), user("b2"), user("c"))
    process = run(around(ad_hoc(*nodes, flows="a>a2 b>b2", until="enough", cancelRemainingInstances="false")))
    process.complete("a", enough=True)
    assert process.waiting == ["b", "c"]
    process.complete("b", enough=False)
    assert process.waiting == ["c"]
    process.complete("c")
    assert process.waiting == ["after"]
    process.complete("after")
    assert process.ended == "e"


def test_an_event_that_nothing_follows_can_be_the_last_thing(run: Any) -> None:
    process = run(around(ad_hoc(user("a"), catch("c", condition("n > 1")), catch("d", message("m")))))
    process.complete("a", n=1)
    process.send("withdraw", n=2)
    assert process.waiting == ["after"]


def test_an_event_subprocess_waits_beside_what_is_done_one_by_one(run: Any) -> None:
    handler = on_event("h", message("m"), user("y"), end("he"), flows="h_s>y y>he")
    process = run(around(ad_hoc(user("a"), user("b"), handler, ordering="Sequential")))
    process.complete("a")
    process.send("withdraw")
    assert process.waiting == ["y"]


FORKS = {
    "two flows": ((user("x"), user("y"), user("z")), "x>y x>z"),
    "a gateway": ((user("a"), parallel("x"), user("y"), user("z")), "a>x x>y x>z"),
    "an event beside": ((user("a"), boundary("x", "a", message("m"), interrupting=False), user("z")), "x>z"),
}


@pytest.mark.parametrize("name", FORKS)
def test_what_forks_does_not_go_one_at_a_time(environment: Environment, name: str) -> None:
    nodes, flows = FORKS[name]
    _, findings = parse(bundle(around(ad_hoc(*nodes, flows=flows, ordering="Sequential"))), environment)
    assert ("ad-hoc.forks", "x") in [(found.code, found.element_id) for found in findings]


def test_a_choice_does_not_fork(run: Any) -> None:
    nodes = (user("a"), exclusive("g", default="g-y"), user("y"), user("z"))
    process = run(around(ad_hoc(*nodes, flows="a>g g>y g>z[n = 1]", ordering="Sequential")))
    process.complete("a", n=1)
    assert process.waiting == ["z"]
