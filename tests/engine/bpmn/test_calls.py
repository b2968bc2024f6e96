"""Call activities: which process they call, what goes in and out, and what happens around them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.bpmn import calls
from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.execution import Execution
from engine.bpmn.parser import parse
from engine.bundle import Bundle
from engine.errors import NotFound, ProcessFailed, StateFormatUnknown
from tests.engine.bpmn.drawing import (
    ERRORS,
    MESSAGES,
    NAMES,
    boundary,
    bundle,
    call,
    draw,
    each,
    end,
    error,
    escalation,
    exclusive,
    inner,
    message,
    script,
    start,
    throw,
    user,
)


def called(*nodes: str, flows: str, more: str = "", key: str = "q") -> dict[str, bytes]:
    """Return a second file, with a process of its own."""
    content = draw(*nodes, flows=flows, more=more).decode()
    return {"q.bpmn": content.replace('<bpmn:process id="p"', f'<bpmn:process id="{key}"').encode()}


INNER = called(user("b"), script("sc", "(if n = null then 0 else n) + 1", "n"), flows="s>b b>sc sc>e")


def test_all_variables_go_in_and_come_back_when_nothing_is_said(run: Any) -> None:
    process = run(draw(call("c", "q"), user("a"), flows="s>c c>a a>e"), INNER, n=4, kept=True)
    assert process.waiting == ["b"]
    assert process.step.user_tasks[0].definition.key == "q"
    process.complete("b", seen=1)
    assert process.variables == {"n": 5, "kept": True, "seen": 1}
    process.complete("a")
    assert process.ended == "e"


def test_the_called_process_works_on_variables_of_its_own(run: Any) -> None:
    process = run(
        draw(call("c", "q", {"n": "order.count + 1"}, {"total": "n * 10"}), flows="s>c c>e"), INNER, order={"count": 1}
    )
    assert process.step.user_tasks[0].variables == {"n": 2}
    process.complete("b", noise="x")
    assert process.variables == {"order": {"count": 1}, "total": 30}
    assert process.ended == "e"


def test_which_process_is_called_can_be_an_expression(run: Any) -> None:
    process = run(draw(call("c", '= if big then "q" else "p"'), flows="s>c c>e"), INNER, big=True)
    assert process.waiting == ["b"]


def test_a_call_of_nothing_stops_with_a_reason(define: Any, environment: Environment) -> None:
    definition = define(draw(call("c", "=which"), flows="s>c c>e"))
    for which in (None, "nobody", 7):
        with pytest.raises(ProcessFailed) as failed:
            Execution.start(definition, {"which": which}, environment)
        assert failed.value.element_id == "c"


def test_a_process_that_calls_itself_goes_as_deep_as_it_asks(run: Any) -> None:
    content = draw(
        script("less", "n - 1", "n"),
        call("c", '= if n > 0 then "p" else "q"'),
        flows="s>less less>c c>e",
    )
    process = run(content, called(user("b"), flows="s>b b>e"), n=5)
    assert process.waiting == ["b"]
    process.complete("b", bottom=True)
    assert process.ended == "e"
    assert process.variables == {"n": 0, "bottom": True}


def test_a_process_that_calls_itself_too_often_stops_with_the_element(run: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(calls, "MAX_DEPTH", 9)
    content = draw(
        exclusive("g", default="g-e"), script("k", "n - 1", "n"), call("c", "p"), user("a"),
        flows="s>g g>k[n > 0] k>c c>a a>e g>e",
    )  # fmt: skip
    process = run(content, n=9)
    assert process.waiting == ["a"]
    process.cancel()
    assert process.waiting == []
    with pytest.raises(ProcessFailed) as failed:
        run(content, n=10)
    assert failed.value.element_id == "c"


def test_an_error_of_the_called_process_is_caught_at_the_call(run: Any) -> None:
    process = run(
        draw(
            call("c", "q"),
            boundary("b", "c", error("er")),
            user("repair"),
            flows="s>c c>e b>repair repair>e",
            more=ERRORS,
        ),
        called(user("x"), end("bad", error("er3")), flows="s>x x>bad s>e", more=ERRORS.replace('id="er"', 'id="er3"')),
    )
    process.complete("x")
    assert process.waiting == ["repair"]
    assert process.variables == {}


def test_terminating_the_called_process_ends_it_alone(run: Any) -> None:
    process = run(
        draw(call("c", "q"), user("a"), flows="s>c c>a a>e"),
        called(user("x"), user("y"), end("t", "<bpmn:terminateEventDefinition/>"), flows="s>x s>y x>t y>e"),
    )
    process.complete("x")
    assert process.waiting == ["a"]


def test_interrupting_a_call_takes_away_what_it_called(run: Any) -> None:
    process = run(
        draw(call("c", "q"), boundary("w", "c", message("m")), user("z"), flows="s>c c>e w>z z>e", more=MESSAGES),
        called(call("c2", "r"), flows="s>c2 c2>e") | {"r.bpmn": called(user("x"), flows="s>x x>e", key="r")["q.bpmn"]},
    )
    assert process.waiting == ["x"]
    process.send("withdraw")
    assert process.waiting == ["z"]
    assert ("cancel", "x") in process.history


def test_a_message_reaches_into_a_called_process(run: Any) -> None:
    process = run(
        draw(call("c", "q"), flows="s>c c>e"),
        called(user("x"), boundary("w", "x", message("m")), flows="s>x x>e w>e", more=MESSAGES),
    )
    assert [(each_.name, each_.attached_to) for each_ in process.execution.awaited_messages()] == [("withdraw", "x")]
    process.send("withdraw")
    assert process.ended == "e"


def test_a_call_for_each_item_collects_what_each_gives(run: Any) -> None:
    content = draw(
        call("c", "q", {"n": "item"}, {"r": "n"}).replace(
            "</bpmn:callActivity>", each("items", "item", "rs", "r") + "</bpmn:callActivity>"
        ),
        flows="s>c c>e",
    )
    process = run(content, INNER, items=[10, 20])
    process.open["b"].reverse()
    process.complete("b")
    process.complete("b")
    assert process.variables == {"items": [10, 20], "rs": [11, 21]}


class Shelf:
    """Deployed definitions, newest last."""

    def __init__(self, *definitions: Definition) -> None:
        self.definitions = list(definitions)

    def knows(self, key: str) -> bool:
        return self.newest(key) is not None

    def newest(self, key: str) -> Definition | None:
        return next((each_ for each_ in reversed(self.definitions) if each_.key == key), None)

    def pinned(self, key: str, digest: str) -> Definition:
        for definition in self.definitions:
            if (definition.key, definition.digest) == (key, digest):
                return definition
        raise NotFound(key=key)


@pytest.fixture
def version(environment: Environment) -> Callable[[str], Definition]:
    def parsed(element: str) -> Definition:
        files = called(user(element), flows=f"s>{element} {element}>e")
        return parse(Bundle("q", files), environment)[0][0]

    return parsed


def test_the_version_that_was_newest_when_the_call_began_is_kept(version: Any, environment: Environment) -> None:
    shelf = Shelf(version("old"))
    environment = replace(environment, library=shelf)
    (definition,), findings = parse(bundle(draw(call("c", "q"), flows="s>c c>e")), environment)
    assert findings == []
    execution, step = Execution.start(definition, {}, environment)
    shelf.definitions.append(version("new"))
    loaded = Execution.load(definition, execution.dump(), environment)
    assert loaded.tokens() == [("c", "started"), ("old", "ready")]
    assert loaded.complete_user_task(step.user_tasks[0].token, {}).ended is not None
    _, step = Execution.start(definition, {}, environment)
    assert [opened.element_id for opened in step.user_tasks] == ["new"]


def test_a_called_version_that_is_gone_is_said(version: Any, environment: Environment) -> None:
    shelf = Shelf(version("old"))
    inside = replace(environment, library=shelf)
    (definition,), _ = parse(bundle(draw(call("c", "q"), flows="s>c c>e")), inside)
    execution, _ = Execution.start(definition, {}, inside)
    with pytest.raises(StateFormatUnknown):
        Execution.load(definition, execution.dump(), environment)


def test_what_is_called_has_to_be_there_when_it_is_deployed(environment: Environment) -> None:
    definitions, findings = parse(bundle(draw(call("c", "qq"), flows="s>c c>e"), **INNER), environment)
    assert [(finding.code, finding.element_id) for finding in findings] == [("call.unknown", "c")]
    assert [definition.key for definition in definitions] == ["p", "q"]


def test_the_called_process_may_have_subprocesses_and_throw(run: Any) -> None:
    process = run(
        draw(
            call("c", "q"),
            boundary("b", "c", escalation(), interrupting=False),
            user("boss"),
            flows="s>c c>e b>boss boss>e",
            more=NAMES,
        ),
        called(
            inner("sub", start("s1"), throw("t", escalation("q_es")), user("x"), end("e1"), flows="s1>t t>x x>e1"),
            flows="s>sub sub>e",
            more=NAMES.replace('id="', 'id="q_'),
        ),
    )
    assert process.waiting == ["boss", "x"]
