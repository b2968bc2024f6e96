"""A diagram of 60 elements is judged in 200 ms, on whatever machine this runs."""

from __future__ import annotations

import random
from dataclasses import replace
from time import perf_counter
from typing import Any

from engine.soundness.check import check
from engine.soundness.loops import pace_of
from engine.soundness.net import Element, Kind, Pace
from tests.engine.soundness.nets import Builder, scope

KINDS = ("sequence", "exclusive", "parallel", "inclusive", "loop", "escape", "parallel", "sequence")


def block(chance: random.Random, size: int) -> tuple[Any, ...]:
    """Return a block of about so many elements."""
    if size <= 1:
        return ("task",)
    kind = chance.choice(KINDS)
    if kind == "escape":
        return kind, block(chance, max(1, size - 3))
    if kind == "loop":
        forth = chance.randint(1, max(1, size - 2))
        return kind, block(chance, forth), block(chance, max(1, size - forth - 2))
    parts = chance.randint(2, 4)
    return kind, [block(chance, max(1, max(parts, size - 2) // parts)) for _ in range(parts)]


def test_sixty_elements_are_judged_in_200_milliseconds() -> None:
    chance = random.Random(3)  # noqa: S311  the same diagrams each time
    times = []
    while len(times) < 30:
        made = Builder().process(block(chance, 50))
        if 55 <= len(made.elements) <= 65:
            start = perf_counter()
            check({"p": made})
            times.append(perf_counter() - start)
    times.sort()
    assert times[-1] < 0.2
    assert times[len(times) // 2] < 0.05


def test_processes_that_call_themselves_often_are_judged_as_fast() -> None:
    called = Element("", "", 1, Kind.STEP, Pace.WORK, inner="p", is_activity=True)
    flows = "s>a1 " + " ".join(f"a{n}>a{n + 1}" for n in range(1, 12)) + " a12>e"
    net = {
        f"p{n}": scope(flows, f"p{n}", (), **{f"a{at}": replace(called, inner=f"p{at}") for at in range(1, 13)})
        for n in range(1, 13)
    }
    start = perf_counter()
    assert {pace_of(f"a{n}", net["p1"], net) for n in range(1, 13)} == {Pace.WORK}
    assert perf_counter() - start < 0.2
