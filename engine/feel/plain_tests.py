"""Plain unary tests in Python: a literal, a comparison with a number, a range of numbers, several of them, or `not`.

What is not that is None, for V8 to test. V8 remains the measure: `tests/engine/feel/test_plain_tables.py` compares.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from typing import Any

from engine.feel.core import NotPlain, plain_value

Test = Callable[[Any], bool]

_NUMBER = r"-?(?:\d+(?:\.\d+)?|\.\d+)"
_ITEM = re.compile(
    rf"""\s*(?:
        (?P<sign><=|>=|<|>)\s*(?P<bound>{_NUMBER})
        |(?P<text>"[^"\\\n]*")
        |(?P<number>{_NUMBER})
        |(?P<low>[\[(\]])\s*(?P<from>{_NUMBER})\s*\.\.\s*(?P<to>{_NUMBER})\s*(?P<high>[\])\[])
    )\s*(?:,|$)""",
    re.VERBOSE,
)
_NOT = re.compile(r"not\s*\((.*)\)", re.DOTALL)
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compile_tests(text: str) -> Test | None:
    """Return whether unary tests hold for a plain value, as a function; None when the tests are not plain."""
    negated = _NOT.fullmatch(text.strip())
    tests = _items(negated[1] if negated else text)
    if not tests:
        return None
    if negated:
        return lambda value: _known(value) and not any(test(value) for test in tests)
    return tests[0] if len(tests) == 1 else lambda value: any(test(value) for test in tests)


def _known(value: Any) -> bool:
    if value is None:
        raise NotPlain
    return True


def _items(text: str) -> Sequence[Test]:
    found, at = [], 0
    while at < len(text):
        item = _ITEM.match(text, at)
        if item is None:
            return ()
        found.append(_test(item))
        at = item.end()
    return () if text.rstrip().endswith(",") else found


def _test(item: re.Match[str]) -> Test:
    if item["sign"]:
        return _compared(_SIGNS[item["sign"]], _number(item["bound"]))
    if item["text"]:
        return _equal(str, item["text"][1:-1])
    if item["number"]:
        return _equal((int, float), _number(item["number"]))
    above = _compared(operator.ge if item["low"] == "[" else operator.gt, _number(item["from"]))
    below = _compared(operator.le if item["high"] == "]" else operator.lt, _number(item["to"]))
    return lambda value: above(value) and below(value)


def _number(text: str) -> int | float:
    number: int | float = plain_value(float(text))
    return number


def _compared(holds: Callable[[Any, Any], bool], bound: float) -> Test:
    def test(value: Any) -> bool:
        kind = type(value)
        if kind is str or kind is bool:
            raise NotPlain  # feelin finds that some texts are less than a number
        return value is not None and holds(value, bound)

    return test


def _equal(kind: type | tuple[type, ...], wanted: Any) -> Test:
    return lambda value: isinstance(value, kind) and type(value) is not bool and bool(value == wanted)
