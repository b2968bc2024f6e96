"""Loops that wait for nothing: one step of the engine would go round in them until it is stopped."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.soundness.net import Element, Net, Pace, Scope, elements_of, reachable


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop without a wait.

    Attributes:
        way: element ids from the start of the scope to the loop, and once round.
        idle: nothing in it, or beside it, changes a variable: the second round is decided as the first was.
    """

    way: tuple[str, ...]
    round: tuple[str, ...]
    idle: bool


def find(scope: Scope, net: Net) -> list[Loop]:
    """Return the loops of a scope that wait for nothing, one for each group of elements that lie in loops together."""
    restless = {id_ for id_ in scope.elements if pace_of(id_, scope, net) is not Pace.WAIT}
    after = scope.following()
    within = {id_: after[id_] & restless for id_ in restless}
    loops, seen = [], set[str]()
    for id_ in scope.elements:
        if id_ in restless and id_ not in seen:
            group = {id_} | {other for other in reachable(within, within[id_]) if id_ in reachable(within, {other})}
            if id_ in reachable(within, within[id_]):
                seen |= group
                loops.append(_loop(scope, net, after, within, group))
    return loops


def pace_of(element_id: str, scope: Scope, net: Net) -> Pace:
    """Return what a token spends at an element; a subprocess waits if anything inside it does, at any depth."""
    element = scope.elements[element_id]
    inner = net.get(element.inner or "")
    if inner is None:
        return element.pace
    return Pace.WAIT if any(each.pace is Pace.WAIT for each in _leaves(inner, net)) else Pace.WORK


def _leaves(scope: Scope, net: Net) -> Iterator[Element]:
    """Give what stands in a scope and those in it, at any depth, and holds nothing; processes may call themselves."""
    scopes, seen = [scope], {scope.id}
    for each in scopes:
        for element in each.elements.values():
            inner = net.get(element.inner or "")
            if inner is None:
                yield element
            elif inner.id not in seen:
                seen.add(inner.id)
                scopes.append(inner)


def _loop(
    scope: Scope, net: Net, after: Mapping[str, set[str]], within: Mapping[str, set[str]], group: set[str]
) -> Loop:
    way = _shortest(after, _starts(after) or group, group)
    entry = way[-1]
    inside = {id_: within[id_] & group for id_ in group}
    circle = [entry, *_shortest(inside, inside[entry], {entry})]
    # another branch may change what the loop's condition asks, between two rounds of the same step
    alone = not any(len(scope.outgoing(id_)) > 1 and id_ not in group for id_ in scope.elements)
    idle = alone and all(pace_of(id_, scope, net) is Pace.NONE for id_ in group)
    return Loop(tuple(way), tuple(circle), idle)


def way_to(scope: Scope, element_id: str) -> list[str]:
    """Return the elements of a shortest way from where the scope begins to an element, both included."""
    after = scope.following()
    return _shortest(after, _starts(after), {element_id})


def _starts(after: Mapping[str, set[str]]) -> set[str]:
    return {id_ for id_ in after if not any(id_ in following for following in after.values())}


def _shortest(after: Mapping[str, set[str]], starts: set[str], goals: set[str]) -> list[str]:
    """Return the elements of a shortest way from a start to a goal, both included."""
    before: dict[str, str | None] = dict.fromkeys(sorted(starts))
    queue = deque(before)
    while queue:
        id_ = queue.popleft()
        if id_ in goals:
            break
        for other in sorted(after[id_]):
            if other not in before:
                before[other] = id_
                queue.append(other)
    else:
        return sorted(goals)[:1]
    way = [id_]
    while (previous := before[way[-1]]) is not None:
        way.append(previous)
    return way[::-1]


def sent(net: Net) -> set[str]:
    """Return the names of messages that some element of any scope sends."""
    return {name for element in elements_of(net) for name in element.throws}
