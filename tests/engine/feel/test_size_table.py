"""A table with twelve conditions over two decisions: the size check of domain/SPEC.md 9, D1, with its 19 vectors."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.feel import Feel
from engine.feel.decisions import Decision, parse_decisions

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
INPUTS = ("kind", "setting", "households", "population", "institution")
VECTORS = [
    ("comprehensive", "urban", 300, 1000, "none", "CONFORMS"),
    ("comprehensive", "urban", 300, 837, "none", "CONFORMS"),
    ("comprehensive", "urban", 390, 1300, "none", "CONFORMS"),
    ("comprehensive", "urban", 391, 1300, "none", "JUSTIFY"),
    ("comprehensive", "urban", 480, 1600, "none", "JUSTIFY"),
    ("comprehensive", "urban", 481, 1600, "none", "SUGGEST_SPLIT"),
    ("comprehensive", "urban", 481, 1600, "compound", "SUGGEST_EXCLUSIVE"),
    ("comprehensive", "urban", 119, 400, "none", "SUGGEST_MERGE"),
    ("comprehensive", "urban", 210, 700, "none", "CONFORMS"),
    ("comprehensive", "rural", 200, 500, "none", "CONFORMS"),
    ("comprehensive", "rural", 200, 558, "none", "CONFORMS"),
    ("comprehensive", "rural", 260, 650, "none", "CONFORMS"),
    ("comprehensive", "rural", 261, 650, "none", "JUSTIFY"),
    ("comprehensive", "rural", 330, 500, "none", "SUGGEST_SPLIT"),
    ("comprehensive", "rural", 60, 180, "none", "SUGGEST_MERGE"),
    ("exclusive", "urban", 0, 1000, "school", "REVISE_SMALL_EXCLUSIVE"),
    ("exclusive", "urban", 0, 1001, "school", "ELIGIBLE"),
    ("exclusive", "urban", 350, 1200, "none", "REJECT_NO_INSTITUTION"),
    ("comprehensive", "urban", 0, 0, "none", "INVALID"),
]


@pytest.fixture
def decision(feel: Feel) -> Decision:
    content = Path(__file__).with_name("grid_size_check.dmn").read_bytes()
    decisions, findings = parse_decisions(content, "grid_size_check.dmn", feel)
    assert findings == []
    return decisions["grid_size_check"]


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_the_verdict_is_the_specified_one(feel: Feel, decision: Decision, vector: tuple[Any, ...]) -> None:
    *grid, verdict = vector
    variables = dict(zip(INPUTS, grid, strict=True)) | {"reasons": False}

    result = decision.evaluate(feel, variables, NOW)

    assert result.value["verdict"] == verdict
    assert len(result.hits) == 1


def test_every_combination_gets_a_verdict(feel: Feel, decision: Decision) -> None:
    sizes = [(0, 0), (59, 180), (150, 1000), (300, 1001), (480, 1600), (700, 2100)]
    combinations = [
        {"kind": kind, "setting": setting, "households": h, "population": p, "institution": where, "reasons": reasons}
        for kind in ("comprehensive", "exclusive")
        for setting in ("urban", "rural")
        for h, p in sizes
        for where in ("none", "school", "compound")
        for reasons in (True, False)
    ]

    assert all(decision.evaluate(feel, each, NOW).value for each in combinations)
