"""What is wrong with the way tokens go through processes: the findings, each with a shortest way that shows it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.findings import Severity
from engine.soundness import loops, recursion
from engine.soundness.faults import Fault, Faults
from engine.soundness.game import MAX_STATES
from engine.soundness.moves import Outcome
from engine.soundness.net import Net
from engine.soundness.words import named, way_of

CODES = frozenset(
    {
        "soundness.deadlock",
        "soundness.token-left",
        "soundness.never-runs",
        "soundness.never-ends",
        "soundness.endless",
    }
)
"""Codes of the errors; the others are warnings."""

SCOPES = 6
"""So many scopes may be as large as one may be; what is over that in the other scopes is not proven."""


def check(net: Net, limit: int = MAX_STATES) -> list[Fault]:
    """Return what is wrong with the processes of a net. Inner scopes are played before those that hold them.

    Args:
        net: all processes that call each other, and the insides of their subprocesses.
        limit: markings looked at in each scope, before it is said that the rest is not proven.
    """
    faults: list[Fault] = []
    outcomes: dict[str, Outcome] = {}
    left = limit * SCOPES
    for key in _inner_first(net):
        played = Faults(net, net[key], outcomes, min(limit, left))
        faults += played.all()
        left = max(0, left - played.states)
    faults += _recursive(net, outcomes, limit)
    faults += _unsent(net)
    return faults


def _recursive(net: Net, outcomes: dict[str, Outcome], limit: int) -> Iterator[Fault]:
    for scope, element in recursion.find(net, outcomes, limit):
        way = loops.way_to(scope, element.id)
        yield Fault(
            Severity.ERROR,
            "soundness.never-ends",
            scope.id,
            element.id,
            element.line,
            f"“{named(element)}”总会再次调用自身，永远不会返回。最短路径：{way_of(scope, way)}",
            f"{named(element)} always leads back to itself and never returns. Shortest way: {way_of(scope, way)}",
            "请让调用只在某个条件下发生。",
            "Let a condition decide whether it is called.",
            tuple(way),
        )


def _inner_first(net: Net) -> list[str]:
    order: list[str] = []
    open_ones: set[str] = set()

    def visit(key: str) -> None:
        if key in order or key in open_ones or key not in net:
            return  # a process that calls itself: its outcome is not known yet, and taken to be normal
        open_ones.add(key)
        for element in net[key].elements.values():
            if element.inner is not None:
                visit(element.inner)
        order.append(key)

    for key in net:
        visit(key)
    return order


def _unsent(net: Net) -> Iterator[Fault]:
    known = loops.sent(net)
    for scope in net.values():
        for element in scope.elements.values():
            if element.message is not None and not element.senders and element.message not in known:
                yield Fault(
                    Severity.WARNING,
                    "soundness.message-unsent",
                    scope.id,
                    element.id,
                    element.line,
                    f"没有谁发送“{named(element)}”等待的消息 {element.message}",
                    f"nobody sends the message {element.message!r} that {named(element)} waits for",
                    "由人发送的，请在属性 senders 中写岗位组；由外部系统发送的可不理会。",
                    "If people send it, name their groups in the property senders; another system may send it.",
                )
