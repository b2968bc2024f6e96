"""What `messages.json` declares: how it is read, and what is held against it when deployed and when sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from engine.bpmn.environment import Environment
from engine.bpmn.message_types import fits, read_message_types
from engine.bpmn.parser import parse
from engine.clock import TIMEZONE
from engine.errors import MessageInvalid
from engine.feel.values import YearsMonths
from tests.engine.bpmn.conftest import Run
from tests.engine.bpmn.drawing import MESSAGES, bundle, carrying, catch, draw, message, props, throw, user, waiting

TITLE = {"zh": "撤回", "en": "Withdraw"}


def field(name: str, kind: str, *, required: bool = True) -> dict[str, Any]:
    return {"name": name, "type": kind, "required": required, "title": TITLE}


def declared(*payload: dict[str, Any], name: str = "withdraw", direction: str = "both", **more: Any) -> bytes:
    entry = {"name": name, "title": TITLE, "direction": direction, "payload": list(payload), **more}
    return json.dumps({"messages": [entry]}).encode()


PLAIN = declared(field("reason", "string"), field("day", "date", required=False))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{", "unexpected end"),
        (b"[]", "_schema"),
        (b'{"messages": [{}]}', "messages.0.name"),
        (declared(field("a b", "string")), "messages.0.payload.0.name"),
        (declared(field("a", "text")), "messages.0.payload.0.type"),
        (declared(direction="sideways"), "messages.0.direction"),
        (declared(sender=["x"]), "messages.0.sender"),
        (declared().replace(b'"zh"', b'"cn"'), "messages.0.title.zh"),
    ],
)
def test_a_malformed_file_is_refused_with_the_place(content: bytes, told: str) -> None:
    types, findings = read_message_types(content, "messages.json")
    assert types == {}
    assert told in " ".join(finding.message_en for finding in findings)


def test_a_message_declared_twice_is_refused() -> None:
    twice = json.dumps({"messages": json.loads(PLAIN)["messages"] * 2}).encode()
    assert [finding.code for finding in read_message_types(twice, "messages.json")[1]] == ["messages.malformed"]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("string", "a", 1),
        ("number", 1.5, True),
        ("boolean", False, 0),
        ("date", date(2026, 12, 1), datetime(2026, 12, 1, tzinfo=TIMEZONE)),
        ("date and time", datetime(2026, 12, 1, tzinfo=TIMEZONE), date(2026, 12, 1)),
        ("days and time duration", timedelta(1), YearsMonths(1)),
        ("years and months duration", YearsMonths(1), timedelta(1)),
        ("list", [1], {"a": 1}),
        ("context", {"a": 1}, [1]),
    ],
)
def test_values_are_told_apart_by_their_feel_type(kind: str, good: object, bad: object) -> None:
    assert fits(good, kind)
    assert not fits(bad, kind)
    assert fits(bad, "Any")


def codes(environment: Environment, content: bytes, types: bytes) -> set[str]:
    _, findings = parse(bundle(content, **{"messages.json": types}), environment)
    return {finding.code for finding in findings if finding.severity == "error"}


def thrown(payload: str) -> bytes:
    return draw(throw("t", carrying("m", payload)), flows="s>t t>e", more=MESSAGES)


def caught(**properties: str) -> bytes:
    content = waiting("intermediateCatchEvent", "c", carrying("m", variable="got"), **properties)
    return draw(content, user("a"), flows="s>c c>a a>e", more=MESSAGES)


@pytest.mark.parametrize(
    ("content", "types", "expected"),
    [
        (caught(), PLAIN, set()),
        (caught(), declared(name="withdrew"), {"message.unknown"}),
        (caught(), declared(direction="out"), {"message.direction"}),
        (caught(senders="clerk"), declared(senders=["clerk", "leader"]), set()),
        (caught(senders="clerk,guest"), declared(senders=["clerk"]), {"message.senders"}),
        (caught(), declared(senders=["clerk"]), {"message.senders"}),
        (thrown('{reason: "x"}'), PLAIN, set()),
        (thrown("{reason: number, day: today()}"), PLAIN, set()),
        (thrown('{reasons: "x"}'), PLAIN, {"message.payload"}),
        (thrown("{day: today()}"), PLAIN, {"message.payload"}),
        (thrown(""), PLAIN, {"message.payload"}),
        (thrown("anything"), PLAIN, set()),  # its entries are known at run time alone
        (thrown('{reason: "x"}'), declared(field("reason", "string"), direction="in"), {"message.direction"}),
    ],
)
def test_diagrams_are_held_against_what_is_declared(
    environment: Environment, content: bytes, types: bytes, expected: set[str]
) -> None:
    assert codes(environment, content, types) == expected


def test_without_a_file_every_name_is_as_good_as_another(environment: Environment) -> None:
    _, findings = parse(bundle(caught()), environment)
    assert not [finding for finding in findings if finding.code.startswith("message.")]


def test_a_message_that_is_declared_as_coming_has_a_sender(environment: Environment) -> None:
    def warned(**files: bytes) -> bool:
        _, findings = parse(bundle(caught(), **files), environment)
        return "soundness.message-unsent" in {finding.code for finding in findings}

    assert warned()
    assert not warned(**{"messages.json": PLAIN})


def test_what_a_message_brings_is_known_to_expressions(environment: Environment) -> None:
    inputs = props(inputs="n")
    content = draw(
        catch("c", message("m")), user("a", title="reason"), flows="s>c c>a a>e", more=MESSAGES, process=inputs
    )
    assert codes(environment, content, PLAIN) == set()
    assert codes(environment, content, declared(field("other", "string"))) == {"feel.name-unknown"}


def test_a_payload_that_does_not_fit_is_refused_and_leaves_the_instance_waiting(run: Callable[..., Run]) -> None:
    process = run(caught(), {"messages.json": PLAIN})
    before = process.execution.dump()
    for wrong, entry in (({"reason": 7}, "reason"), ({}, "reason"), ({"reason": "x", "more": 1}, "more")):
        with pytest.raises(MessageInvalid) as refused:
            process.send("withdraw", **wrong)
        assert list(refused.value.errors) == [entry]
        process.execution = type(process.execution).load(process.definition, before, process.environment)
    process.send("withdraw", reason="x")
    assert process.waiting == ["a"]


def test_what_is_thrown_is_checked_at_the_thrower(run: Callable[..., Run]) -> None:
    with pytest.raises(MessageInvalid) as refused:
        run(thrown("{reason: n}"), {"messages.json": PLAIN}, n=7)
    assert refused.value.element_id == "t"
    assert run(thrown("{reason: n}"), {"messages.json": PLAIN}, n="x").ended == "e"
