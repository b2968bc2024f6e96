"""Decisions that Python makes agree with V8 to the last hit; V8 is asked where Python cannot know."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.feel import Feel, FeelError, isolate
from engine.feel.decisions import Decision, parse_decisions
from tests.engine.feel import dmn

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

numbers = st.one_of(st.integers(-5, 12), st.sampled_from([0.5, 1.0, -0.0, 2.5, 2**53]))
values = st.one_of(
    st.none(),
    st.booleans(),
    numbers,
    st.sampled_from(["", "a", "b", "甲", "5"]),
    st.sampled_from([[], [5], ["a"], [1, 2], {"x": 1}, {"a-b": 1}, date(2026, 1, 1)]),
)
plain_cells = st.one_of(
    st.sampled_from(["-", "", "< 5", "<= 5", "> 0", ">=-1.5", "5", "-1", ".5", '"a"', '"b", "甲"', "1, 2,> 8"]),
    st.sampled_from(["[1..5]", "(1..5)", "]1 .. 5[", "[1..5)", "(-2..2.5], 9", "not(5)", 'not("a", "b")', "not(< 3)"]),
)
cells = plain_cells | st.sampled_from(['""', '"a,b"', "true", "null", "x", "? > 3", "< x", '"a" , 5'])
plain_outputs = st.sampled_from(['"low"', "1", "1.0", "true", "null", "x", "x + 1", "y", '"a"', ""])


def rows(tests: st.SearchStrategy[str], results: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.lists(st.tuples(st.tuples(tests, tests), st.tuples(results)), min_size=1, max_size=4)


rules = rows(plain_cells, plain_outputs) | rows(cells, plain_outputs | st.just("[1]"))
near = st.fixed_dictionaries({"x": numbers, "y": st.sampled_from(["a", "b", "甲", None, 1, 5])})
variables = near | st.dictionaries(st.sampled_from(["x", "y", "a-b"]), values, max_size=3)
policies = st.sampled_from(["UNIQUE", "FIRST", "ANY", "COLLECT", "RULE ORDER"])
defaults = st.sampled_from(["", '"none"', "x", "null"])
orders = st.sampled_from(["", '"low", "a", 1', "> 0"])


def build(feel: Feel, *parts: str, target: str = "d") -> Decision:
    decisions, findings = parse_decisions(dmn.definitions(*parts), "x.dmn", feel)
    assert findings == []
    return decisions[target]


def outcome(make: Any) -> Any:
    try:
        return repr(make())
    except FeelError as error:
        return type(error), str(error)


def typed(table: str, kind: str) -> str:
    return table.replace("<inputExpression>", f'<inputExpression typeRef="{kind}">') if kind else table


@settings(max_examples=200, deadline=None)
@given(
    rules=rules,
    policy=policies,
    default=defaults,
    order=orders,
    kind=st.sampled_from(["", "", "Any", "number", "string", "boolean"]),
    given_=variables,
)
@example([(("true", "-"), ("1",))], "UNIQUE", "", "", "", {"x": True})
@example([(("not(5)", "-"), ("1",))], "UNIQUE", "", "", "", {})
@example([(("5", "-"), ("1",))], "UNIQUE", "", "", "", {"x": True})
@example([(("1", "-"), ("1",))], "UNIQUE", "", "", "", {"x": True})
def test_python_and_v8_agree(
    feel: Feel, rules: Any, policy: str, default: str, order: str, kind: str, given_: dict[str, Any]
) -> None:
    table = dmn.table(["x", "y"], ["z"], rules, policy=policy, order=order, default=default)
    decision = build(feel, dmn.decision("d", typed(table, kind)))

    ours = outcome(lambda: decision.evaluate(feel, given_, NOW))

    assert ours == outcome(lambda: decision._make_in_v8(feel, given_, NOW))


def test_plain_decisions_and_what_they_require_do_not_cross(feel: Feel, monkeypatch: pytest.MonkeyPatch) -> None:
    level = dmn.table(
        ["item.amount"], ["level", "left"], [(["< 100"], ['"low"', "3"]), (["[100..200]"], ['"high"', "1"])]
    )
    decision = build(
        feel,
        dmn.decision("level", level),
        dmn.decision("urgent", dmn.literal('level.level = "high" and left < 3'), requires=["level"]),
        target="urgent",
    )
    before = decision.evaluate(feel, {"item": {"amount": 150}, "left": 2}, NOW)
    in_v8 = decision._make_in_v8(feel, {"item": {"amount": 150}, "left": 2}, NOW)

    def refuse(*_: Any) -> str:
        raise AssertionError("it crossed")

    monkeypatch.setattr(isolate.Isolate, "call", refuse)

    assert decision.evaluate(feel, {"item": {"amount": 150}, "left": 2}, NOW) == before == in_v8
    assert before.value is True
    assert before.requires[0].hits[0].outputs == {"level": "high", "left": 1}
    assert decision.evaluate(feel, {"item": {"amount": 20}, "left": 2}, NOW).value is False


def test_a_fault_is_told_by_v8(feel: Feel) -> None:
    decision = build(feel, dmn.decision("d", typed(dmn.table(["x"], ["z"], [(["> 1"], ["1"])]), "number")))

    assert decision.evaluate(feel, {"x": 2}, NOW).value == 1
    with pytest.raises(FeelError, match="many"):
        decision.evaluate(feel, {"x": "many"}, NOW)
