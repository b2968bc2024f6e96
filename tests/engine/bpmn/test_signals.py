"""Link, signal and escalation events inside one instance."""

from __future__ import annotations

from typing import Any

from tests.engine.bpmn.drawing import (
    NAMES,
    boundary,
    catch,
    draw,
    end,
    escalation,
    exclusive,
    first_of,
    inner,
    link,
    on_event,
    parallel,
    script,
    signal,
    start,
    throw,
    timer,
    user,
)


def test_a_link_leads_on_from_the_throwing_to_the_catching_event(run: Any) -> None:
    process = run(
        draw(
            exclusive("g", default="g-t1"),
            throw("t1", link("A")),
            throw("t2", link("A")),
            catch("c", link("A")),
            user("a"),
            flows="s>g g>t1 g>t2[other] c>a a>e",
        ),
        other=True,
    )
    assert process.waiting == ["a"]
    assert [element for event, element in process.history if event == "leave"] == ["s", "g", "t2", "c"]
    process.complete("a")
    assert process.ended == "e"


def test_a_loop_of_links_goes_round(run: Any) -> None:
    process = run(
        draw(
            exclusive("m"),
            user("a"),
            exclusive("g", default="g-e"),
            throw("t", link("back")),
            catch("c", link("back")),
            flows="s>m m>a a>g g>t[again] g>e c>m",
        )
    )
    process.complete("a", again=True)
    assert process.waiting == ["a"]
    process.complete("a", again=False)
    assert process.ended == "e"


def test_a_signal_reaches_all_that_wait_for_it_and_leaves_the_instance(run: Any) -> None:
    process = run(
        draw(
            parallel("f"),
            catch("c1", signal(variable="got")),
            catch("c2", signal()),
            catch("c3", signal("sg2")),
            user("a"),
            throw("t", signal(payload="{level: 3}")),
            parallel("j"),
            flows="s>f f>c1 f>c2 f>c3 f>a a>t t>j c1>j c2>j c3>j j>e",
            more=NAMES,
        )
    )
    assert [(each.kind, each.name) for each in process.step.subscribed] == [
        ("signal", "alarm"),
        ("signal", "alarm"),
        ("signal", "calm"),
    ]
    process.complete("a")
    assert [(each.kind, each.name, each.variables) for each in process.step.thrown] == [
        ("signal", "alarm", {"level": 3})
    ]
    assert process.variables["got"] == {"level": 3}
    assert process.variables["level"] == 3
    assert len(process.step.unsubscribed) == 2
    assert process.signal("alarm") is None
    process.signal("calm")
    assert process.ended == "e"


def test_a_signal_end_event_is_thrown_and_ends_its_token(run: Any) -> None:
    process = run(
        draw(
            parallel("f"),
            user("a"),
            boundary("b", "a", signal()),
            end("x", signal()),
            user("late"),
            flows="s>f f>a f>late late>x a>e b>e",
            more=NAMES,
        )
    )
    process.complete("late")
    assert process.waiting == []
    assert process.ended == "e"
    assert ("cancel", "a") in process.history
    assert ("signal", "x") in process.history


def test_what_a_signal_interrupts_does_not_go_on_even_the_thrower(run: Any) -> None:
    process = run(
        draw(
            inner("sub", start("s1"), throw("t", signal()), user("never"), end("e1"), flows="s1>t t>never never>e1"),
            boundary("b", "sub", signal()),
            user("after"),
            flows="s>sub sub>e b>after after>e",
            more=NAMES,
        )
    )
    assert process.waiting == ["after"]


def test_a_signal_on_a_boundary_that_does_not_interrupt_is_heard_each_time(run: Any) -> None:
    process = run(
        draw(
            user("a"),
            boundary("b", "a", signal(), interrupting=False),
            script("count", "(if n = null then 0 else n) + 1", "n"),
            end("e2"),
            flows="s>a a>e b>count count>e2",
            more=NAMES,
        )
    )
    for _ in range(3):
        process.signal("alarm")
    assert process.variables["n"] == 3
    process.complete("a")
    assert process.ended == "e"
    assert process.signal("alarm") is None


def test_a_signal_decides_an_event_gateway(run: Any) -> None:
    process = run(
        draw(
            first_of("g"),
            catch("c", signal()),
            catch("t", timer("P1D")),
            user("a"),
            flows="s>g g>c g>t c>a t>e a>e",
            more=NAMES,
        )
    )
    process.signal("alarm", why="x")
    assert process.waiting == ["a"]
    assert process.variables["why"] == "x"


def escalating(*, interrupting: bool, code: str = "es") -> bytes:
    return draw(
        inner(
            "sub",
            start("s1"),
            throw("t", escalation(payload="{by: 2}")),
            user("a"),
            end("e1"),
            flows="s1>t t>a a>e1",
        ),
        boundary("b", "sub", escalation(code), interrupting=interrupting),
        user("boss"),
        flows="s>sub sub>e b>boss boss>e",
        more=NAMES,
    )


def test_an_escalation_is_caught_outside_and_the_thrower_goes_on(run: Any) -> None:
    process = run(escalating(interrupting=False))
    assert process.waiting == ["a", "boss"]
    assert process.variables == {"by": 2}
    process.complete("boss")
    process.complete("a")
    assert process.ended == "e"


def test_an_interrupting_escalation_stops_the_thrower(run: Any) -> None:
    assert run(escalating(interrupting=True)).waiting == ["boss"]


def test_an_escalation_of_another_code_is_not_caught_and_is_no_fault(run: Any) -> None:
    assert run(escalating(interrupting=True, code="es2")).waiting == ["a"]


def test_an_event_without_a_code_catches_any_escalation(run: Any) -> None:
    assert run(escalating(interrupting=True, code="")).waiting == ["boss"]


def test_an_escalation_end_event_ends_and_tells(run: Any) -> None:
    process = run(
        draw(
            inner("sub", start("s1"), end("e1", escalation()), flows="s1>e1"),
            boundary("b", "sub", escalation(), interrupting=False),
            user("boss"),
            user("a"),
            flows="s>sub sub>a b>boss boss>e a>e",
            more=NAMES,
        )
    )
    assert process.waiting == ["a", "boss"]


def test_the_nearest_event_catches_an_escalation(run: Any) -> None:
    process = run(
        draw(
            inner(
                "outer",
                start("s1"),
                inner("sub", start("s2"), end("e2", escalation()), flows="s2>e2"),
                boundary("b1", "sub", escalation(), interrupting=False),
                user("near"),
                end("e1"),
                on_event("es_outer", escalation(), user("far"), end("e3"), flows="es_outer_s>far far>e3"),
                flows="s1>sub sub>e1 b1>near near>e1",
            ),
            flows="s>outer outer>e",
            more=NAMES,
        )
    )
    assert process.waiting == ["near"]


def test_what_a_signal_has_interrupted_does_not_hear_it_any_more(run: Any) -> None:
    process = run(
        draw(
            inner(
                "sub", start("s1"), catch("c", signal(variable="heard")), user("a"), end("e1"), flows="s1>c c>a a>e1"
            ),
            boundary("b", "sub", signal()),
            user("z"),
            flows="s>sub sub>e b>z z>e",
            more=NAMES,
        )
    )
    process.signal("alarm")
    assert process.waiting == ["z"]
    assert process.variables == {}
    assert ("leave", "c") not in process.history
