"""The core of FEEL that Python runs agrees with V8, whatever the values; V8 is asked where it cannot."""

from __future__ import annotations

from collections import ChainMap
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.feel import Feel, FeelError, isolate

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
NAMES = ["a", "b", "c", "item"]

numbers = st.one_of(
    st.integers(-50, 50),
    st.sampled_from(
        [0.1, 0.2, 0.3, 1.1, 1e-7, 123456789012345.5, 12345678901234.25, 0.5, 2**53 - 1, 2**53, 1e300, -0.0]
    ),
    st.floats(-1000, 1000),
)
texts = st.sampled_from(["", "a", "b", "ab", "甲", "🐎", "B", "constructor", 'say "yes"\n'])
scalars = st.one_of(st.none(), st.booleans(), numbers, texts, st.just(date(2026, 1, 1)))
contexts = st.dictionaries(st.sampled_from([*NAMES, "a-b", "a b", "if", "__proto__"]), scalars, max_size=3)
values = st.one_of(scalars, contexts, st.lists(st.one_of(scalars, contexts), max_size=3))
variables = st.dictionaries(st.sampled_from([*NAMES, "a-b", "count", "a b", "or"]), values, max_size=4)

literals = st.one_of(
    st.sampled_from(
        ["null", "true", "false", '""', '"a"', '"甲"', '"\\u4e2d\\n"', "0", "1", "0.1", "2.50", "1e3", ".5", "300"]
    ),
    st.integers(-999, 999).map(str),
)
leaves = st.one_of(
    literals, st.sampled_from(NAMES), st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).map(".".join)
)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def binary(signs: list[str]) -> st.SearchStrategy[str]:
        return st.tuples(inner, st.sampled_from(signs), inner).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})")

    return st.one_of(
        binary(["<", "<=", ">", ">=", "=", "!="]),
        binary(["+", "-", "*", "/"]),
        binary(["and", "or"]),
        st.tuples(inner, inner, inner).map(lambda parts: f"(if {parts[0]} then {parts[1]} else {parts[2]})"),
        inner.map(lambda part: f"not({part})"),
        inner.map(lambda part: f"-({part})"),
        inner.map(lambda part: f"count({part})"),
        inner.map(lambda part: f"string length({part})"),
        st.tuples(inner, inner).map(lambda parts: f"contains({parts[0]}, {parts[1]})"),
        st.tuples(inner, inner).map(lambda parts: f"starts with({parts[0]}, {parts[1]})"),
    )


expressions = st.recursive(leaves, _grown, max_leaves=6)


def outcome(feel: Feel, expression: str, given_: dict[str, Any]) -> Any:
    try:
        value = feel.evaluate(expression, given_, NOW)
    except FeelError as error:
        return type(error)
    return (type(value), value)


@settings(max_examples=300, deadline=None)
@given(expression=expressions, given_=variables)
@example("a / 1", {"a": 123456789012345.5})
@example("a / 1", {"a": -12345678901234.25})
@example("a.b - 1", {"a": {"b-1": 4, "b": 7}})
@example("a - b", {"a": 1, "b": 2, "a-b": 7})
@example("a * a", {"a": 2**53 - 1})
@example("a < b", {"a": "\uffff", "b": "🐎"})
@example("0 - a", {"a": 0.0})
@example("1E100", {})
@example("1e999 > 5", {})
@example("count(a)", {"count": 3, "a": [1]})
def test_python_and_v8_agree(feel: Feel, expression: str, given_: dict[str, Any]) -> None:
    # an item of a list is outside of the core
    assert outcome(feel, expression, given_) == outcome(feel, f"[{expression}][1]", given_)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('review.conclusion = "approve" and n > 300', True),
        ("n / 300 - 1 <= 0.3", True),
        ("if count(xs) = 2 then -n else null", -390),
        ('not(starts with(review.conclusion, "re"))', True),
        ("review.nothing.more", None),
        ("nobody", None),
    ],
)
def test_plain_conditions_do_not_cross_into_v8(
    feel: Feel, expression: str, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    feel.check(expression)

    def refuse(*_: Any) -> str:
        raise AssertionError("it crossed")

    monkeypatch.setattr(isolate.Isolate, "call", refuse)
    known = ChainMap({"n": 390}, {"review": {"conclusion": "approve"}, "xs": [1, 2]})

    assert feel.evaluate(expression, known, NOW) == value


def test_of_several_expressions_only_the_others_cross(feel: Feel) -> None:
    mixed = ["n + 1", "sum([n, 1])", "n * 2", "[n][1]"]

    assert feel.evaluate_all(mixed, {"n": 4}, NOW) == [5, 5, 8, 4]
