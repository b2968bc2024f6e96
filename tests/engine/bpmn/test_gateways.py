"""Gateways and forks."""

from typing import Any

import pytest

from engine.errors import ProcessFailed
from tests.engine.bpmn.drawing import draw, exclusive, inclusive, parallel, script, task, user


def test_the_first_flow_whose_condition_holds_is_taken_else_the_default(run: Any) -> None:
    diagram = draw(
        user("a"),
        exclusive("g", default="g-d"),
        *(user(name) for name in "bcd"),
        flows="s>a a>g g>b[n > 10] g>c[n > 5] g>d b>e c>e d>e",
    )
    for number, expected in ((11, "b"), (6, "c"), (1, "d"), (None, "d"), ("text", "d")):
        process = run(diagram)
        process.complete("a", n=number)
        assert process.waiting == [expected]


def test_a_parallel_join_waits_for_each_branch(run: Any) -> None:
    process = run(draw(parallel("f"), parallel("j"), *(user(n) for n in "abc"), flows="s>f f>a f>b a>j b>j j>c c>e"))
    assert process.waiting == ["a", "b"]
    process.complete("b")
    assert process.waiting == ["a"]
    process.complete("a")
    assert process.waiting == ["c"]
    process.complete("c")
    assert process.ended == "e"


@pytest.mark.parametrize("order", ["bc", "cb"])
def test_a_parallel_join_in_a_loop_counts_each_round_anew(run: Any, order: str) -> None:
    process = run(
        draw(
            exclusive("m"),
            parallel("f"),
            parallel("j"),
            exclusive("g", default="g-e"),
            *(user(n) for n in "bcd"),
            flows="s>m m>f f>b f>c b>j c>j j>d d>g g>m[again] g>e",
        )
    )
    for turn in range(6):
        first, second = order if turn % 2 else order[::-1]
        process.complete(first)
        assert process.waiting == [second]
        process.complete(second)
        process.complete("d", again=turn < 5)
    assert process.ended == "e"


def test_a_surplus_token_at_a_join_stays_for_the_next_round(run: Any) -> None:
    process = run(
        draw(
            parallel("f"),
            exclusive("x"),
            exclusive("y"),
            parallel("j"),
            exclusive("h", default="h-e"),
            *(user(n) for n in ("a1", "a2", "b", "b2", "c")),
            flows="s>f f>a1 f>a2 f>b a1>x a2>x x>j b>y b2>y y>j j>c c>h h>b2[more] h>e",
        )
    )
    process.complete("a1")
    process.complete("a2")
    process.complete("b")
    assert process.waiting == ["c"]
    process.complete("c", more=True)
    process.complete("b2")
    assert process.waiting == ["c"]  # the second token of x was still there
    process.complete("c", more=False)
    assert process.ended == "e"


def test_an_inclusive_gateway_takes_every_flow_that_holds_and_joins_just_those(run: Any) -> None:
    diagram = draw(
        user("a"),
        inclusive("f", default="f-d"),
        inclusive("j"),
        *(user(n) for n in "bcdz"),
        flows='s>a a>f f>b[x > 1] f>c[list contains(ys, "c")] f>d b>j c>j d>j j>z z>e',
    )
    both = run(diagram)
    both.complete("a", x=2, ys=["c"])
    assert both.waiting == ["b", "c"]
    both.complete("b")
    assert both.waiting == ["c"]
    both.complete("c")
    assert both.waiting == ["z"]
    default = run(diagram)
    default.complete("a", x=0, ys=[])
    default.complete("d")
    assert default.waiting == ["z"]


def test_an_inclusive_join_waits_for_a_token_that_can_still_come_by_a_long_way(run: Any) -> None:
    process = run(
        draw(
            parallel("f"),
            inclusive("j"),
            exclusive("g", default="g-k"),
            *(user(n) for n in "abkz"),
            flows="s>f f>a f>b a>j b>g g>j[join] g>k k>e j>z z>e",
        )
    )
    process.complete("a")
    assert process.waiting == ["b"]  # b may still come to j
    process.complete("b", join=False)
    assert process.waiting == ["k", "z"]  # it went elsewhere: j lets go


def test_an_inclusive_join_in_a_long_loop_keeps_working(run: Any) -> None:
    process = run(
        draw(
            exclusive("m"),
            inclusive("f", default="f-b"),
            inclusive("j"),
            exclusive("g", default="g-e"),
            *(user(n) for n in "bcd"),
            flows="s>m m>f f>b f>c[both] b>j c>j j>d d>g g>m[again] g>e",
        ),
        both=True,
    )
    for turn in range(40):
        for name in list(process.waiting):
            process.complete(name)
        assert process.waiting == ["d"]
        process.complete("d", again=turn < 39, both=turn % 2 == 0)
    assert process.ended == "e"


def test_flows_out_of_a_task_fork_and_conditions_hold_them(run: Any) -> None:
    fork = run(draw(user("a"), user("b"), user("c"), flows="s>a a>b a>c b>e c>e"))
    fork.complete("a")
    assert fork.waiting == ["b", "c"]
    diagram = draw(user("a"), user("b"), user("c"), flows="s>a a>b a>c[n > 1] b>e c>e")
    for number, expected in ((1, ["b"]), (2, ["b", "c"])):
        held = run(diagram)
        held.complete("a", n=number)
        assert held.waiting == expected


def test_a_join_lets_the_last_writer_win_and_never_mixes_lists(run: Any) -> None:
    process = run(
        draw(
            parallel("f"),
            parallel("j"),
            user("a"),
            user("b"),
            user("z"),
            flows="s>f f>a f>b a>j b>j j>z z>e",
        ),
        xs=[1, 2],
    )
    process.complete("a", xs=[1, 2, 3], own={"a": 1})
    process.complete("b", xs=[1, 2, 4], other=2)
    assert process.variables == {"xs": [1, 2, 4], "own": {"a": 1}, "other": 2}


def test_tasks_without_a_type_and_scripts_pass_by_themselves(run: Any) -> None:
    process = run(
        draw(task("t"), script("k", "n + 1", "m"), script("c", "{x: m * 2, y: x + 1}"), flows="s>t t>k k>c c>e"), n=1
    )
    assert process.ended == "e"
    assert process.variables == {"n": 1, "m": 2, "x": 4, "y": 5}
    assert [element for event, element in process.history if event == "leave"] == ["s", "t", "k", "c", "e"]


def test_a_process_that_goes_round_without_waiting_is_stopped(run: Any) -> None:
    with pytest.raises(ProcessFailed) as failed:
        run(draw(exclusive("m"), exclusive("g", default="g-m"), flows="s>m m>g g>m g>e[done]"))
    assert failed.value.element_id in {"m", "g"}
