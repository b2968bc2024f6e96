"""Embedded subprocesses."""

from typing import Any

from tests.engine.bpmn.drawing import (
    ERRORS,
    MESSAGES,
    TERMINATE,
    boundary,
    draw,
    end,
    error,
    inner,
    message,
    parallel,
    script,
    service,
    start,
    user,
)


def test_a_subprocess_shares_the_variables_around_it(run: Any) -> None:
    process = run(
        draw(inner("sub", start("s1"), user("a"), end("e1"), flows="s1>a a>e1"), user("b"), flows="s>sub sub>b b>e"),
        n=1,
    )
    process.complete("a", n=2)
    assert process.step.user_tasks[0].variables == {"n": 2}
    process.complete("b")
    assert process.ended == "e"


def test_a_subprocess_waits_for_all_its_tokens(run: Any) -> None:
    process = run(
        draw(
            inner(
                "sub",
                start("s1"),
                parallel("f"),
                user("a"),
                user("b"),
                end("e1"),
                end("e2"),
                flows="s1>f f>a f>b a>e1 b>e2",
            ),
            user("z"),
            flows="s>sub sub>z z>e",
        )
    )
    process.complete("a")
    assert process.waiting == ["b"]
    process.complete("b")
    assert process.waiting == ["z"]


def test_terminate_ends_the_subprocess_only(run: Any) -> None:
    process = run(
        draw(
            inner(
                "sub",
                start("s1"),
                parallel("f"),
                user("a"),
                user("b"),
                end("e1"),
                end("stop", TERMINATE),
                flows="s1>f f>a f>b a>e1 b>stop",
            ),
            user("z"),
            flows="s>sub sub>z z>e",
        )
    )
    process.complete("b")
    assert process.waiting == ["z"]


def test_an_interrupting_event_takes_away_what_is_inside_two_levels_down(run: Any) -> None:
    process = run(
        draw(
            inner(
                "sub",
                start("s1"),
                inner("sub2", start("s2"), user("a"), end("e2"), flows="s2>a a>e2"),
                end("e1"),
                flows="s1>sub2 sub2>e1",
            ),
            boundary("w", "sub", message("m")),
            user("z"),
            flows="s>sub sub>e w>z z>e",
            more=MESSAGES,
        )
    )
    token = process.token("a")
    process.send("withdraw")
    assert process.step.closed[token] is True
    assert process.waiting == ["z"]


def test_an_error_end_is_caught_outside_and_stops_the_rest_at_once(run: Any) -> None:
    process = run(
        draw(
            inner(
                "sub",
                start("s1"),
                parallel("f"),
                end("bad", error("er")),
                script("k", "1", "late"),
                user("a"),
                end("e1"),
                flows="s1>f f>bad f>k k>a a>e1",
            ),
            boundary("c", "sub", error("er")),
            user("z"),
            flows="s>sub sub>e c>z z>e",
            more=ERRORS,
        )
    )
    assert process.waiting == ["z"]
    assert "late" not in process.variables  # the script beside it was ready, and did not run


def test_an_error_of_a_handler_inside_is_caught_outside(run: Any) -> None:
    process = run(
        draw(
            inner("sub", start("s1"), service("a", "demo.apply"), end("e1"), flows="s1>a a>e1"),
            boundary("c", "sub", error("er")),
            user("z"),
            flows="s>sub sub>e c>z z>e",
            more=ERRORS,
        )
    )
    process.fail("a", "CONFLICT", why="taken")
    assert process.waiting == ["z"]
    assert process.variables == {"why": "taken"}


def test_a_message_beside_a_subprocess_leaves_it_running(run: Any) -> None:
    process = run(
        draw(
            inner("sub", start("s1"), user("a"), end("e1"), flows="s1>a a>e1"),
            boundary("w", "sub", message("m"), interrupting=False),
            user("z"),
            flows="s>sub sub>e w>z z>e",
            more=MESSAGES,
        )
    )
    process.send("withdraw")
    process.send("withdraw")
    assert process.waiting == ["a", "z", "z"]
