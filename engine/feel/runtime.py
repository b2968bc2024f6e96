"""FEEL expressions: evaluate, check, and name what they need. One V8 isolate a process, shared by all threads."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from threading import Lock
from types import TracebackType
from typing import Any, cast

import orjson

from engine.calendar import WorkCalendar, work_calendar
from engine.clock import TIMEZONE
from engine.feel.core import NotPlain, Run, compile_core, is_plain
from engine.feel.errors import FeelError, FeelMemory, FeelSyntaxError, FeelTimeout
from engine.feel.isolate import Isolate, IsolateLost, calendar_json
from engine.feel.logic import DecisionGraph
from engine.feel.values import pack, unpack
from engine.limits import Counted, Limit, Unit

SECONDS = 2.0
MEMORY = 128 * 1024 * 1024
MAX_LENGTH = 20_000
"""Characters of one expression. Longer ones are no expression that a person wrote."""

IRRELEVANT = frozenset({"", "-"})
"""Cells of a decision table that hold for every value."""

DECISION_FAULTS = frozenset({"conflict", "value"})
"""Faults that are the decision's to tell: rules in conflict, a value that is not allowed."""

_NO_VALUE = object()
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Names:
    """The names an expression takes from outside.

    Attributes:
        free: certainly variables.
        mentioned: these, and names that may be variables: inside a filter (`grids[households > 300]`) a name can be a
            property of the item, and a variable may have the name of a built-in function.
        core: the expression in Python, when it is plain enough.
    """

    free: frozenset[str]
    mentioned: frozenset[str]
    core: Run | None = None


