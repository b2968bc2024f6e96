"""Compensation, transactions and ad-hoc subprocesses."""

from __future__ import annotations

from typing import Any

from tests.engine.bpmn.drawing import (
    CANCEL,
    ERRORS,
    MESSAGES,
    boundary,
    compensate,
    draw,
    end,
    error,
    exclusive,
    inner,
    message,
    parallel,
    start,
    throw,
    undoing,
    undone_by,
    user,
)

BOOKED = (
    user("hotel"),
    undone_by("ch", "hotel", "cancel_hotel"),
    undoing("cancel_hotel"),
    user("flight"),
    undone_by("cf", "flight", "cancel_flight"),
    undoing("cancel_flight"),
)


def booked(definition: str, kind: str = "throw") -> bytes:
    last = throw("undo", definition) if kind == "throw" else end("undo", definition)
    flows = "s>hotel hotel>flight flight>g g>undo[bad] g>e" + (" undo>after after>e" if kind == "throw" else "")
    after = (user("after"),) if kind == "throw" else ()
    return draw(*BOOKED, exclusive("g", default="g-e"), last, *after, flows=flows)


def test_what_was_done_is_undone_latest_first_and_then_it_goes_on(run: Any) -> None:
    process = run(booked(compensate()))
    process.complete("hotel")
    process.complete("flight", bad=True)
    assert process.waiting == ["cancel_flight"]
    process.complete("cancel_flight")
    assert process.waiting == ["cancel_hotel"]
    process.complete("cancel_hotel")
    assert process.waiting == ["after"]
    process.complete("after")
    assert process.ended == "e"


def test_one_activity_alone_can_be_undone(run: Any) -> None:
    process = run(booked(compensate("hotel")))
    process.complete("hotel")
    process.complete("flight", bad=True)
    assert process.waiting == ["cancel_hotel"]
    process.complete("cancel_hotel")
    assert process.waiting == ["after"]


def test_what_was_not_done_is_not_undone_and_nothing_is_undone_at_a_good_end(run: Any) -> None:
    process = run(booked(compensate()))
    process.complete("hotel")
    process.complete("flight", bad=False)
    assert process.ended == "e"
    assert process.execution.ended


def test_an_end_event_undoes_and_ends(run: Any) -> None:
    process = run(booked(compensate(), "end"))
    process.complete("hotel")
    process.complete("flight", bad=True)
    process.complete("cancel_flight")
    assert process.ended is None
    process.complete("cancel_hotel")
    assert process.ended == "undo"


def test_each_round_of_a_loop_is_undone(run: Any) -> None:
    process = run(
        draw(
            exclusive("m"),
            user("hotel"),
            undone_by("ch", "hotel", "cancel_hotel"),
            undoing("cancel_hotel"),
            exclusive("g", default="g-undo"),
            throw("undo", compensate()),
            flows="s>m m>hotel hotel>g g>m[again] g>undo undo>e",
        )
    )
    process.complete("hotel", again=True)
    process.complete("hotel", again=False)
    for _ in range(2):
        assert process.waiting == ["cancel_hotel"]
        process.complete("cancel_hotel")
    assert process.ended == "e"


def trip() -> bytes:
    transaction = inner(
        "trip",
        start("s1"),
        *BOOKED,
        parallel("f"),
        user("other"),
        exclusive("g", default="g-e1"),
        end("cancelled", CANCEL),
        end("e1"),
        flows="s1>f f>hotel f>other hotel>flight flight>g g>cancelled[bad] g>e1 other>e1",
    ).replace("bpmn:subProcess", "bpmn:transaction")
    return draw(
        transaction,
        boundary("c", "trip", CANCEL),
        user("sorry"),
        user("fine"),
        flows="s>trip trip>fine fine>e c>sorry sorry>e",
    )


def test_cancelling_a_transaction_stops_it_undoes_all_and_goes_on_at_the_cancel_event(run: Any) -> None:
    process = run(trip())
    process.complete("hotel")
    process.complete("flight", bad=True)
    assert process.waiting == ["cancel_flight"]
    assert ("cancel", "other") in process.history
    process.complete("cancel_flight")
    process.complete("cancel_hotel")
    assert process.waiting == ["sorry"]
    process.complete("sorry")
    assert process.ended == "e"


def test_a_transaction_that_succeeds_is_a_subprocess(run: Any) -> None:
    process = run(trip())
    process.complete("hotel")
    process.complete("flight", bad=False)
    process.complete("other")
    assert process.waiting == ["fine"]


def ad_hoc(condition: str = "") -> bytes:
    inside = f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>" if condition else ""
    activity = inner("any", user("a"), user("b"), user("c"), flows="a>c", inside=inside)
    return draw(
        activity.replace("bpmn:subProcess", "bpmn:adHocSubProcess"),
        user("after"),
        flows="s>any any>after after>e",
    )


def test_all_that_no_flow_leads_to_begins_at_once_and_all_has_to_end(run: Any) -> None:
    process = run(ad_hoc())
    assert process.waiting == ["a", "b"]
    process.complete("a")
    assert process.waiting == ["b", "c"]
    process.complete("b")
    process.complete("c")
    assert process.waiting == ["after"]


def test_it_ends_early_when_its_condition_holds(run: Any) -> None:
    process = run(ad_hoc("enough = true"))
    process.complete("a", enough=False)
    assert process.waiting == ["b", "c"]
    process.complete("b", enough=True)
    assert process.waiting == ["after"]
    assert ("cancel", "c") in process.history
    process.complete("after")
    assert process.ended == "e"


def test_a_condition_that_holds_from_the_beginning_is_asked_when_something_is_done(run: Any) -> None:
    process = run(ad_hoc("true"))
    assert process.waiting == ["a", "b"]
    process.complete("b")
    assert process.waiting == ["after"]


def test_an_interrupted_scope_forgets_what_was_to_be_undone(run: Any) -> None:
    process = run(
        draw(
            inner("sub", start("s1"), *BOOKED, end("bad", error("er")), flows="s1>hotel hotel>flight flight>bad"),
            boundary("b", "sub", error("er")),
            boundary("w", "sub", message("m")),
            user("z"),
            flows="s>sub sub>e b>z w>z z>e",
            more=ERRORS + MESSAGES,
        )
    )
    process.complete("hotel")
    process.send("withdraw")
    assert process.waiting == ["z"]
    process.complete("z")
    assert process.execution.ended
