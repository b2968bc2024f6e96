from __future__ import annotations

from collections.abc import Callable

from engine.bpmn.comparison import Change, compare
from engine.bpmn.definition import Definition
from tests.engine.bpmn.drawing import MESSAGES, boundary, draw, exclusive, message, props, service, timer, user

Define = Callable[..., Definition]


def test_the_same_process_has_no_differences(define: Define) -> None:
    diagram = draw(user("a"), flows="s>a a>e")
    assert compare(define(diagram), define(diagram)) == []


def test_what_is_not_written_is_what_the_standard_implies(define: Define) -> None:
    diagram = draw(user("a"), boundary("late", "a", timer('"PT1H"')), flows="s>a a>e late>e")
    written = diagram.replace(b' cancelActivity="true"', b' parallelMultiple="false"')
    assert b"cancelActivity" in diagram
    assert b"cancelActivity" not in written
    assert compare(define(diagram), define(written)) == []


def test_elements_and_flows_come_and_go(define: Define) -> None:
    old = define(draw(user("a"), user("b"), flows="s>a a>b b>e"))
    new = define(draw(user("a"), user("c"), flows="s>a a>c c>e"))
    assert {(each.element_id, each.kind) for each in compare(old, new)} == {
        ("b", "removed"),
        ("c", "added"),
        ("a-b", "removed"),
        ("b-e", "removed"),
        ("a-c", "added"),
        ("c-e", "added"),
    }


def test_a_property_says_what_it_was_and_what_it_is(define: Define) -> None:
    old = define(draw(user("a", due='now() + duration("P1D")'), flows="s>a a>e"))
    new = define(draw(user("a", due='now() + duration("P2D")', title='"x"'), flows="s>a a>e"))
    assert compare(old, new) == [
        Change("a", "changed", "property due", 'now() + duration("P1D")', 'now() + duration("P2D")'),
        Change("a", "changed", "property title", None, '"x"'),
    ]


def test_conditions_timers_messages_and_parameters_are_compared(define: Define) -> None:
    def version(limit: int, hours: int, reference: str, value: str) -> Definition:
        nodes = (
            *(user("a"), exclusive("g", default="g-e"), service("b", "demo.check_plan", "r", no='"1"', plan=value)),
            boundary("late", "a", timer(f'"PT{hours}H"')),
            boundary("told", "a", message(reference)).replace(
                "<bpmn:messageEvent", props(senders="x") + "<bpmn:messageEvent"
            ),
        )
        flows = f"s>a a>g g>b[sum > {limit}] g>e b>e late>e told>e"
        return define(draw(*nodes, flows=flows, more=MESSAGES))

    found = compare(version(1, 1, "m", "sum"), version(2, 3, "n", "sum + 1"))
    assert {(each.element_id, each.before, each.after) for each in found} == {
        ("g-b", "sum > 1", "sum > 2"),
        ("late", '"PT1H"', '"PT3H"'),
        ("told", "withdraw", "other"),
        ("b", "sum", "sum + 1"),
    }


def test_a_lane_and_the_process_itself_are_compared(define: Define) -> None:
    old = define(draw(user("a"), flows="s>a a>e", process=props(title='"one"')))
    new = define(
        draw(user("a"), flows="s>a a>e", lane=props(group="other", unit='"431103"'), process=props(title='"two"'))
    )
    assert compare(old, new) == [
        Change("p", "changed", "property title", '"one"', '"two"'),
        Change("l", "changed", "group", "clerk", "other"),
    ]
