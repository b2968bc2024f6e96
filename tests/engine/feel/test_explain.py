"""Why a decision came out as it did, in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from engine.clock import TIMEZONE
from engine.feel import Feel, YearsMonths
from engine.feel.decided import DecisionResult
from engine.feel.decisions import parse_decisions
from engine.feel.explain import MAX_LENGTH, MAX_LINES, explain, words
from tests.engine.feel import dmn

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
RULES = [(["> 5", "-"], ['"many"', "n * 2"]), (["<= 5", "true"], ['"few"', "n"])]


def make(feel: Feel, **variables: Any) -> DecisionResult:
    table = dmn.table(["n", "ok"], ["size", "sum"], RULES)
    content = dmn.definitions(
        dmn.decision("n", dmn.literal("count(xs)"), name="件数"),
        dmn.decision("d", table, requires=["n"], name="规模"),
        dmn.decision("both", dmn.literal("[规模, n]"), requires=["d", "n"], name="合计"),
    ).replace(b'name="\xe4\xbb\xb6\xe6\x95\xb0">', b'name="\xe4\xbb\xb6\xe6\x95\xb0"><variable name="n"/>')
    decisions, findings = parse_decisions(content, "x.dmn", feel)
    assert findings == []
    return decisions["both"].evaluate(feel, variables, NOW)


def test_the_rule_that_held_is_told_with_its_inputs_and_what_it_rests_on(feel: Feel) -> None:
    assert explain(make(feel, xs=[1, 2, 3, 4, 5, 6], ok=False), "zh") == [
        '“合计”的结果：[{size: "many", sum: 12}, 6]',
        '  “规模”的结果：{size: "many", sum: 12}',
        '    “规模”第 1 条规则成立：n = 6，ok = false，因此 size = "many"，sum = 12',
        "    “件数”的结果：6",
        "  “件数”的结果见上",
    ]


def test_it_is_told_in_english_too(feel: Feel) -> None:
    assert explain(make(feel, xs=[], ok=False), "en") == [
        "'合计' gives [null, 0]",
        "  '规模' gives null",
        "    no rule of '规模' holds: n = 0, ok = false",
        "    '件数' gives 0",
        "  '件数': see above",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (0.3, "0.3"),
        ("甲", '"甲"'),
        (2**60, str(2**60)),
        (date(2026, 12, 1), "2026-12-01"),
        (time(8, 30), "08:30:00"),
        (datetime(2026, 12, 1, 8, tzinfo=TIMEZONE), "2026-12-01T08:00:00+08:00"),
        (timedelta(days=10), "P10D"),
        (YearsMonths(14), "P1Y2M"),
        ({"a": [1, {"b": None}]}, "{a: [1, {b: null}]}"),
    ],
)
def test_values_are_written_as_feel_writes_them(value: Any, text: str) -> None:
    assert words(value) == text


def test_long_values_and_long_explanations_are_cut() -> None:
    chain = DecisionResult(1, [], "d0", "d0")
    for number in range(1, 2000):
        chain = DecisionResult("x" * 1000, [], f"d{number}", f"d{number}", [], [chain])

    lines = explain(chain, "zh")

    assert len(lines) == MAX_LINES + 1
    assert max(map(len, lines)) < MAX_LENGTH + 60
