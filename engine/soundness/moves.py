"""From a scope to places and moves: what each single token can do next. Choices are free, data is not looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations

from engine.soundness.net import Element, Flow, Kind, Scope

MAX_BRANCHES = 8
"""Conditional flows of which all combinations are tried; of more, each alone, all but each, and all."""

ANY = "*"
"""Stands for an error whose code the diagram does not show."""


class Effect(StrEnum):
    """What a move does beside taking its token and putting others."""

    NONE = "none"
    CLEAR = "clear"
    ESCAPE = "escape"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a scope can end: at an end (`normal`), or by errors that leave it."""

    normal: bool = True
    errors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Move:
    """One thing a token can do: the elements passed, the flow chosen, the places that get tokens."""

    passed: tuple[str, ...]
    puts: tuple[int, ...]
    effect: Effect = Effect.NONE
    code: str = ""


@dataclass(slots=True)
class Board:
    """A scope ready to be played.

    Attributes:
        moves: place → what a token there can do; empty at a join.
        join: place → the join it waits at, None elsewhere.
        inputs: join → its places, in the order of the file.
        starts: the places that get a token when the scope begins, one marking each.
        at: place → the element that a token there is at, or about to enter.
        rank: place → how far on it is, along the flows from the start.
        flow_of: place → the flow it stands for, None for places inside an element.
        beside: event subprocesses that can begin.
        incomplete: elements of which not all combinations of flows are tried.
    """

    scope: Scope
    moves: list[list[Move]] = field(default_factory=list)
    join: list[str | None] = field(default_factory=list)
    inputs: dict[str, list[int]] = field(default_factory=dict)
    starts: list[tuple[int, ...]] = field(default_factory=list)
    at: list[str] = field(default_factory=list)
    rank: list[int] = field(default_factory=list)
    flow_of: list[Flow | None] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)

    def place(self, at: str, flow: Flow | None = None) -> int:
        """Add a place."""
        self.at.append(at)
        self.moves.append([])
        self.join.append(None)
        self.flow_of.append(flow)
        return len(self.moves) - 1


