"""The plain core of FEEL in Python: comparison, arithmetic, logic, paths, literals and a few functions, as closures.

A crossing into V8 costs a tenth of a millisecond, a condition here some microseconds. V8 remains the measure: it parses
(web/assets/src/feel/core.js), and whatever here meets a value outside null, boolean, number and text raises `NotPlain`,
for V8 to evaluate. There is no loop in the core, so its work is bounded by the length of the text.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context
from functools import lru_cache
from math import isfinite
from typing import Any

from engine.feel.values import MAX_WHOLE

Run = Callable[[Mapping[str, Any]], Any]

_NAME = re.compile(r"[^\W\d]\w*")
# a variable of such a name changes how an expression is read: web/assets/src/feel/scope.js
_WORDS = frozenset(
    re.findall(
        r"\w+",
        "and as between date days duration else every external false for function if in instance not null of or "
        "partial return satisfies some then time true years",
    )
)
# toPrecision(15) of JavaScript: half away from zero
_DIGITS = Context(prec=15, rounding=ROUND_HALF_UP)
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class NotPlain(Exception):
    """A value or a name that only V8 knows how to treat."""


@lru_cache(maxsize=4096)
def is_plain(name: str) -> bool:
    """Return whether a name is read as one, whatever stands around it."""
    return _NAME.fullmatch(name) is not None and name not in _WORDS


def compile_core(tree: Sequence[Any]) -> Run | None:
    """Return the function of the variables that a tree of core.js says; it gives a plain value or raises NotPlain.

    None when a number in it is none that Python and JavaScript share.
    """
    try:
        inner = _build(tree)
    except NotPlain:
        return None

    def run(variables: Mapping[str, Any]) -> Any:
        if not all(map(is_plain, variables)):
            raise NotPlain
        return plain_value(inner(variables))

    return run


def _build(tree: Sequence[Any]) -> Run:
    return _BUILDERS[tree[0]](*tree[1:])


def plain_value(value: Any) -> Any:
    """Return null, a boolean, text or a number as it comes back from V8; raise NotPlain for all else."""
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind is int and -MAX_WHOLE <= value <= MAX_WHOLE:
        return value
    if kind is float and isfinite(value):
        return plain_value(int(value)) if value.is_integer() else value
    raise NotPlain


def _value(value: Any) -> Run:
    made = plain_value(value)
    return lambda variables: made


def _variable(name: str) -> Run:
    return lambda variables: variables.get(name)


def _path(target: Sequence[Any], name: str) -> Run:
    inner = _build(target)

    def run(variables: Mapping[str, Any]) -> Any:
        context = inner(variables)
        if type(context) is not dict:
            plain_value(context)
            return None
        if not all(type(key) is str and is_plain(key) for key in context):
            raise NotPlain
        return context.get(name)

    return run


def _operands(left: Sequence[Any], right: Sequence[Any]) -> Callable[[Mapping[str, Any]], tuple[Any, Any, Any]]:
    """Return both values and their common kind: number, str, bool, or None where they have none."""
    first, second = _build(left), _build(right)

    def run(variables: Mapping[str, Any]) -> tuple[Any, Any, Any]:
        a, b = plain_value(first(variables)), plain_value(second(variables))
        kinds = _KINDS[type(a)], _KINDS[type(b)]
        return a, b, kinds[0] if kinds[0] is kinds[1] else None

    return run


_KINDS: Mapping[type, Any] = {int: float, float: float, str: str, bool: bool, type(None): type(None)}


def _compare(sign: str, left: Sequence[Any], right: Sequence[Any]) -> Run:
    operands = _operands(left, right)
    if sign in _ORDER:
        return _ordered(_ORDER[sign], operands)
    equal = sign == "="

    def run(variables: Mapping[str, Any]) -> Any:
        a, b, kind = operands(variables)
        if a is None or b is None:
            return (a is b) is equal
        return None if kind is None else (a == b) is equal

    return run


def _ordered(holds: Callable[[Any, Any], bool], operands: Callable[[Mapping[str, Any]], tuple[Any, Any, Any]]) -> Run:
    def run(variables: Mapping[str, Any]) -> Any:
        a, b, kind = operands(variables)
        # JavaScript orders text by UTF-16 units, Python by characters
        if kind is str and not (a.isascii() and b.isascii()):
            raise NotPlain
        return holds(a, b) if kind is float or kind is str else None

    return run


def _arithmetic(sign: str, left: Sequence[Any], right: Sequence[Any]) -> Run:
    operands = _operands(left, right)
    calculate = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}[sign]

    def run(variables: Mapping[str, Any]) -> Any:
        a, b, kind = operands(variables)
        if kind is float:
            return None if sign == "/" and b == 0 else _rounded(calculate(a, b))
        return a + b if kind is str and sign == "+" else None

    return run


def _rounded(value: float) -> float:
    made = plain_value(value)
    if type(made) is int:
        return made
    return float(_DIGITS.create_decimal_from_float(made))


def _logic(decisive: bool) -> Callable[[Sequence[Any], Sequence[Any]], Run]:
    def build(left: Sequence[Any], right: Sequence[Any]) -> Run:
        first, second = _build(left), _build(right)

        def run(variables: Mapping[str, Any]) -> Any:
            a = plain_value(first(variables))
            if a is decisive:
                return decisive
            b = plain_value(second(variables))
            if b is decisive:
                return decisive
            return not decisive if type(a) is bool and type(b) is bool else None

        return run

    return build


def _if(condition: Sequence[Any], then: Sequence[Any], otherwise: Sequence[Any]) -> Run:
    test, first, second = _build(condition), _build(then), _build(otherwise)
    return lambda variables: first(variables) if plain_value(test(variables)) is True else second(variables)


def _call(name: str, *given: Sequence[Any]) -> Run:
    arguments = [_build(each) for each in given]
    kinds, function = _FUNCTIONS[name]

    def run(variables: Mapping[str, Any]) -> Any:
        values = [argument(variables) for argument in arguments]
        if name in variables or len(values) != len(kinds):
            raise NotPlain
        if any(type(value) is not kind for value, kind in zip(values, kinds, strict=True)):
            raise NotPlain
        return function(*values)

    return run


_FUNCTIONS: Mapping[str, tuple[tuple[type, ...], Callable[..., Any]]] = {
    "contains": ((str, str), lambda text, part: part in text),
    "count": ((list,), len),
    "ends with": ((str, str), str.endswith),
    "not": ((bool,), operator.not_),
    "starts with": ((str, str), str.startswith),
    "string length": ((str,), len),
}
_BUILDERS: Mapping[str, Callable[..., Run]] = {
    "value": _value,
    "variable": _variable,
    "path": _path,
    "compare": _compare,
    "and": _logic(False),
    "or": _logic(True),
    "arithmetic": _arithmetic,
    "if": _if,
    "call": _call,
}
