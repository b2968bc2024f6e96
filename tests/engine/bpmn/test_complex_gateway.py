"""Complex gateways: so many of the branches are enough, and the others are taken in when they come."""

from __future__ import annotations

from typing import Any

from engine.bpmn.environment import Environment
from engine.bpmn.parser import parse
from engine.findings import Severity
from tests.engine.bpmn.drawing import (
    MESSAGES,
    boundary,
    bundle,
    draw,
    end,
    exclusive,
    inner,
    message,
    parallel,
    start,
    user,
)


def complex_gateway(id_: str, activation: str = "", default: str = "") -> str:
    written = f' default="{default}"' if default else ""
    inside = f"<bpmn:activationCondition>{activation}</bpmn:activationCondition>" if activation else ""
    return f'<bpmn:complexGateway id="{id_}"{written}>{inside}</bpmn:complexGateway>\n'


THREE = (parallel("f"), user("a"), user("b"), user("c"))
BRANCHES = "s>f f>a f>b f>c a>x b>x c>x"


ONE, TWO = "activationCount &gt;= 1", "activationCount &gt;= 2"


def two_of_three(activation: str = TWO, flows: str = "x>z z>e", *more: str) -> bytes:
    return draw(*THREE, complex_gateway("x", activation), user("z"), *more, flows=f"{BRANCHES} {flows}", more=MESSAGES)


def test_it_lets_go_when_enough_have_come_and_takes_the_last_in(run: Any) -> None:
    process = run(two_of_three())
    process.complete("b")
    assert process.waiting == ["a", "c"]
    process.complete("a")
    assert process.waiting == ["c", "z"]
    process.complete("c")
    assert process.waiting == ["z"]
    process.complete("z")
    assert process.ended == "e"
    assert process.execution.ended
    assert process.history.count(("enter", "x")) == process.history.count(("leave", "x")) == 1


def test_it_is_reset_once_no_other_can_come(run: Any) -> None:
    """The token of the third branch was taken away: the process ends without it."""
    content = draw(
        *THREE,
        boundary("b1", "c", message("m")),
        complex_gateway("x", TWO),
        user("z"),
        flows=f"{BRANCHES} b1>e x>z z>e",
        more=MESSAGES,
    )
    process = run(content)
    for name in ("a", "b", "z"):
        process.complete(name)
    process.send("withdraw")
    assert process.execution.ended


def test_the_second_phase_sends_tokens_where_it_is_asked_for(run: Any) -> None:
    flows = "x>z[waitingForStart] x>y[not(waitingForStart) and late] z>e y>e"
    process = run(two_of_three(ONE, flows, user("y")), late=True)
    process.complete("a")
    assert process.waiting == ["b", "c", "z"]
    process.complete("b")
    assert process.waiting == ["c", "z"]
    process.complete("c")
    assert process.waiting == ["y", "z"]
    for name in "yz":
        process.complete(name)
    assert process.execution.ended


def test_the_condition_knows_the_flows_and_the_data(run: Any) -> None:
    content = two_of_three("a_x + b_x = 2 or enough = true").replace(b'"a-x"', b'"a_x"').replace(b'"b-x"', b'"b_x"')
    process = run(content)
    process.complete("c")
    process.complete("a")
    assert process.waiting == ["b"]
    other = run(content)
    other.complete("a", enough=False)
    other.complete("b", enough=True)
    assert other.waiting == ["c", "z"]
    assert process.complete("b")
    assert process.waiting == ["z"]


def test_a_condition_that_comes_to_hold_by_data_is_seen(run: Any) -> None:
    process = run(two_of_three("enough = true"))
    process.complete("a")
    process.complete("b")
    assert process.waiting == ["c"]
    process.complete("c", enough=True)
    assert process.waiting == ["z"]


def test_in_a_loop_each_round_waits_anew(run: Any) -> None:
    content = draw(
        exclusive("m"),
        *THREE,
        complex_gateway("x", TWO),
        user("z"),
        exclusive("g", default="g-e"),
        flows="s>m m>f f>a f>b f>c a>x b>x c>x x>z z>g g>m[again] g>e",
    )
    process = run(content)
    for name in ("a", "b", "c"):
        process.complete(name)
    process.complete("z", again=True)
    process.complete("c")
    assert process.waiting == ["a", "b"]
    process.complete("b")
    assert process.waiting == ["a", "z"]
    process.complete("a")
    process.complete("z", again=False)
    assert process.ended == "e"
    assert process.execution.ended


def test_as_a_split_it_is_like_an_inclusive_gateway(run: Any) -> None:
    content = draw(
        complex_gateway("x", default="x-c"), user("a"), user("b"), user("c"),
        flows="s>x x>a[n > 1] x>b[n > 2] x>c a>e b>e c>e",
    )  # fmt: skip
    assert [run(content, n=n).waiting for n in (1, 2, 3)] == [["c"], ["a"], ["a", "b"]]


def test_a_subprocess_ends_when_the_late_token_was_the_last(run: Any) -> None:
    sub = inner(
        "sub", start("s1"), parallel("f"), user("a"), user("b"), complex_gateway("x", ONE), end("e1"),
        flows="s1>f f>a f>b a>x b>x x>e1",
    )  # fmt: skip
    process = run(draw(sub, user("z"), flows="s>sub sub>z z>e"))
    process.complete("a")
    assert process.waiting == ["b"]
    process.complete("b")
    assert process.waiting == ["z"]


def found(content: bytes, environment: Environment) -> list[tuple[str, str | None]]:
    _, findings = parse(bundle(content), environment)
    return [(each.code, each.element_id) for each in findings if each.code.startswith("soundness.")]


def test_more_than_can_come_is_a_deadlock(environment: Environment) -> None:
    assert found(two_of_three(), environment) == []
    assert found(two_of_three("activationCount &gt; 3"), environment) == [("soundness.deadlock", "x")]
    content = draw(
        exclusive("f", default="f-b"), user("a"), user("b"), complex_gateway("x", TWO),
        flows="s>f f>a[n] f>b a>x b>x x>e",
    )  # fmt: skip
    assert ("soundness.deadlock", "x") in found(content, environment)


def test_a_condition_over_data_is_not_proven(environment: Environment) -> None:
    assert found(two_of_three("enough"), environment) == [("soundness.not-proven", "x")]
    _, findings = parse(bundle(two_of_three("enough")), environment)
    assert [str(each) for each in findings if each.severity is Severity.ERROR] == []
