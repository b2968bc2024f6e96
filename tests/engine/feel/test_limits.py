"""What a hostile or careless expression cannot do."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import pytest

from engine.feel import Feel, FeelError, FeelMemory, FeelTimeout, runtime
from engine.feel.isolate import Isolate

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture
def strict() -> Iterator[Feel]:
    with Feel(seconds=0.3, memory=64 * 1024 * 1024) as feel:
        yield feel


@pytest.mark.parametrize(
    "expression",
    [
        'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$")',
        "every i in 1..300000 satisfies count(for j in 1..300 return j) > 0",
    ],
)
def test_an_endless_expression_is_stopped_and_the_next_one_runs(strict: Feel, expression: str) -> None:
    began = monotonic()

    with pytest.raises(FeelTimeout) as caught:
        strict.evaluate(expression, {}, NOW)

    assert monotonic() - began < 2
    assert caught.value.expression == expression
    assert strict.evaluate("1 + 1", {}, NOW) == 2


def test_an_isolate_that_reached_a_limit_is_replaced(strict: Feel, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Isolate] = []

    def start(*limits: Any) -> Isolate:
        started.append(Isolate(*limits))
        return started[-1]

    monkeypatch.setattr(runtime, "Isolate", start)
    for _ in range(2):
        with pytest.raises(FeelTimeout):
            strict.evaluate('matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$")', {}, NOW)
        assert strict.evaluate_all(["[1]", "[2]"], {}, NOW) == [[1], [2]]

    assert len(started) == 2


def test_a_greedy_expression_is_stopped_and_the_next_one_runs() -> None:
    with Feel(memory=48 * 1024 * 1024) as feel:
        for _ in range(2):
            with pytest.raises(FeelMemory):
                feel.evaluate("for i in 1..100000000 return [i, i, i]", {}, NOW)
            assert feel.evaluate("1 + 1", {}, NOW) == 2


def test_an_endless_expression_does_not_use_up_the_time_of_those_that_wait(strict: Feel) -> None:
    endless = 'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$")'
    with ThreadPoolExecutor(4) as threads:
        stopped = [threads.submit(strict.evaluate, endless, {}, NOW) for _ in range(2)]
        served = [threads.submit(strict.evaluate, "n + 1", {"n": n}, NOW) for n in range(20)]

        assert [each.result() for each in served] == list(range(1, 21))
        assert all(isinstance(each.exception(), FeelTimeout) for each in stopped)


def test_threads_share_an_isolate_and_get_their_own_answers(feel: Feel) -> None:
    def ask(n: int) -> int:
        answer: int = feel.evaluate("sum(for i in 1..m return i)", {"m": n}, NOW)
        return answer

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(1, 400))) == [n * (n + 1) // 2 for n in range(1, 400)]


def test_an_expression_nested_without_end_is_an_error_and_nothing_worse(feel: Feel) -> None:
    for expression in (
        "(" * 5000 + "1" + ")" * 5000,
        "-" * 5000 + "1",
        "[" * 5000,
        "not(" * 3000 + "true" + ")" * 3000,
    ):
        with pytest.raises(FeelError):
            feel.evaluate(f"{expression} +", {}, NOW)
    assert feel.evaluate("1 + 1", {}, NOW) == 2


def test_an_expression_that_nobody_wrote_is_refused(feel: Feel) -> None:
    with pytest.raises(FeelError, match="20000"):
        feel.evaluate("1 + " * 10_000 + "1", {}, NOW)


@pytest.mark.parametrize(
    "expression",
    [
        "constructor",
        "__proto__",
        "globalThis",
        "this",
        "x.constructor",
        "x.__proto__",
        'x["constructor"]',
        "x.toString",
        'get value(x, "constructor")',
        'get value(x, "__proto__")',
        "now.constructor",
        'constructor("return 1")()',
        'x.constructor.constructor("return 1")()',
        "feelEvaluate",
        'eval("1")',
        "setTimeout",
    ],
)
def test_no_name_leads_out_of_the_language(feel: Feel, expression: str) -> None:
    value = feel.evaluate(expression, {"x": {"a": 1}}, NOW)

    assert value is None or value == []


@pytest.mark.parametrize(
    "expression",
    [
        '{"__proto__": {polluted: true}}.polluted',
        'context put({}, "__proto__", {polluted: true}).polluted',
        'context([{key: "__proto__", value: {polluted: true}}]).polluted',
        'context merge([{"__proto__": {polluted: true}}]).polluted',
    ],
)
def test_a_prototype_is_not_polluted(feel: Feel, expression: str) -> None:
    feel.evaluate(expression, {}, NOW)

    assert feel.evaluate("polluted", {}, NOW) is None
    assert feel.evaluate("{}.polluted", {}, NOW) is None


def test_data_with_the_names_of_prototypes_is_data(feel: Feel) -> None:
    data = {"__proto__": {"polluted": True}, "constructor": 1, "toString": 2, "hasOwnProperty": 3}

    assert feel.evaluate("x", {"x": data}, NOW) == data
    assert feel.evaluate("x.polluted", {"x": data}, NOW) is None
    assert feel.evaluate("[x][constructor = 1][1].toString", {"x": data}, NOW) == 2


def test_one_expression_leaves_nothing_for_the_next(feel: Feel) -> None:
    feel.evaluate("{secret: 42, now: 1, count: 2}", {"count": 5}, NOW)

    assert feel.evaluate("secret", {}, NOW) is None
    assert feel.evaluate("count([1, 2, 3])", {}, NOW) == 3


def test_memory_that_earlier_expressions_left_full_is_no_fault_of_the_next() -> None:
    with Feel(memory=32 * 1024 * 1024) as feel:
        for n in range(90):
            terms = " + ".join(f"a * {n}" for _ in range(250))
            assert feel.evaluate(terms, {"a": 1}, NOW) == 250 * n
