"""Figures are what they say."""

from __future__ import annotations

import os

import pytest

from web.bench import figures
from web.bench.rows import chunks


def test_quantiles_are_in_milliseconds() -> None:
    assert figures.quantiles([0.001 * number for number in range(1, 101)]) == {"p50_ms": 50.5, "p95_ms": 95.95}


def test_a_single_sample_is_its_own_quantiles() -> None:
    assert figures.quantiles([0.25]) == {"p50_ms": 250.0, "p95_ms": 250.0}


def test_a_ratio_below_one_is_faster_than_the_peer() -> None:
    assert figures.ratio(0.5, 2) == 0.25


def test_the_machine_and_the_versions_are_named() -> None:
    named = figures.machine("sqlite")
    assert named["database"] == "sqlite"
    assert {"processor", "cores", "python", "onegrid", "spiffworkflow"} <= named.keys()


def test_a_process_that_is_gone_has_used_nothing() -> None:
    assert figures.processor_seconds([os.getpid()]) > 0
    assert figures.processor_seconds([2**30]) == 0


@pytest.mark.parametrize(("count", "parts"), [(0, []), (3, [(0, 2)]), (7, [(0, 2), (3, 5), (6, 6)])])
def test_chunks_cover_every_number_once(count: int, parts: list[tuple[int, int]]) -> None:
    assert list(chunks(count, 3)) == parts
