"""Ways through a diagram in words: what a designer follows with a finger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.soundness.moves import Board, Move
from engine.soundness.net import Element, Kind, Scope

LONGEST = 24
"""Elements of a way that are written out; of a longer one, the beginning and the end."""


def named(element: Element) -> str:
    """Return an element's name and id, the id alone when it has no name."""
    name = " ".join(element.name.split())[:40]
    return element.id if not name or name == element.id else f"{name}<{element.id}>"


def way_of(scope: Scope, passed: Iterable[str]) -> str:
    """Return the elements of a way, with arrows."""
    names = [named(scope.elements[id_]) for id_ in passed]
    if len(names) > LONGEST:
        half = LONGEST // 2
        names = [*names[:half], "…", *names[-half:]]
    return " → ".join(names)


def passed_on(moves: Sequence[Move]) -> list[str]:
    """Return the ids of the elements passed by moves, in their order."""
    return [id_ for move in moves for id_ in move.passed]


def choices_on(board: Board, moves: Sequence[Move]) -> str:
    """Return which flows a way takes where it could take others: `gateway: flow, …`; "" when it has no choice."""
    chosen = []
    for move in moves:
        for id_ in move.passed:
            element = board.scope.elements[id_]
            leaving = {flow.id for flow in board.scope.outgoing(id_)}
            if element.kind in (Kind.EXCLUSIVE, Kind.INCLUSIVE) and len(leaving) > 1:
                flows = [flow for place in move.puts if (flow := board.flow_of[place]) is not None]
                chosen += [f"{id_}: {flow.id}→{flow.target}" for flow in flows if flow.id in leaving]
    return ", ".join(chosen[:8])
