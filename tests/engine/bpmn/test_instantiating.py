"""Processes that a receive task or an event gateway starts, and activities that count tokens."""

from __future__ import annotations

import re
from typing import Any

import pytest

from engine.bpmn.environment import Environment
from engine.bpmn.execution import Execution
from engine.bpmn.parser import parse
from engine.errors import ProcessFailed
from engine.findings import Severity
from tests.engine.bpmn.drawing import (
    MESSAGES,
    NAMES,
    boundary,
    bundle,
    catch,
    draw,
    end,
    exclusive,
    inner,
    message,
    parallel,
    signal,
    start,
    task,
    timer,
    user,
    waiting,
)

MORE = MESSAGES + NAMES


def receive(id_: str = "r", reference: str = "m", **attributes: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<bpmn:receiveTask id="{id_}" messageRef="{reference}" instantiate="true"{written}/>\n'


def gateway(**attributes: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<bpmn:eventBasedGateway id="g" instantiate="true"{written}/>\n'


def drawn(*nodes: str, flows: str) -> bytes:
    return draw(*nodes, end("e"), flows=flows, ends=False, more=MORE)


BY_TASK = drawn(receive(), user("a"), flows="r>a a>e")
BY_GATEWAY = drawn(
    gateway(), catch("c", message("m")), catch("d", signal()), user("a"), user("b"), flows="g>c g>d c>a d>b a>e b>e"
)


def test_a_receive_task_starts_its_process_and_has_received(define: Any, environment: Environment) -> None:
    definition = define(BY_TASK)
    assert [(each.element_id, each.kind, each.name) for each in definition.starts] == [("r", "message", "withdraw")]
    for at in ("r", ""):
        execution, step = Execution.start(definition, {"n": 1}, environment, at)
        assert [each.element_id for each in step.user_tasks] == ["a"]
        assert [(each.event, each.element_id) for each in step.trace] == [
            ("enter", "r"),
            ("leave", "r"),
            ("enter", "a"),
        ]
        loaded = Execution.load(definition, execution.dump(), environment)
        assert loaded.complete_user_task(step.user_tasks[0].token, {}).ended is not None


def test_each_event_after_an_event_gateway_starts_its_process(define: Any, environment: Environment) -> None:
    definition = define(BY_GATEWAY)
    assert [(each.element_id, each.kind, each.name) for each in definition.starts] == [
        ("c", "message", "withdraw"),
        ("d", "signal", "alarm"),
    ]
    for at, task_ in (("c", "a"), ("d", "b")):
        execution, step = Execution.start(definition, {}, environment, at)
        assert [each.element_id for each in step.user_tasks] == [task_]
        assert execution.awaited_messages() == []
    with pytest.raises(ProcessFailed):
        Execution.start(definition, {}, environment)


def test_beside_a_start_event_whoever_starts_it_by_hand_begins_there(define: Any, environment: Environment) -> None:
    content = draw(receive(), user("a"), user("b"), flows="s>b b>e r>a a>e", more=MORE)
    _, step = Execution.start(define(content), {}, environment)
    assert [each.element_id for each in step.user_tasks] == ["b"]


@pytest.mark.parametrize("content", [BY_TASK, BY_GATEWAY])
def test_it_is_sound(environment: Environment, content: bytes) -> None:
    _, findings = parse(bundle(content), environment)
    assert [str(each) for each in findings if each.severity is Severity.ERROR or "soundness" in each.code] == []


def test_each_way_to_begin_is_played(environment: Environment) -> None:
    content = drawn(
        gateway(), catch("c", message("m")), catch("d", signal()), parallel("x"), flows="g>c g>d c>x d>x x>e"
    )
    _, findings = parse(bundle(content), environment)
    assert [(each.code, each.element_id) for each in findings if "soundness" in each.code] == [
        ("soundness.deadlock", "x")
    ]


REFUSED = {
    "in a subprocess": (
        draw(inner("sub", start("s1"), receive("x"), end("e1"), flows="s1>e1 x>e1"), flows="s>sub sub>e", more=MORE),
        "start.instantiate",
    ),
    "after something": (draw(receive("x"), flows="s>x x>e", more=MORE), "start.instantiate"),
    "with an event on it": (
        drawn(receive("x"), boundary("b", "x", timer("P1D")), flows="x>e b>e"),
        "start.instantiate",
    ),
    "by a time": (drawn(gateway(), catch("x", timer("P1D")), catch("c", message("m")), flows="g>x g>c x>e c>e"),
        "start.instantiate"),
    "by all of several": (
        drawn(
            gateway(eventGatewayType="Parallel").replace('"g"', '"x"'),
            catch("c", message("m")),
            catch("d", signal()),
            flows="x>c x>d c>e d>e",
        ),
        "gateway.event-parallel",
    ),
    "no number of tokens": (
        draw(task("x").replace('"x"', '"x" startQuantity="0"'), flows="s>x x>e"),
        "activity.quantity",
    ),
    "tokens of an event": (
        draw(waiting("intermediateThrowEvent", "x").replace('"x"', '"x" completionQuantity="2"'), flows="s>x x>e"),
        "activity.quantity",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_not_start_or_count_is_refused(environment: Environment, name: str) -> None:
    content, code = REFUSED[name]
    _, findings = parse(bundle(content), environment)
    assert (code, "x") in [(each.code, each.element_id) for each in findings]


def counting(node: str, **attributes: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return re.sub(r'id="(\w+)"', rf'id="\1"{written}', node, count=1)


def test_an_activity_begins_when_enough_tokens_have_come(run: Any) -> None:
    content = draw(
        parallel("f"), user("a"), user("b"), user("c"), user("d"),
        counting(user("x", inside=""), startQuantity="2"),
        boundary("w", "x", message("m")),
        user("z"),
        flows="s>f f>a f>b f>c f>d a>x b>x c>x d>x x>z w>z z>e", more=MORE,
    )  # fmt: skip
    process = run(content)
    process.complete("a")
    assert process.waiting == ["b", "c", "d"]
    assert process.execution.awaited_messages() == []
    process.complete("b")
    assert process.waiting == ["c", "d", "x"]
    process.complete("c")
    process.complete("d")
    assert process.waiting == ["x", "x"]
    process.complete("x")
    process.send("withdraw")
    assert process.waiting == ["z", "z"]


def test_an_activity_sends_out_several_tokens(run: Any) -> None:
    content = draw(
        counting(user("x"), completionQuantity="3"), counting(user("y"), startQuantity="3"), user("z"),
        exclusive("m"), flows="s>x x>m m>y y>z z>e",
    )  # fmt: skip
    process = run(content)
    process.complete("x")
    assert process.waiting == ["y"]
    process.complete("y")
    process.complete("z")
    assert process.ended == "e"


def test_what_counts_tokens_is_said_not_to_be_proven(environment: Environment) -> None:
    content = draw(counting(user("x"), completionQuantity="2"), user("z"), flows="s>x x>z z>e")
    _, findings = parse(bundle(content), environment)
    assert [(each.code, each.element_id) for each in findings] == [("soundness.not-proven", "x")]
