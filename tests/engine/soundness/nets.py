"""Processes for the token game, in one line; and random ones, of blocks or of anything.

    net("s>f f>a f>b a>j b>j j>e", f="parallel", j="parallel")

Elements named s… are start events, e… end events, the others tasks that wait, unless a kind is given.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count, pairwise
from typing import Any

from hypothesis import strategies as st

from engine.soundness.net import Element, Flow, Kind, Pace, Scope


def scope(flows: str, name: str = "p", events: tuple[Element, ...] = (), **kinds: str | Element) -> Scope:
    """Return a scope; a `?` after a flow's target makes it conditional, `!` the default."""
    made = Scope(name, name, 1)
    for text in flows.split():
        source, target = text.rstrip("?!").split(">")
        made.flows.append(Flow(f"{source}-{target}", source, target, text.endswith("?"), text.endswith("!")))
    ids = dict.fromkeys(id_ for flow in made.flows for id_ in (flow.source, flow.target))
    for line, id_ in enumerate(ids, 2):
        made.elements[id_] = _element(id_, kinds.get(id_, ""), line)
    for event in events:
        made.elements[event.id] = event
    for id_, kind in kinds.items():
        if id_ not in made.elements and isinstance(kind, Element):
            made.elements[id_] = kind
    return made


def _element(id_: str, kind: str | Element, line: int) -> Element:
    if isinstance(kind, Element):
        return replace(kind, id=id_, line=line)
    if kind:
        return Element(id_, id_, line, Kind(kind))
    if id_[0] in "se":
        return Element(id_, id_, line, Kind.START if id_[0] == "s" else Kind.END)
    return Element(id_, id_, line, Kind.STEP, Pace.WAIT, is_activity=True)


def event(id_: str, host: str, **facts: Any) -> Element:
    """A boundary event."""
    return Element(id_, id_, 1, Kind.BOUNDARY, Pace.WAIT, host=host, **facts)


def task(**facts: Any) -> Element:
    """A task with other facts than the usual ones."""
    return Element("", "", 1, Kind.STEP, facts.pop("pace", Pace.WAIT), is_activity=True, **facts)


def net(flows: str, events: tuple[Element, ...] = (), **kinds: str | Element) -> dict[str, Scope]:
    """Return a net of one process."""
    return {"p": scope(flows, "p", events, **kinds)}


# random processes of blocks: sequences, choices, forks, loops, events on tasks

Block = tuple[Any, ...]
BLOCKS = st.recursive(
    st.just(("task",)),
    lambda inner: st.one_of(
        st.tuples(st.just("sequence"), st.lists(inner, min_size=1, max_size=4)),
        st.tuples(st.sampled_from(["exclusive", "parallel", "inclusive"]), st.lists(inner, min_size=2, max_size=4)),
        st.tuples(st.just("loop"), inner, inner),
        st.tuples(st.just("escape"), inner),
    ),
    max_leaves=20,
)


class Builder:
    """Draws a block as a scope. `split` and `join` remember the gateways of each block."""

    def __init__(self) -> None:
        self.made = Scope("p", "p", 1)
        self.gateways: list[tuple[str, str]] = []
        self._number = count(1)

    def process(self, block: Block) -> Scope:
        start, end = self._add(Kind.START), self._add(Kind.END)
        first, last = self._block(block)
        self._flow(start, first)
        self._flow(last, end)
        return self.made

    def _add(self, kind: Kind, **facts: Any) -> str:
        id_ = f"{kind.value[:2]}{next(self._number)}"
        pace = Pace.WAIT if kind is Kind.STEP else Pace.NONE
        self.made.elements[id_] = Element(id_, id_, 1, kind, pace, is_activity=kind is Kind.STEP, **facts)
        return id_

    def _flow(self, source: str, target: str, *, conditional: bool = False) -> None:
        self.made.flows.append(Flow(f"f{next(self._number)}", source, target, conditional))

    def _block(self, block: Block) -> tuple[str, str]:
        kind, *rest = block
        return getattr(self, f"_{kind}" if kind in ("task", "sequence", "loop", "escape") else "_gateway")(kind, *rest)

    def _task(self, _kind: str) -> tuple[str, str]:
        task_id = self._add(Kind.STEP)
        return task_id, task_id

    def _sequence(self, _kind: str, blocks: list[Block]) -> tuple[str, str]:
        ends = [self._block(block) for block in blocks]
        for (_, last), (first, _) in pairwise(ends):
            self._flow(last, first)
        return ends[0][0], ends[-1][1]

    def _gateway(self, kind: str, blocks: list[Block]) -> tuple[str, str]:
        split, join = self._add(Kind(kind)), self._add(Kind(kind))
        self.gateways.append((split, join))
        for block in blocks:
            first, last = self._block(block)
            self._flow(split, first, conditional=kind == "inclusive")
            self._flow(last, join)
        return split, join

    def _loop(self, _kind: str, forth: Block, back: Block) -> tuple[str, str]:
        merge, choice = self._add(Kind.EXCLUSIVE), self._add(Kind.EXCLUSIVE)
        first, last = self._block(forth)
        self._flow(merge, first)
        self._flow(last, choice)
        first, last = self._block(back)
        self._flow(choice, first)
        self._flow(last, merge)
        return merge, choice

    def _escape(self, _kind: str, inner: Block) -> tuple[str, str]:
        """A task that an event can end: both ways meet again."""
        host, merge = self._add(Kind.STEP), self._add(Kind.EXCLUSIVE)
        caught = self._add(Kind.BOUNDARY, host=host)
        first, last = self._block(inner)
        self._flow(host, merge)
        self._flow(caught, first)
        self._flow(last, merge)
        return host, merge


@st.composite
def anything(draw: st.DrawFn) -> Scope:
    """A process of exclusive and parallel gateways connected at random: most are wrong in some way."""
    size = draw(st.integers(2, 8))
    ids = [f"n{number}" for number in range(size)]
    made = Scope("p", "p", 1)
    made.elements["s"] = Element("s", "s", 1, Kind.START)
    for id_ in ids:
        kind = draw(st.sampled_from([Kind.EXCLUSIVE, Kind.PARALLEL, Kind.STEP]))
        made.elements[id_] = Element(id_, id_, 1, kind, Pace.WAIT)
    made.elements["e"] = Element("e", "e", 1, draw(st.sampled_from([Kind.END, Kind.END, Kind.TERMINATE])))
    made.flows.append(Flow("s-n0", "s", "n0"))
    for id_ in ids:
        for target in draw(st.lists(st.sampled_from([*ids, "e"]), min_size=1, max_size=3, unique=True)):
            made.flows.append(Flow(f"{id_}-{target}", id_, target))
    return made
