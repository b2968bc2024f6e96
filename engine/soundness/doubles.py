"""Where two tokens meet without being joined: what comes after runs twice. BPMN says so; few who draw it mean it.

Which flows can hold tokens at the same time is computed pair by pair (Kovalyov and Esparza 1996), not by playing:
exact for processes without other faults, a little too many for the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.soundness.net import Element, Flow, Kind, Scope, reachable

MAX_PAIRS = 100_000
"""Pairs of flows looked at; 60 elements have a few hundred. What is not seen then is said to be not proven."""


class Doubles:
    """The elements of one scope at which tokens from two branches go on one after the other."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._out: dict[str, list[Flow]] = {id_: [] for id_ in scope.elements}
        self._in: dict[str, list[Flow]] = {id_: [] for id_ in scope.elements}
        for flow in scope.flows:
            self._out[flow.source].append(flow)
            self._in[flow.target].append(flow)
        self._after = scope.following()
        self._ahead: dict[str, set[str]] = {}
        self._beside: dict[str, set[str]] = {flow.id: set() for flow in scope.flows}
        self._flows = {flow.id: flow for flow in scope.flows}
        self._pairs: list[tuple[str, str]] = []
        self._events: dict[str, list[Element]] = {}
        for element in scope.elements.values():
            if element.host is not None:
                self._events.setdefault(element.host, []).append(element)
        self._left = {id_: [flow.id for flow in self._left_by(id_)] for id_ in scope.elements}
        self._budget = MAX_PAIRS

    def find(self) -> list[tuple[Element, Flow, Flow]]:
        """Return where, and the two flows by which the tokens come; not what is only a consequence."""
        for element in self._scope.elements.values():
            self._fork(element)
        while self._pairs and self._budget:
            self._budget -= 1
            one, other = self._pairs.pop()
            self._move_on(one, other)
            self._move_on(other, one)
        found = [hit for element in self._scope.elements.values() for hit in self._at(element)]
        return list(_first(found, self._reach))

    @property
    def complete(self) -> bool:
        """Whether all pairs were looked at."""
        return not self._pairs

    def _fork(self, element: Element) -> None:
        flows = self._out[element.id]
        if element.kind is not Kind.EXCLUSIVE:
            for index, flow in enumerate(flows):
                for other in flows[index + 1 :]:
                    if not _excluded(flow, other):
                        self._pair(flow.id, other.id)
        if element.kind is Kind.BOUNDARY and not element.interrupts and element.host is not None:
            beside = [*self._out[element.host], *self._of_other_events(element)]
            for flow in flows:
                for other in beside:
                    self._pair(flow.id, other.id)

    def _of_other_events(self, event: Element) -> Iterator[Flow]:
        for other in self._events[event.host or ""]:
            if other.id != event.id:
                yield from self._out[other.id]

    def _pair(self, one: str, other: str) -> None:
        if other not in self._beside[one]:
            self._beside[one].add(other)
            self._beside[other].add(one)
            self._pairs.append((one, other))

    def _move_on(self, still: str, moving: str) -> None:
        """A token waits on one flow while another goes on from the other."""
        target = self._scope.elements[self._flows[moving].target]
        if still == moving or (len(self._in[target.id]) > 1 and not self._passes(target, still, moving)):
            return
        for flow in self._left[target.id]:
            if flow != still:
                self._pair(still, flow)

    def _passes(self, target: Element, still: str, moving: str) -> bool:
        """Return whether the other token can go through while this one stays where it is."""
        if target.kind is Kind.PARALLEL:
            return all(flow.id in self._beside[still] for flow in self._in[target.id])
        if target.kind is Kind.INCLUSIVE:
            ways = self._ways_into(target.id, still)
            return not ways or moving in ways
        return True

    def _ways_into(self, join: str, still: str) -> set[str]:
        """Return the flows of a join that a token can still come by, without passing the join."""
        if self._flows[still].target == join:
            return {still}
        key = f"{self._flows[still].target} {join}"
        if key not in self._ahead:
            after = {id_: set[str]() if id_ == join else following for id_, following in self._after.items()}
            self._ahead[key] = reachable(after, {self._flows[still].target})
        return {flow.id for flow in self._in[join] if flow.source in self._ahead[key]}

    def _left_by(self, id_: str) -> Iterator[Flow]:
        yield from self._out[id_]
        for event in self._events.get(id_, ()):
            yield from self._out[event.id]

    def _reach(self, element_id: str) -> set[str]:
        if element_id not in self._ahead:
            self._ahead[element_id] = reachable(self._after, {element_id})
        return self._ahead[element_id]

    def _at(self, element: Element) -> Iterator[tuple[Element, Flow, Flow]]:
        flows = self._in[element.id]
        if element.kind in (Kind.PARALLEL, Kind.INCLUSIVE) or not self._matters(element):
            return
        for index, flow in enumerate(flows):
            for other in flows[index + 1 :]:
                if other.id in self._beside[flow.id]:
                    yield element, flow, other
                    return

    def _matters(self, element: Element) -> bool:
        return any(self._scope.elements[id_].is_activity for id_ in self._reach(element.id))


def _excluded(one: Flow, other: Flow) -> bool:
    """A default flow is taken when no conditional one is."""
    return (one.default and other.conditional) or (other.default and one.conditional)


def _first(
    found: list[tuple[Element, Flow, Flow]], reach: Callable[[str], set[str]]
) -> Iterator[tuple[Element, Flow, Flow]]:
    """Leave out what comes after another that was found; of those in a loop together the first stays."""
    kept: list[str] = []
    for hit in found:
        id_ = hit[0].id
        behind = [other for other in (each[0].id for each in found) if other != id_ and id_ in reach(other)]
        if all(other in reach(id_) and other not in kept for other in behind):
            kept.append(id_)
            yield hit
