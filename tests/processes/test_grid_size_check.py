"""The size rule D1 (SPEC 9): its test vectors, its edges, and that it always says exactly one thing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from engine.bundle import Bundle
from engine.feel import Feel
from engine.feel.decisions import Decision, DecisionResult, parse_decisions

VECTORS = json.loads((Path(__file__).parent / "grid_size_vectors.json").read_text())
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LEVELS = {
    "INVALID": "blocking",
    "REJECT_NO_INSTITUTION": "blocking",
    "ELIGIBLE": "county_reviewer",
    "JUSTIFY_SMALL_EXCLUSIVE": "county_leader",
    "REVISE_SMALL_EXCLUSIVE": "township",
    "CONFORMS": "county_reviewer",
    "JUSTIFY": "county_reviewer",
    "SUGGEST_EXCLUSIVE": "county_leader",
    "SUGGEST_SPLIT": "county_leader",
    "SUGGEST_MERGE": "county_leader",
}
NEED_REASONS = set(LEVELS) - {"INVALID", "REJECT_NO_INSTITUTION", "ELIGIBLE", "CONFORMS"}
EXCLUSIVE_SUGGESTED = {"ELIGIBLE", "SUGGEST_EXCLUSIVE", "JUSTIFY_SMALL_EXCLUSIVE"}


@pytest.fixture(scope="module")
def decision(bundle: Bundle, feel: Feel) -> Decision:
    decisions, findings = parse_decisions(bundle.files["grid_size_check.dmn"], "grid_size_check.dmn", feel)
    assert findings == []
    return decisions["grid_size_check"]


def judge(decision: Decision, feel: Feel, **grid: Any) -> DecisionResult:
    return decision.evaluate(feel, {"grid": {"reasons": False, **grid}}, NOW)


@pytest.mark.parametrize(
    "vector", VECTORS, ids=lambda v: f"{v['kind']}-{v['households']}h-{v['population']}p-{v['expected']}"
)
def test_the_verdict_is_the_one_the_specification_names(decision: Decision, feel: Feel, vector: dict[str, Any]) -> None:
    grid = {name: value for name, value in vector.items() if name != "expected"}
    assert judge(decision, feel, **grid).value["verdict"] == vector["expected"]


@pytest.mark.parametrize(
    ("institution", "population", "reasons", "verdict"),
    [
        ("school", 1000, True, "JUSTIFY_SMALL_EXCLUSIVE"),
        ("school", 1000, False, "REVISE_SMALL_EXCLUSIVE"),
        ("school", 1001, False, "ELIGIBLE"),
        ("hospital", 1001, False, "ELIGIBLE"),
        ("park", 400, True, "JUSTIFY_SMALL_EXCLUSIVE"),
        ("none", 5000, True, "REJECT_NO_INSTITUTION"),
    ],
)
def test_exactly_one_thousand_people_are_not_more_than_one_thousand(
    decision: Decision, feel: Feel, institution: str, population: int, reasons: bool, verdict: str
) -> None:
    result = judge(
        decision,
        feel,
        kind="exclusive",
        setting="urban",
        households=10,
        population=population,
        institution=institution,
        reasons=reasons,
    )
    assert result.value["verdict"] == verdict


def test_every_grid_gets_one_verdict_with_its_level_and_reasons(decision: Decision, feel: Feel) -> None:
    seen = set()
    for kind, setting, institution, reasons, households, population in product(
        ("comprehensive", "exclusive"),
        ("urban", "rural"),
        ("none", "compound", "school"),
        (True, False),
        (0, 79, 80, 120, 200, 261, 320, 390, 481),
        (0, 180, 199, 500, 651, 1000, 1001, 1601),
    ):
        result = judge(
            decision,
            feel,
            kind=kind,
            setting=setting,
            institution=institution,
            reasons=reasons,
            households=households,
            population=population,
        )
        assert len(result.hits) == 1, (kind, setting, institution, households, population)
        value = result.value
        seen.add(value["verdict"])
        assert value["review_level"] == LEVELS[value["verdict"]]
        assert value["justification_required"] is (value["verdict"] in NEED_REASONS)
        assert value["suggested_kind"] == ("exclusive" if value["verdict"] in EXCLUSIVE_SUGGESTED else "comprehensive")
        assert value["explanation_zh"]
        assert value["explanation_en"]
    assert seen == set(LEVELS), "a rule is never reached"


def test_a_hit_names_its_rule_and_the_figures_it_compared(decision: Decision, feel: Feel) -> None:
    result = judge(
        decision, feel, kind="comprehensive", setting="urban", institution="none", households=480, population=1600
    )
    (hit,) = result.hits
    assert (hit.rule, hit.rule_id, hit.description) == (7, "rule_deviates", "偏离标准")
    assert 0.6 in hit.inputs.values()
    assert "300户、1000人" in result.value["explanation_zh"]


def test_the_parameters_stand_in_one_place_and_the_explanations_follow_them(bundle: Bundle, feel: Feel) -> None:
    changed = bundle.files["grid_size_check.dmn"].replace(b"exclusive_over: 1000", b"exclusive_over: 1500")
    decisions, _ = parse_decisions(changed, "grid_size_check.dmn", feel)
    school = {"kind": "exclusive", "setting": "urban", "institution": "school", "households": 0, "population": 1200}
    value = judge(decisions["grid_size_check"], feel, **school).value
    assert value["verdict"] == "REVISE_SMALL_EXCLUSIVE"
    assert "1500人" in value["explanation_zh"]
