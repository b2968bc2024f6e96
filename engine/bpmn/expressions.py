"""Evaluating FEEL for the process: one crossing into V8 for many expressions, none for a mere name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.script_engine import BasePythonScriptEngineEnvironment, PythonScriptEngine

from engine.bpmn.environment import Environment

if TYPE_CHECKING:
    from engine.limits import Counted

_PATH = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_TEXT = re.compile(r'"([^"\\]*)"')
_CONSTANTS = {"true": True, "false": False, "null": None}
_MISSING = object()


@lru_cache(maxsize=4096)
def _shortcut(expression: str) -> tuple[str, Any]:
    """Tell what can be answered without V8: ("value", it), ("path", its parts) or ("feel", None)."""
    if expression in _CONSTANTS:
        return "value", _CONSTANTS[expression]
    if text := _TEXT.fullmatch(expression):
        return "value", text[1]
    if _PATH.fullmatch(expression):
        return "path", tuple(expression.split("."))
    return "feel", None


def _answer(expression: str, variables: Mapping[str, Any]) -> Any:
    kind, known = _shortcut(expression)
    if kind == "value":
        return known
    return _follow(known, variables) if kind == "path" else _MISSING


def _follow(parts: tuple[str, ...], variables: Mapping[str, Any]) -> Any:
    value: Any = variables
    for part in parts:
        if value is None:
            return None
        if not isinstance(value, Mapping):
            return _MISSING  # a list or a date: FEEL knows what a path into it means
        value = value.get(part)
    return value


def evaluate(environment: Environment, expression: str, variables: Mapping[str, Any]) -> Any:
    """Return the value of one expression; raise FeelError."""
    answer = _answer(expression, variables)
    if answer is not _MISSING:
        return answer
    return environment.feel.evaluate(expression, variables, environment.clock.now())


def evaluate_all(environment: Environment, expressions: Sequence[str], variables: Mapping[str, Any]) -> list[Any]:
    """Return the values of several expressions over the same variables; raise FeelError."""
    answers = [_answer(expression, variables) for expression in expressions]
    open_ones = [index for index, answer in enumerate(answers) if answer is _MISSING]
    if open_ones:
        feel, now = environment.feel, environment.clock.now()
        values = feel.evaluate_all([expressions[index] for index in open_ones], variables, now)
        for index, value in zip(open_ones, values, strict=True):
            answers[index] = value
    return answers


def evaluate_counted(
    environment: Environment, expression: str, variables: Mapping[str, Any]
) -> tuple[Any, Counted | None]:
    """Return the value of an expression, and how it was counted; raise FeelError."""
    answer = _answer(expression, variables)
    if answer is not _MISSING:
        return answer, None
    return environment.feel.evaluate_counted(expression, variables, environment.clock.now())


class NoPython(BasePythonScriptEngineEnvironment):  # type: ignore[misc]  # the library is untyped
    """Stands where the library would run Python from a diagram with `exec`: refuses."""

    def evaluate(self, expression: str, context: Any, external_context: Any = None) -> Any:
        """Refuse."""
        raise NotImplementedError("expressions are FEEL; no path of the library may evaluate Python")

    def execute(self, script: str, context: Any, external_context: Any = None) -> Any:
        """Refuse."""
        raise NotImplementedError("scripts are FEEL; no path of the library may run Python")

    def call_service(self, context: Any, **kwargs: Any) -> Any:
        """Refuse."""
        raise NotImplementedError("service tasks park; no path of the library may call a handler")


def no_python() -> PythonScriptEngine:
    """Return the script engine given to the library: whatever still reaches it is a fault of ours, and stops."""
    return PythonScriptEngine(NoPython())
