"""What is compared does the same work: the same case, to its end, on our engine and on the library's stock path."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.bpmn.environment import Environment
from web.bench.diagrams import Measured, linear, loop, review
from web.bench.engine import environment
from web.bench.ours import Ours
from web.bench.stock import Stock

CASES = [linear(3), loop(2), review(1)]


@pytest.fixture(scope="module")
def world() -> Iterator[Environment]:
    with environment() as made:
        yield made


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
def test_both_take_a_step_for_each_entry_and_end_with_the_last(case: Measured, world: Environment) -> None:
    for peer in (Ours(case, world), Stock(case)):
        seconds, sizes = peer.run()
        assert len(seconds) == len(sizes) == len(case.entries)


def test_a_case_that_does_not_end_is_no_measurement(world: Environment) -> None:
    case = linear(3)
    short = Measured(case.key, case.bpmn, case.stock, case.entries[:2])
    for peer in (Ours(short, world), Stock(short)):
        with pytest.raises(RuntimeError, match="did not end"):
            peer.run()
