"""Evaluating, checking and naming."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clock import TIMEZONE
from engine.feel import Feel, FeelError, FeelSyntaxError, FeelUnavailable, YearsMonths, isolate

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # noon in Yongzhou
PLAN: dict[str, Any] = {
    "grids": [
        {"name": "甲", "households": 400, "kind": "comprehensive"},
        {"name": "乙", "households": 120, "kind": "comprehensive"},
        {"name": "丙", "households": 0, "kind": "exclusive"},
    ],
    "review": {"conclusion": "approve", "opinion": ""},
    "effective": date(2026, 12, 1),
}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('review.conclusion = "approve" and count(grids) = 3', True),
        ('grids[kind = "exclusive"].name', ["丙"]),
        ("grids[households > 100][1].name", "甲"),
        ("sum(for g in grids return g.households)", 520),
        ("some g in grids satisfies g.households = 0", True),
        ("every g in grids satisfies g.households > 0", False),
        ('if review.opinion = "" then "无" else review.opinion', "无"),
        ("{total: sum(grids.households), half: total / 2}", {"total": 520, "half": 260}),
        ('effective + duration("P10D")', date(2026, 12, 11)),
        ('date("2026-12-10") - effective', timedelta(days=9)),
        ('effective in [date("2026-01-01")..date("2026-12-31")]', True),
        ('duration("P1Y2M")', YearsMonths(14)),
        ('time("17:30:00")', time(17, 30)),
        ('date and time(effective, time("00:00:00+08:00"))', datetime(2026, 12, 1, tzinfo=TIMEZONE)),
        ('string join(grids.name, "、")', "甲、乙、丙"),
        ("5 in (> 3, < 1)", True),
        ("5 between 1 and 5", True),
        ("not(5 in [1..5))", True),
        ("(function(x) x * 2)(21)", 42),
        ('upper case("abc") + string(1)', "ABC1"),
        ("null", None),
        ("1 / 0", None),
        ("= 1 + 1", 2),
        (" \n= 1 + 1 ", 2),
    ],
)
def test_expressions_have_the_values_the_standard_gives_them(feel: Feel, expression: str, value: Any) -> None:
    assert feel.evaluate(expression, PLAN, NOW) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [("0.1 + 0.2", 0.3), ("390 / 300 - 1", 0.3), ("1.1 * 1.1", 1.21), ("sum([0.1, 0.2])", 0.3), ("-0.7 + 0.1", -0.6)],
)
def test_numbers_are_calculated_as_decimals(feel: Feel, expression: str, value: float) -> None:
    assert feel.evaluate(expression, {}, NOW) == value


def test_the_clock_is_the_engines(feel: Feel) -> None:
    late = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)

    assert feel.evaluate("now()", {}, late) == late
    assert feel.evaluate("today()", {}, late) == date(2027, 1, 1)
    assert feel.evaluate("string(now())", {}, late) == "2027-01-01T00:30:00+08:00"
    assert feel.evaluate('now() + duration("PT1H") > now()', {}, late) is True


def test_a_compiled_expression_still_asks_the_clock(feel: Feel) -> None:
    moments = [NOW, NOW + timedelta(hours=1)]

    assert [feel.evaluate("now()", {}, moment) for moment in moments] == moments


def test_several_expressions_are_evaluated_over_the_same_variables(feel: Feel) -> None:
    assert feel.evaluate_all(["a + 1", "b", "=a + b"], {"a": 1, "b": 2}, NOW) == [2, 2, 3]
    assert feel.evaluate_all([], {}, NOW) == []


def test_an_unknown_name_is_null(feel: Feel) -> None:
    assert feel.evaluate("nobody.knows", {}, NOW) is None


@pytest.mark.parametrize(
    ("expression", "variables", "value"),
    [
        ("first name + last name", {"first name": "a", "last name": "b"}, "ab"),
        ("a-b", {"a-b": 5, "a": 1, "b": 2}, 5),
        ("a-b", {"a": 1, "b": 2}, -1),
        ("x.first name", {"x": {"first name": "a"}}, "a"),
        ("x.a-b", {"x": {"a-b": 7}}, 7),
        ("count", {"count": 3}, 3),
        ("网格.户数 > 300", {"网格": {"户数": 301}}, True),
    ],
)
def test_a_name_is_read_as_the_variables_have_it(
    feel: Feel, expression: str, variables: dict[str, Any], value: Any
) -> None:
    assert feel.evaluate(expression, variables, NOW) == value


@pytest.mark.parametrize(
    ("expression", "position"), [("1 +", 3), ("a..b", 1), ("x in", 4), ('"open', 0), ("= a >", 3), ("", 0)]
)
def test_a_syntax_error_has_a_position(feel: Feel, expression: str, position: int) -> None:
    error = feel.check(expression)

    assert isinstance(error, FeelSyntaxError)
    assert error.position == position
    with pytest.raises(FeelSyntaxError):
        feel.evaluate(expression, {}, NOW)


def test_the_first_expression_that_fails_is_named(feel: Feel) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        feel.evaluate_all(["1", "2 +", "3 +"], {}, NOW)

    assert caught.value.expression == "2 +"


@pytest.mark.parametrize("expression", ["function(x) x", "[1..5]", "{f: function(x) x}"])
def test_a_result_that_is_no_data_is_an_error(feel: Feel, expression: str) -> None:
    with pytest.raises(FeelError) as caught:
        feel.evaluate(expression, {}, NOW)

    assert caught.value.expression == expression


def test_a_variable_that_is_no_value_is_an_error_only_where_it_is_used(feel: Feel) -> None:
    assert feel.evaluate("a", {"a": 1, "odd": object()}, NOW) == 1
    with pytest.raises(FeelError):
        feel.evaluate("odd", {"odd": object()}, NOW)


def test_correct_expressions_pass_the_check(feel: Feel) -> None:
    assert feel.check("=a > 1") is None
    assert feel.check("> 1, [5..10)", unary=True) is None
    assert feel.check("> 1, [5..10)") is not None


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("a.b.c + d", {"a", "d"}),
        ("count(xs) + now()", {"xs"}),
        ("for x in xs, y in x.ys return x + y + z", {"xs", "z"}),
        ("some g in gs satisfies g.n > limit", {"gs", "limit"}),
        ("xs[n > 3 and item.k = 1].name", {"xs"}),
        ("{a: 1, b: a + c}", {"c"}),
        ('{"a b": 1, d: a b}', set()),
        ("function(x, y) x + y + z", {"z"}),
        ("x instance of number", {"x"}),
        ("first name", {"first name"}),
        ("date(year: y, month: 1, day: 1)", {"y"}),
        ("=1 + 2", set()),
    ],
)
def test_free_names_are_the_variables_an_expression_needs(feel: Feel, expression: str, names: set[str]) -> None:
    assert feel.names(expression) == names


def test_names_of_what_does_not_parse_are_an_error(feel: Feel) -> None:
    with pytest.raises(FeelSyntaxError):
        feel.names("1 +")


identifiers = st.sampled_from(["a", "b", "total", "xs"])


@given(name=identifiers, others=st.dictionaries(identifiers, st.integers(-9, 9)))
def test_only_what_an_expression_names_decides_its_value(feel: Feel, name: str, others: dict[str, int]) -> None:
    alone = {key: value for key, value in others.items() if key == name}

    assert feel.evaluate(f"{name} + 1", others, NOW) == feel.evaluate(f"{name} + 1", alone, NOW)


def test_it_works_where_an_event_loop_runs() -> None:
    async def inside() -> Any:
        with Feel() as feel:
            return feel.evaluate("1 + 1", {}, NOW)

    assert asyncio.run(inside()) == 2


def test_a_missing_bundle_says_what_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(isolate, "BUNDLE", tmp_path / "feelin.js")

    with pytest.raises(FeelUnavailable, match="make"):
        Feel()