class Feel:
    """Evaluates FEEL. Thread-safe; calls take turns. A breach of a limit replaces the isolate."""

    def __init__(self, *, calendar: WorkCalendar | None = None, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        """Start an isolate.

        Args:
            calendar: working days for `working days after(from, n)`; the engine's own when None.
            seconds: time limit of one call.
            memory: limit of the isolate's heap, in bytes.

        Raises:
            FeelUnavailable: the bundle has not been built.
        """
        self._calendar = calendar or work_calendar()
        self._seconds = seconds
        self._memory = memory
        self._lock = Lock()
        self._isolate: Isolate | None = self._start()
        self._names = lru_cache(maxsize=4096)(self._parse)

    @property
    def calendar(self) -> WorkCalendar:
        """The calendar that expressions count with."""
        return self._calendar

    def count_with(self, calendar: WorkCalendar) -> None:
        """Count with another calendar from now on."""
        days = calendar_json(calendar)
        with self._lock:
            self._calendar = calendar
            if self._isolate is not None:
                self._isolate.call("feelCalendar", days)

    def evaluate(self, expression: str, variables: Mapping[str, Any], now: datetime) -> Any:
        """Return the value of an expression; null and unknown names give None, as FEEL says.

        Args:
            expression: FEEL; a leading `=`, as the modeler writes it, is ignored.
            variables: values as engine.feel.values describes.
            now: what `now()` and `today()` say, in Asia/Shanghai.

        Raises:
            FeelError: it cannot be evaluated (syntax, a result that is no data, a limit reached).
        """
        return self.evaluate_all([expression], variables, now)[0]

    def evaluate_all(self, expressions: Sequence[str], variables: Mapping[str, Any], now: datetime) -> list[Any]:
        """Return the values of several expressions over the same variables, for the price of one crossing.

        Raises:
            FeelError: of the first expression that cannot be evaluated.
        """
        values = [self._core(_plain(expression), variables) for expression in expressions]
        left = [_plain(each) for each, value in zip(expressions, values, strict=True) if value is _NO_VALUE]
        if not left:
            return values
        answers = iter(self._evaluate(left, variables, now))
        return [next(answers) if value is _NO_VALUE else value for value in values]

    def evaluate_counted(
        self, expression: str, variables: Mapping[str, Any], now: datetime
    ) -> tuple[Any, Counted | None]:
        """Return the value of an expression, and how it was counted where it is what a working-time function gave.

        Raises:
            FeelError: it cannot be evaluated.
        """
        plain = _plain(expression)
        value = self._core(plain, variables)
        if value is not _NO_VALUE:
            return value, None
        answer = self._answers([plain], variables, now)[0]
        value = _value(plain, answer)
        calls = [(unpack(call["at"]), call) for call in answer.get("counted", ())]
        call = next((call for at, call in calls if at == value), None)
        if call is None:
            return value, None
        return value, Counted(unpack(call["from"]), Limit(call["amount"], Unit(call["unit"])))

    def _core(self, expression: str, variables: Mapping[str, Any]) -> Any:
        try:
            core = self._names(expression, False, "").core
            return _NO_VALUE if core is None else core(variables)
        except (FeelSyntaxError, NotPlain):
            return _NO_VALUE

    def _evaluate(self, expressions: Sequence[str], variables: Mapping[str, Any], now: datetime) -> list[Any]:
        answers = self._answers(expressions, variables, now)
        return [_value(expression, answer) for expression, answer in zip(expressions, answers, strict=True)]

    def _answers(self, expressions: Sequence[str], variables: Mapping[str, Any], now: datetime) -> list[Any]:
        request = {
            "now": now.astimezone(TIMEZONE).isoformat(),
            "variables": _pack_variables(self._needed(expressions, variables), expressions),
            "expressions": expressions,
        }
        return list(self._ask("feelEvaluate", request, expressions))

    def decide(self, graph: DecisionGraph, target: str, variables: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Return what V8 makes of a decision: `{value, steps}`, packed, or a fault of the decision's own.

        Raises:
            FeelError: an expression cannot be evaluated; `.expression` is its text.
        """
        request = {
            "now": now.astimezone(TIMEZONE).isoformat(),
            "key": graph.key,
            "target": target,
            "variables": _pack_variables(_among(variables, graph.mentioned), [target]),
        }
        answer = self._ask("feelDecide", request, [target])
        if "missing" in answer:
            answer = self._ask("feelDecide", {**request, "model": graph.text}, [target])
        if answer.get("error") not in DECISION_FAULTS:
            _raise_fault(answer.get("expression", ""), answer)
        return cast(dict[str, Any], answer)

    def check(self, expression: str, *, unary: bool = False) -> FeelSyntaxError | None:
        """Return the syntax error of an expression (or of unary tests), or None. Never raises."""
        try:
            self.parse(expression, unary=unary)
        except FeelSyntaxError as error:
            return error
        except FeelError as error:  # longer or deeper than can be read
            return FeelSyntaxError(expression, 0, 0, str(error))
        return None

    def names(self, expression: str, *, unary: bool = False) -> set[str]:
        """Return the free names of an expression: the variables that it certainly refers to.

        Names inside a filter are left out, because they may be properties of the item; so are built-in functions.

        Raises:
            FeelSyntaxError: it does not parse.
        """
        return set(self.parse(expression, unary=unary).free)

    def parse(self, expression: str, *, unary: bool = False, known: Mapping[str, Any] | None = None) -> Names:
        """Return the names of an expression; `known`: name → names below it, for those with spaces and signs.

        Raises:
            FeelSyntaxError: it does not parse.
        """
        return self._names(_plain(expression), unary, orjson.dumps(known).decode() if known else "")

    def close(self) -> None:
        """Give the isolate back."""
        with self._lock:
            self._drop()

    def __enter__(self) -> Feel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> Isolate:
        return Isolate(self._calendar, self._seconds, self._memory)

    def _drop(self) -> None:
        isolate, self._isolate = self._isolate, None
        if isolate is not None:
            isolate.close()

    def _parse(self, expression: str, unary: bool, known: str) -> Names:
        kind = "unary" if unary else "expression"
        request = {"kind": kind, "expression": expression, "names": orjson.loads(known or "{}")}
        answer = self._ask("feelParse", request, [expression])
        _raise_fault(expression, answer)
        core = compile_core(answer["core"]) if answer["core"] else None
        return Names(frozenset(answer["free"]), frozenset(answer["mentioned"]), core)

    def _needed(self, expressions: Iterable[str], variables: Mapping[str, Any]) -> dict[str, Any]:
        # a syntax error is reported by the evaluation itself, in its place among the others
        mentioned: set[str] = set()
        for expression in expressions:
            try:
                mentioned |= self._names(expression, False, "").mentioned
            except FeelSyntaxError:
                return {}
        return _among(variables, mentioned)

    def _ask(self, function: str, request: Mapping[str, Any], expressions: Sequence[str]) -> Any:
        too_long = [expression for expression in expressions if len(expression) > MAX_LENGTH]
        if too_long:
            raise FeelError(f"表达式超过 {MAX_LENGTH} 个字符", expression=too_long[0][:100])
        text = orjson.dumps(request).decode()
        with self._lock:
            try:
                return orjson.loads(self._call(function, text))
            except (FeelTimeout, FeelMemory) as error:
                raise type(error)(expression=" ; ".join(expressions)) from error
            except IsolateLost as error:
                raise FeelError(expression=" ; ".join(expressions), detail=str(error)) from error

    def _call(self, function: str, text: str) -> str:
        if self._isolate is None:
            self._isolate = self._start()
        fresh = self._isolate.fresh
        try:
            return self._isolate.call(function, text)
        except FeelMemory:
            self._drop()
            if fresh:
                raise
            # V8 counts what earlier expressions left uncollected: a new isolate tells whose fault it is
            return self._call(function, text)
        except (FeelTimeout, IsolateLost):
            self._drop()
            raise


def _among(variables: Mapping[str, Any], mentioned: Set[str]) -> dict[str, Any]:
    return {name: value for name, value in variables.items() if name in mentioned or not is_plain(name)}


def _plain(expression: str) -> str:
    return expression.strip().removeprefix("=").strip()


def _pack_variables(variables: Mapping[str, Any], expressions: Sequence[str]) -> Any:
    try:
        return pack(variables)
    except (TypeError, ValueError) as error:
        raise FeelError(f"变量不能用于表达式：{error}", expression=" ; ".join(expressions)) from error


def _value(expression: str, answer: Mapping[str, Any]) -> Any:
    _raise_fault(expression, answer)
    if "warnings" in answer:
        _log.debug("feel warnings", extra={"expression": expression, "warnings": answer["warnings"]})
    try:
        return unpack(answer["value"])
    except ValueError as error:
        raise FeelError(f"表达式的结果超出范围：{error}", expression=expression) from error


def _raise_fault(expression: str, answer: Mapping[str, Any]) -> None:
    if answer.get("error") == "syntax":
        raise FeelSyntaxError(expression, answer["from"], answer["to"], answer["message"])
    if "error" in answer:
        raise FeelError(f"表达式无法计算：{answer['message']}", expression=expression)
