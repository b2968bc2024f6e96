"""The options of select, radio, checklist and taglist: listed in the form, or taken from the task's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.feel import FeelError
from engine.form import Component, FormContext


@dataclass(frozen=True, slots=True)
class Option:
    """One option; `value` is what is stored, `label` what is shown, `label_en` in English where the data say it."""

    value: Any
    label: str
    label_en: str = ""

    def is_value(self, raw: Any) -> bool:
        """Return whether raw data means this option; text of an HTML post stands for a number or a boolean."""
        if type(raw) is type(self.value):
            return bool(raw == self.value)
        return isinstance(raw, str) and raw == text_of(self.value)


def text_of(value: Any) -> str:
    """Return an option's value as an HTML form posts it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def options(component: Component, context: FormContext) -> list[Option]:
    """Return the options: `values`, the variable named `valuesKey`, or the FEEL `valuesExpression` over the variables.

    A list that is not there, or an expression that fails, gives no options.
    """
    if "values" in component:
        return _options(component["values"])
    if component.get("valuesKey"):
        return _options(context.variables.get(str(component["valuesKey"])))
    if component.get("valuesExpression"):
        return _options(_evaluate(str(component["valuesExpression"]), context))
    return []


def _evaluate(expression: str, context: FormContext) -> Any:
    try:
        return context.feel.evaluate(expression, context.variables, context.clock.now())
    except FeelError:
        return None


def _options(listed: Any) -> list[Option]:
    return [_option(each) for each in listed] if isinstance(listed, list | tuple) else []


def _option(each: Any) -> Option:
    if not isinstance(each, Mapping):
        return Option(each, str(each))
    value = each.get("value")
    return Option(value, str(each.get("label") or value), str(each.get("label_en") or ""))
