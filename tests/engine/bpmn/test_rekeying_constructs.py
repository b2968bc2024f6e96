"""Instances that wait at complex gateways, in events of several definitions, to be undone: by a new version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.execution import Execution
from engine.bpmn.rekeying import Rekeying
from tests.engine.bpmn.conftest import Run
from tests.engine.bpmn.drawing import MESSAGES, NAMES, catch, compensate, draw, message, parallel, signal, throw, user
from tests.engine.bpmn.test_complex_gateway import TWO, complex_gateway
from tests.engine.bpmn.test_data import holding, into, io, out
from tests.engine.bpmn.test_undone_scopes import then_undone, trip

MORE = MESSAGES + NAMES


@pytest.fixture
def moved(define: Callable[..., Definition], environment: Environment) -> Callable[..., Run]:
    """Take a run over to a new version, by a mapping."""

    def move(run: Run, content: bytes, **mapping: str) -> Run:
        rekeying = Rekeying(run.definition, define(content), mapping)
        assert [(each.element_id, each.code) for each in rekeying.obstacles(run.execution)] == []
        run.definition = rekeying.new
        run.execution = Execution.load(rekeying.new, rekeying.rekey(run.execution), environment)
        run.open = {mapping.get(name, name): tokens for name, tokens in run.open.items()}
        return run

    return move


def obstacles(run: Run, new: Definition) -> list[tuple[str, str]]:
    return [(each.element_id, each.code) for each in Rekeying(run.definition, new, {}).obstacles(run.execution)]


def waits(definitions: str, name: str = "c") -> bytes:
    return draw(catch(name, definitions), user("z"), flows=f"s>{name} {name}>z z>e", more=MORE)


def test_an_event_of_several_definitions_is_found_by_its_new_name(run: Any, moved: Any) -> None:
    process = moved(run(waits(message("m") + signal())), waits(message("m") + signal(), "d"), c="d")
    process.signal("alarm")
    assert process.waiting == ["z"]


@pytest.mark.parametrize("definitions", [message("m"), message("m") + signal() + message("n"), signal() + message("m")])
def test_other_definitions_are_an_obstacle(run: Any, define: Any, definitions: str) -> None:
    assert obstacles(run(waits(message("m") + signal())), define(waits(definitions))) != []


def joined(*names: str) -> bytes:
    flows = " ".join(f"f>{name} {name}>x" for name in names)
    nodes = [user(name) for name in names]
    return draw(parallel("f"), *nodes, complex_gateway("x", TWO), user("z"), flows=f"s>f {flows} x>z z>e")


def test_a_complex_gateway_knows_by_which_flows_tokens_have_come(run: Any, moved: Any) -> None:
    process = run(joined("a", "b", "c"))
    process.complete("a")
    process.complete("b")
    process = moved(process, joined("a2", "b", "c"), a="a2")
    known = [token.internal_data.get("consumed") for token in process.execution._process.live()]
    assert ["a2", "b"] in known
    process.complete("c")
    process.complete("z")
    assert process.execution.ended
    waiting = run(joined("a", "b", "c"))
    waiting.complete("a")
    waiting = moved(waiting, joined("a2", "b", "c"), a="a2")
    waiting.complete("b")
    assert waiting.waiting == ["c", "z"]


def with_data(name: str, inside: str) -> bytes:
    return draw(holding("order"), user(name, inside=inside), user("z"), flows=f"s>{name} {name}>z z>e")


def test_a_task_with_data_of_its_own_keeps_them(run: Any, moved: Any, define: Any) -> None:
    flow = io("n", "m") + into("in_n", "order_object") + out("out_m", "order_object")
    process = run(with_data("a", flow), order=1)
    assert obstacles(process, define(with_data("a", ""))) == [("a", "type"), ("a", "events")]
    process = moved(process, with_data("b", flow), a="b")
    process.complete("b", m=2)
    assert process.variables == {"order": 2}


def test_what_may_be_undone_is_undone_by_the_new_version(run: Any, moved: Any) -> None:
    process = run(then_undone(trip()))
    process.complete("hotel")
    process.complete("flight")
    content = then_undone(trip()).replace(b"cancel_flight", b"call_off")
    process = moved(process, content, cancel_flight="call_off")
    process.complete("check")
    for name in ("call_off", "cancel_hotel"):
        assert process.waiting == [name]
        process.complete(name)
    assert process.waiting == ["after"]


def test_what_is_being_undone_goes_on(run: Any, moved: Any) -> None:
    content = draw(trip(), throw("undo", compensate()), user("after"), flows="s>trip trip>undo undo>after after>e")
    process = run(content)
    process.complete("hotel")
    process.complete("flight")
    process = moved(process, content.replace(b"cancel_hotel", b"give_back"), cancel_hotel="give_back")
    for name in ("cancel_flight", "give_back"):
        assert process.waiting == [name]
        process.complete(name)
    assert process.waiting == ["after"]
