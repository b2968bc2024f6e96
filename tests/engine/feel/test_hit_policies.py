"""Hit policies, their checks and the aggregations of COLLECT."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.feel import Feel
from engine.feel.decisions import Decision, parse_decisions
from engine.feel.errors import DecisionConflict
from tests.engine.feel import dmn

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
OVERLAPPING = [(["> 0"], ['"low"']), (["> 5"], ['"middle"']), (["> 10"], ['"high"']), (["> 100"], ['"low"'])]


def make(feel: Feel, rules: list[Any] = OVERLAPPING, outputs: tuple[str, ...] = ("y",), **options: str) -> Decision:
    content = dmn.definitions(dmn.decision("d", dmn.table(["x"], outputs, rules, **options), name="级别"))
    decisions, findings = parse_decisions(content, "x.dmn", feel)
    assert findings == []
    return decisions["d"]


def decide(feel: Feel, decision: Decision, x: Any) -> Any:
    return decision.evaluate(feel, {"x": x}, NOW).value


def test_unique_takes_the_one_rule_and_refuses_two(feel: Feel) -> None:
    decision = make(feel, policy="UNIQUE")

    assert decide(feel, decision, 3) == "low"
    with pytest.raises(DecisionConflict) as caught:
        decide(feel, decision, 7)
    assert caught.value.rules == [1, 2]
    assert caught.value.decision == "d"
    assert "级别" in str(caught.value)


def test_any_takes_rules_that_agree_and_refuses_others(feel: Feel) -> None:
    decision = make(feel, [(["> 0"], ["1"]), (["> 5"], ["1"]), (["> 10"], ["2"])], policy="ANY")

    assert decide(feel, decision, 7) == 1
    with pytest.raises(DecisionConflict):
        decide(feel, decision, 11)


def test_first_takes_the_first(feel: Feel) -> None:
    assert decide(feel, make(feel, policy="FIRST"), 200) == "low"


def test_first_does_not_look_further(feel: Feel) -> None:
    result = make(feel, policy="FIRST").evaluate(feel, {"x": 200}, NOW)

    assert [hit.rule for hit in result.hits] == [1]


def test_priority_takes_the_most_important_output(feel: Feel) -> None:
    decision = make(feel, policy="PRIORITY", order='"high", "middle", "low"')

    assert [decide(feel, decision, x) for x in (1, 6, 11, 101)] == ["low", "middle", "high", "high"]


def test_an_output_without_a_priority_is_a_conflict(feel: Feel) -> None:
    with pytest.raises(DecisionConflict):
        decide(feel, make(feel, policy="PRIORITY", order='"high", "middle"'), 7)


def test_rule_order_lists_the_outputs_of_the_rules_in_order(feel: Feel) -> None:
    assert decide(feel, make(feel, policy="RULE ORDER"), 200) == ["low", "middle", "high", "low"]


def test_output_order_lists_the_outputs_by_importance(feel: Feel) -> None:
    decision = make(feel, policy="OUTPUT ORDER", order='"high", "middle", "low"')

    assert decide(feel, decision, 200) == ["high", "middle", "low", "low"]


def test_collect_lists_contexts_where_there_are_several_outputs(feel: Feel) -> None:
    decision = make(feel, [(["> 0"], ["1", "2"]), (["> 5"], ["3", "4"])], outputs=("a", "b"), policy="COLLECT")

    assert decide(feel, decision, 7) == [{"a": 1, "b": 2}, {"a": 3, "b": 4}]


@pytest.mark.parametrize("policy", ["COLLECT", "RULE ORDER"])
def test_no_rule_makes_an_empty_list(feel: Feel, policy: str) -> None:
    assert decide(feel, make(feel, policy=policy), -1) == []


def test_a_default_is_a_list_of_one_where_a_list_is_the_result(feel: Feel) -> None:
    assert decide(feel, make(feel, policy="COLLECT", default='"none"'), -1) == ["none"]


@pytest.mark.parametrize(
    ("aggregation", "value", "none"), [("SUM", 0.6, None), ("COUNT", 3, 0), ("MIN", 0.1, None), ("MAX", 0.3, None)]
)
def test_collect_aggregates(feel: Feel, aggregation: str, value: float, none: Any) -> None:
    rules = [(["> 0"], ["0.1"]), (["> 5"], ["0.2"]), (["> 10"], ["0.3"])]
    decision = make(feel, rules, policy="COLLECT", attributes=f'aggregation="{aggregation}"')

    assert decide(feel, decision, 11) == value
    assert decide(feel, decision, -1) == none


def test_durations_can_be_added_up(feel: Feel) -> None:
    rules = [(["> 0"], ['duration("P1D")']), (["> 5"], ['duration("PT12H")'])]
    decision = make(feel, rules, policy="COLLECT", attributes='aggregation="SUM"')

    assert decide(feel, decision, 7) == timedelta(days=1, hours=12)


@pytest.mark.parametrize("aggregation", ["SUM", "MIN", "MAX"])
def test_what_cannot_be_aggregated_is_a_conflict(feel: Feel, aggregation: str) -> None:
    rules = [(["> 0"], ["1"]), (["> 5"], ['"a"'])]
    decision = make(feel, rules, policy="COLLECT", attributes=f'aggregation="{aggregation}"')

    with pytest.raises(DecisionConflict):
        decide(feel, decision, 7)
