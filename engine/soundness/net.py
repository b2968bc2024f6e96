"""What the token game is played on: elements and flows of processes, without XML. No judgement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """How an element treats tokens."""

    START = "start"
    STEP = "step"
    EXCLUSIVE = "exclusive"
    PARALLEL = "parallel"
    INCLUSIVE = "inclusive"
    END = "end"
    TERMINATE = "terminate"
    ERROR = "error"
    BOUNDARY = "boundary"


class Pace(StrEnum):
    """What a loop over an element costs: nothing, a change of variables, or a wait for somebody or something."""

    NONE = "none"
    WORK = "work"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. `conditional`: it has a condition; `default`: it is taken when no condition holds."""

    id: str
    source: str
    target: str
    conditional: bool = False
    default: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """A flow element.

    Attributes:
        inner: key of the scope that runs inside it (subprocess, or process that it calls), or None.
        host: the activity that a boundary event sits on.
        interrupts: whether a boundary event, or an event subprocess, takes the tokens around it away.
        code: what an error end throws, or an error event catches; "" catches all.
        catches_error: whether the event waits for an error; such happens only where one can be thrown.
        catches_more: whether it waits for something else too.
        raises: whether the element may raise errors that the diagram does not show (a handler's).
        message: name of the message it waits for; `throws`: of those it sends; `senders`: people may send it.
        least: tokens that an inclusive join needs before it lets go, however long no other can come.
        is_activity: whether running it twice is work done twice.
    """

    id: str
    name: str
    line: int
    kind: Kind
    pace: Pace = Pace.NONE
    inner: str | None = None
    host: str | None = None
    interrupts: bool = True
    code: str = ""
    catches_error: bool = False
    catches_more: bool = False
    raises: bool = False
    message: str | None = None
    throws: frozenset[str] = frozenset()
    senders: bool = False
    least: int = 1
    is_activity: bool = False


@dataclass(slots=True)
class Scope:
    """A process, or what is inside a subprocess.

    Attributes:
        handlers: ids of the elements that stand for its event subprocesses; no flow leads to them.
    """

    id: str
    name: str
    line: int
    elements: dict[str, Element] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)

    def outgoing(self, element_id: str) -> list[Flow]:
        """Return the flows that leave an element."""
        return [flow for flow in self.flows if flow.source == element_id]

    def boundary(self, element_id: str) -> list[Element]:
        """Return the events that sit on an activity."""
        return [element for element in self.elements.values() if element.host == element_id]

    def following(self) -> dict[str, set[str]]:
        """Return element → the elements that a token at it can be at next, boundary events and what is after them."""
        after: dict[str, set[str]] = {id_: set() for id_ in self.elements}
        for flow in self.flows:
            after[flow.source].add(flow.target)
        for element in self.elements.values():
            if element.host is not None:
                after[element.host].add(element.id)
        return after


Net = Mapping[str, Scope]
"""Scopes by key: processes by their ids, subprocesses by theirs."""


def elements_of(net: Net) -> Iterator[Element]:
    """Give all elements of all scopes."""
    for scope in net.values():
        yield from scope.elements.values()


def reachable(after: Mapping[str, set[str]], starts: set[str]) -> set[str]:
    """Return what can be come to from the starts, themselves included."""
    seen: set[str] = set()
    ahead = list(starts)
    while ahead:
        id_ = ahead.pop()
        if id_ not in seen:
            seen.add(id_)
            ahead.extend(after[id_])
    return seen
