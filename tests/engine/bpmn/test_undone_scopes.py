"""Subprocesses that are undone after they have ended: by what is inside, or by an event subprocess of theirs."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bpmn.environment import Environment
from engine.bpmn.parser import parse
from engine.findings import Severity
from tests.engine.bpmn.drawing import (
    ERRORS,
    MESSAGES,
    NAMES,
    again,
    boundary,
    bundle,
    compensate,
    draw,
    each,
    end,
    error,
    inner,
    message,
    on_event,
    script,
    start,
    throw,
    undoing,
    undone_by,
    user,
)
from tests.engine.bpmn.test_compensation import BOOKED
from tests.engine.bpmn.test_data import holding, into, io, out

MORE = MESSAGES + NAMES + ERRORS


def trip(*more: str, flows: str = "", inside: str = "") -> str:
    chain = "s1>hotel hotel>flight flight>e1"
    return inner("trip", start("s1"), *BOOKED, *more, end("e1"), flows=f"{chain} {flows}", inside=inside)


def then_undone(activity: str, definition: str = compensate(), **options: Any) -> bytes:
    return draw(
        activity,
        user("check"),
        throw("undo", definition),
        user("after"),
        flows="s>trip trip>check check>undo undo>after after>e",
        more=MORE,
        **options,
    )


@pytest.mark.parametrize("wanted", ["", "trip"])
def test_a_subprocess_without_a_handler_is_undone_by_what_is_inside_latest_first(run: Any, wanted: str) -> None:
    process = run(then_undone(trip(), compensate(wanted)))
    for name in ("hotel", "flight", "check", "cancel_flight", "cancel_hotel"):
        assert process.waiting == [name]
        process.complete(name)
    assert process.waiting == ["after"]
    process.complete("after")
    assert process.ended == "e"
    assert process.execution.ended


def test_the_order_goes_through_subprocesses_and_activities_of_the_scope(run: Any) -> None:
    undone = (user("a"), undone_by("ca", "a", "undo_a"), undoing("undo_a"))
    deep = inner("deep", start("ds"), *undone, end("de"), flows="ds>a a>de")
    content = draw(
        user("first"),
        undone_by("cf", "first", "undo_first"),
        undoing("undo_first"),
        inner("outer", start("os"), deep, end("oe"), flows="os>deep deep>oe"),
        user("last"),
        undone_by("cl", "last", "undo_last"),
        undoing("undo_last"),
        end("undo", compensate()),
        flows="s>first first>outer outer>last last>undo",
        ends=False,
    ).replace(b'<bpmn:userTask id="first"', b'<bpmn:startEvent id="s"/><bpmn:userTask id="first"', 1)
    process = run(content)
    for name in ("first", "a", "last", "undo_last", "undo_a", "undo_first"):
        assert process.waiting == [name]
        process.complete(name)
    assert process.ended == "undo"


def test_nothing_is_undone_of_a_subprocess_that_was_interrupted(run: Any) -> None:
    sub = inner("trip", start("s1"), *BOOKED, end("e1", error("er")), flows="s1>hotel hotel>flight flight>e1")
    content = draw(
        sub,
        boundary("b", "trip", error("er")),
        throw("undo", compensate()),
        user("after"),
        flows="s>trip trip>e b>undo undo>after after>e",
        more=MORE,
    )
    process = run(content)
    process.complete("hotel")
    process.complete("flight")
    assert process.waiting == ["after"]


def test_each_round_is_undone_with_the_item_it_had(run: Any) -> None:
    process = run(then_undone(trip(inside=each("places", "place", sequential=True))), places=["x", "y"])
    for name in ("hotel", "flight", "hotel", "flight"):
        process.complete(name)
    process.complete("check")
    assert [task.variables["place"] for task in process.step.user_tasks] == ["y"]
    process.complete("cancel_flight")
    process.complete("cancel_hotel")
    assert [(task.element_id, task.variables["place"]) for task in process.step.user_tasks] == [("cancel_flight", "x")]
    process.complete("cancel_flight")
    process.complete("cancel_hotel")
    assert process.waiting == ["after"]


def test_a_loop_is_undone_round_by_round(run: Any) -> None:
    process = run(then_undone(trip(inside=again("true", loopMaximum="2"))))
    for name in ("hotel", "flight") * 2 + ("check",) + ("cancel_flight", "cancel_hotel") * 2:
        assert process.waiting == [name]
        process.complete(name)
    assert process.waiting == ["after"]


def handler(*nodes: str, flows: str) -> str:
    return on_event("h", compensate(), *nodes, end("he"), flows=flows)


def test_its_own_event_subprocess_undoes_it_instead(run: Any) -> None:
    process = run(then_undone(trip(handler(user("tell"), flows="h_s>tell tell>he"))))
    for name in ("hotel", "flight", "check", "tell"):
        assert process.waiting == [name]
        process.complete(name)
    assert process.waiting == ["after"]
    assert process.history.count(("enter", "h")) == process.history.count(("leave", "h")) == 1


@pytest.mark.parametrize("wanted", ["", "hotel"])
def test_it_may_have_undone_what_was_done_inside(run: Any, wanted: str) -> None:
    nodes = (user("tell"), throw("back", compensate(wanted)), user("told"))
    own = handler(*nodes, flows="h_s>tell tell>back back>told told>he")
    process = run(then_undone(trip(own)))
    undone = ["cancel_hotel"] if wanted else ["cancel_flight", "cancel_hotel"]
    for name in ("hotel", "flight", "check", "tell", *undone, "told"):
        assert process.waiting == [name]
        process.complete(name)
    assert process.waiting == ["after"]


def test_it_never_begins_when_nothing_is_undone(run: Any) -> None:
    process = run(draw(trip(handler(user("tell"), flows="h_s>tell tell>he")), flows="s>trip trip>e"))
    process.complete("hotel")
    process.complete("flight")
    assert process.ended == "e"
    assert process.execution.ended
    assert ("enter", "h") not in process.history


def test_data_of_the_subprocess_are_as_it_left_them(run: Any) -> None:
    flow = io(outputs="u") + out("out_u", "price_object")
    shown = io("t") + into("in_t", "price_object")
    own = handler(user("tell", inside=shown), flows="h_s>tell tell>he")
    sub = inner("trip", holding("price"), start("s1"), script("k", "7", "u", flow), own, end("e1"), flows="s1>k k>e1")
    process = run(then_undone(sub), price=1)
    process.complete("check", price=2)
    assert process.waiting == ["tell"]
    assert (process.step.user_tasks[0].variables["t"], process.step.user_tasks[0].variables["price"]) == (7, 7)


def test_cancelling_a_transaction_undoes_subprocesses_in_it(run: Any) -> None:
    cancelled = trip() + end("x", "<bpmn:cancelEventDefinition/>")
    around = inner("tx", start("t1"), "SUB", flows="t1>trip trip>x").replace("bpmn:subProcess", "bpmn:transaction")
    content = draw(
        around.replace("SUB", cancelled),
        boundary("c", "tx", "<bpmn:cancelEventDefinition/>"),
        user("sorry"),
        flows="s>tx tx>e c>sorry sorry>e",
    )
    process = run(content)
    for name in ("hotel", "flight", "cancel_flight", "cancel_hotel"):
        process.complete(name)
    assert process.waiting == ["sorry"]


def test_what_is_undone_is_sound(environment: Environment) -> None:
    own = handler(user("tell"), throw("back", compensate()), flows="h_s>tell tell>back back>he")
    _, findings = parse(bundle(then_undone(trip(own))), environment)
    assert [str(found) for found in findings if found.severity is Severity.ERROR] == []


OWN = handler(user("tell"), flows="h_s>tell tell>he")
REFUSED = {
    "in a process": (draw(OWN, flows="s>e"), "compensation.place", "h"),
    "beside a boundary event": (
        draw(trip(OWN), undone_by("b", "trip", "u"), undoing("u"), flows="s>trip trip>e"),
        "compensation.twice",
        "h",
    ),
    "of an activity far away": (
        draw(
            inner("out", start("os"), trip(), end("oe"), flows="os>trip trip>oe"),
            throw("x", compensate("hotel")),
            flows="s>out out>x x>e",
        ),
        "compensation.scope",
        "x",
    ),
    "inside an event subprocess": (
        draw(
            on_event("k", message("m"), *BOOKED, end("ke"), flows="k_s>hotel hotel>flight flight>ke"),
            throw("x", compensate()),
            flows="s>x x>e",
            more=MORE,
        ),
        "compensation.inner",
        "x",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_not_be_undone_is_refused(environment: Environment, name: str) -> None:
    content, code, element = REFUSED[name]
    _, findings = parse(bundle(content), environment)
    assert (code, element) in [(found.code, found.element_id) for found in findings]