class Layout:
    """Lays a scope out as a board."""

    def __init__(self, scope: Scope, outcomes: Mapping[str, Outcome]) -> None:
        self._scope, self._outcomes = scope, outcomes
        self._board = Board(scope)
        self._places = {flow.id: self._board.place(flow.target, flow) for flow in scope.flows}
        self._out: dict[str, list[Flow]] = {id_: [] for id_ in scope.elements}
        self._in: dict[str, list[int]] = {id_: [] for id_ in scope.elements}
        self._events: dict[str, list[Element]] = {}
        for flow in scope.flows:
            self._out[flow.source].append(flow)
            self._in[flow.target].append(self._places[flow.id])
        for element in scope.elements.values():
            if element.host is not None:
                self._events.setdefault(element.host, []).append(element)

    def board(self) -> Board:
        """Return the board."""
        for element in self._scope.elements.values():
            places = self._in[element.id]
            if element.kind in (Kind.PARALLEL, Kind.INCLUSIVE) and len(places) > 1:
                self._board.inputs[element.id] = places
                for place in places:
                    self._board.join[place] = element.id
            elif places:
                moves = list(self._moves(element))
                for place in places:
                    self._board.moves[place] = moves
        self._start()
        ranks = _ranks(self._scope.following())
        self._board.rank = [ranks[id_] for id_ in self._board.at]
        return self._board

    def _start(self) -> None:
        starts = [element for element in self._scope.elements.values() if element.kind is Kind.START]
        if not starts:
            self._board.starts.append(tuple(self._begin(element) for element in self._first()))
        for element in (*starts, *self._handlers()):
            if element in starts or element.interrupts:
                self._board.starts.append((self._begin(element),))

    def _begin(self, element: Element) -> int:
        place = self._board.place(element.id)
        self._board.moves[place] = list(self._moves(element))
        return place

    def _first(self) -> Iterator[Element]:
        """Give what no flow leads to: without a start event all of it begins at once."""
        for element in self._scope.elements.values():
            if not self._in[element.id] and element.host is None and element.id not in self._scope.handlers:
                yield element

    def _handlers(self) -> Iterator[Element]:
        """Give the event subprocesses that can begin. One that interrupts clears the board: a start of its own."""
        for id_ in self._scope.handlers:
            element = self._scope.elements[id_]
            if not element.catches_error or element.catches_more or _catches(element, self.raised()):
                yield element
                self._board.beside.append(id_)

    def released(self, join: str) -> list[Move]:
        """Return what happens when a join lets go."""
        element = self._scope.elements[join]
        return [Move((join,), puts) for puts in self._ways(element)]

    def _moves(self, element: Element) -> Iterator[Move]:
        if element.kind is Kind.TERMINATE:
            yield Move((element.id,), (), Effect.CLEAR)
        elif element.kind is Kind.ERROR:
            yield Move((element.id,), (), Effect.ESCAPE, element.code)
        elif element.id in self._events:
            yield from self._with_events(element)
        else:
            yield from self._leave(element, (element.id,))

    def _with_events(self, element: Element) -> Iterator[Move]:
        """An activity: each event beside it happens or not, in the order of the file, then it ends or is ended."""
        events = self._events[element.id]
        place = self._board.place(element.id)
        yield Move((element.id,), (place,))
        for event in events:
            if not event.interrupts and self._can_happen(event, element):
                following = self._board.place(element.id)
                happened = [Move((event.id,), (following, *puts)) for puts in self._ways(event)]
                self._board.moves[place] = [Move((), (following,)), *happened]
                place = following
        ends = list(self._leave(element, ()))
        for event in events:
            if event.interrupts and self._can_happen(event, element):
                ends += [Move((event.id,), puts) for puts in self._ways(event)]
        self._board.moves[place] = ends

    def _leave(self, element: Element, passed: tuple[str, ...]) -> Iterator[Move]:
        outcome = self._outcome(element)
        if outcome.normal:
            yield from (Move(passed, puts) for puts in self._ways(element))
        for code in sorted(outcome.errors - self._caught(element)):
            if code != ANY or not outcome.normal:
                yield Move(passed, (), Effect.ESCAPE, code)

    def _outcome(self, element: Element) -> Outcome:
        errors = frozenset({ANY}) if element.raises else frozenset()
        if element.inner is None or element.inner not in self._outcomes:
            return Outcome(True, errors)
        inner = self._outcomes[element.inner]
        return Outcome(inner.normal, inner.errors | errors)

    def _can_happen(self, event: Element, host: Element) -> bool:
        return not event.catches_error or event.catches_more or _catches(event, self._outcome(host).errors)

    def _caught(self, element: Element) -> frozenset[str]:
        events = [event for event in self._events.get(element.id, ()) if event.catches_error]
        if any(not event.code for event in events):
            return self._outcome(element).errors
        return frozenset(event.code for event in events)

    def escaping(self) -> frozenset[str]:
        """Return the errors that may leave the scope."""
        handlers = [self._scope.elements[id_] for id_ in self._scope.handlers]
        return frozenset(
            code
            for code in self.raised()
            if not any(each.catches_error and each.code in ("", code) for each in handlers)
        )

    def raised(self) -> frozenset[str]:
        """Return the errors that elements of the scope may raise and no boundary event of theirs catches."""
        found: set[str] = set()
        for element in self._scope.elements.values():
            found |= self._outcome(element).errors - self._caught(element)
            if element.kind is Kind.ERROR:
                found.add(element.code)
        return frozenset(found)

    def _ways(self, element: Element) -> list[tuple[int, ...]]:
        """Return the sets of places that can get tokens when one leaves the element."""
        flows = self._out[element.id]
        places = [self._places[flow.id] for flow in flows]
        if element.kind is Kind.EXCLUSIVE:
            return [(place,) for place in places] or [()]
        conditional = [self._places[flow.id] for flow in flows if flow.conditional and not flow.default]
        if not conditional:
            return [tuple(places)]
        always = tuple(self._places[flow.id] for flow in flows if not flow.conditional and not flow.default)
        default = tuple(self._places[flow.id] for flow in flows if flow.default)
        none = [(*always, *default)] if always or default else []
        return none + [(*always, *chosen) for chosen in self._some(element, conditional)]

    def _some(self, element: Element, places: list[int]) -> Iterator[tuple[int, ...]]:
        sizes: list[int] = list(range(1, len(places) + 1))
        if len(places) > MAX_BRANCHES:
            self._board.incomplete.append(element.id)
            sizes = [1, len(places) - 1, len(places)]
        for size in sizes:
            yield from combinations(places, size)


def _catches(event: Element, errors: frozenset[str]) -> bool:
    return bool(errors) if not event.code else event.code in errors or ANY in errors


def _ranks(after: Mapping[str, set[str]]) -> dict[str, int]:
    """Return element → its place in an order in which, loops left out, each comes after those that lead to it."""
    led_to = {other for following in after.values() for other in following}
    seen: set[str] = set()
    done: list[str] = []
    for start in (*(id_ for id_ in after if id_ not in led_to), *after):
        ahead = [(start, False)]
        while ahead:
            id_, left = ahead.pop()
            if left:
                done.append(id_)
            elif id_ not in seen:
                seen.add(id_)
                ahead.append((id_, True))
                ahead.extend((other, False) for other in sorted(after[id_]))
    return {id_: len(done) - index for index, id_ in enumerate(done)}
