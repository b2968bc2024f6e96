"""Which fields of a form are hidden, given what is filled in: by the same rules as the check that follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.form import children_of, key_of
from engine.form_schema import Scope

if TYPE_CHECKING:
    from engine.form import Component, Form, FormContext, FormField


def hidden_fields(
    form: Form, values: Mapping[str, Any], context: FormContext, types: Mapping[str, FormField]
) -> set[str]:
    """Return the dotted paths of the hidden components, those of groups and lists too; what is inside is not listed.

    Raises:
        FeelError: a condition cannot be evaluated, which is the form's fault.
    """
    return set(_hidden(form.components, Scope(context, types, values), ""))


def name_of(component: Component, prefix: str) -> str:
    """Return the dotted path by which the page knows a component; one without a value goes by its id."""
    return prefix + (key_of(component) or str(component.get("id") or component["type"]))


def _hidden(components: Sequence[Component], scope: Scope, prefix: str) -> Iterator[str]:
    gone = scope.hidden(list(components))
    for position, component in enumerate(components):
        if position in gone:
            yield name_of(component, prefix)
        elif component["type"] == "group":
            yield from _in_group(component, scope, prefix)
        elif component["type"] == "dynamiclist":
            yield from _in_rows(component, scope, name_of(component, prefix))


def _in_group(component: Component, scope: Scope, prefix: str) -> Iterator[str]:
    key = key_of(component)
    if key is None:
        yield from _hidden(children_of(component), scope, prefix)
    else:
        yield from _hidden(children_of(component), scope.inner(_mapping(scope.data.get(key))), f"{prefix}{key}.")


def _in_rows(component: Component, scope: Scope, name: str) -> Iterator[str]:
    rows = scope.data.get(key_of(component) or "")
    for number, row in enumerate(rows if isinstance(rows, list) else ()):
        yield from _hidden(children_of(component), scope.inner(_mapping(row), number + 1), f"{name}.{number}.")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
