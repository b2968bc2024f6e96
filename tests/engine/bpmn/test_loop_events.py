"""Events that a multi-instance activity throws as its instances end."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bpmn.environment import Environment
from engine.bpmn.parser import parse
from tests.engine.bpmn.drawing import (
    ERRORS,
    MESSAGES,
    NAMES,
    boundary,
    bundle,
    catch,
    draw,
    error,
    escalation,
    message,
    parallel,
    signal,
    times,
    user,
)


def shared(definition: str, id_: str = "shared") -> str:
    """An event definition beside the processes."""
    kind, _, rest = definition.removeprefix("<bpmn:").partition("EventDefinition")
    return f'<bpmn:{kind}EventDefinition id="{id_}"{rest}\n'


def many(behavior: str, inside: str = "", number: str = "3", **attributes: str) -> str:
    written = f'behavior="{behavior}" ' + "".join(f'{name}="{value}" ' for name, value in attributes.items())
    loop = times(number).replace("isSequential", f"{written}isSequential")
    return loop.replace("</bpmn:multiInstance", f"{inside}</bpmn:multiInstance")


def drawn(loop: str, definition: str, *, interrupting: bool = False, more: str = "") -> bytes:
    return draw(
        user("a", "answer", inside=loop),
        boundary("b", "a", definition, interrupting=interrupting),
        user("z"),
        flows="s>a a>e b>z z>e",
        more=MESSAGES + NAMES + ERRORS + more,
    )


def test_each_instance_that_ends_throws(run: Any) -> None:
    process = run(drawn(many("None", noneBehaviorEventRef="shared"), escalation(), more=shared(escalation())))
    process.complete("a")
    process.complete("a")
    assert process.waiting == ["a", "z", "z"]
    process.complete("a")
    assert process.waiting == ["z", "z", "z"]
    assert process.history.count(("escalation", "a")) == 3


def test_the_first_instance_that_ends_throws(run: Any) -> None:
    process = run(drawn(many("One", oneBehaviorEventRef="shared"), signal(), more=shared(signal())))
    for _ in range(3):
        process.complete("a")
    assert process.waiting == ["z"]


def complex_behavior(condition: str, definition: str) -> str:
    event = f'<bpmn:event id="implicit">{definition}</bpmn:event>'
    condition = f"<bpmn:condition>{condition}</bpmn:condition>"
    return f"<bpmn:complexBehaviorDefinition>{condition}{event}</bpmn:complexBehaviorDefinition>"


def test_an_instance_throws_when_its_condition_holds_and_what_catches_it_may_interrupt(run: Any) -> None:
    carried = escalation(payload="{left: answer, no: loopCounter}")
    inside = complex_behavior("numberOfCompletedInstances >= 2 and answer.no", carried)
    process = run(drawn(many("Complex", inside), escalation(), interrupting=True))
    process.complete("a", no=True)
    process.complete("a", no=False)
    assert process.waiting == ["a"]
    process.complete("a", no=True)
    assert process.waiting == ["z"]
    assert process.variables == {"left": {"no": True}, "no": 3}
    assert ("cancel", "a") in process.history
    assert ("leave", "a") not in process.history


def test_instances_that_run_are_taken_away_when_one_throws(run: Any) -> None:
    inside = complex_behavior("answer.stop", escalation())
    process = run(drawn(many("Complex", inside), escalation(), interrupting=True))
    process.complete("a", stop=True)
    assert process.waiting == ["z"]


def test_a_message_goes_out(run: Any) -> None:
    inside = complex_behavior("loopCounter = 2", message("m"))
    process = run(drawn(many("Complex", inside, number="2"), message("n")))
    process.complete("a")
    assert process.step.thrown == []
    process.complete("a")
    assert [(each.kind, each.name) for each in process.step.thrown] == [("message", "withdraw")]
    assert process.ended == "e"


REFUSED = {
    "no event": many("One"),
    "no such event": many("None", noneBehaviorEventRef="nowhere"),
    "an error": many("None", noneBehaviorEventRef="bad"),
    "no definition": many("Complex"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_nobody_could_catch_is_refused(environment: Environment, name: str) -> None:
    content = drawn(REFUSED[name], signal(), more=shared(error("er"), "bad"))
    _, findings = parse(bundle(content), environment)
    assert ("loop.behavior", "a") in [(found.code, found.element_id) for found in findings]


def test_a_message_that_instances_throw_is_known_to_be_sent(environment: Environment) -> None:
    loop = many("One", oneBehaviorEventRef="shared")
    content = draw(
        parallel("f"), user("a", "answer", inside=loop), catch("c", message("m")), parallel("j"),
        flows="s>f f>a f>c a>j c>j j>e", more=MESSAGES + shared(message("m")),
    )  # fmt: skip
    _, findings = parse(bundle(content), environment)
    assert [found.code for found in findings if found.code.startswith("soundness.")] == []
