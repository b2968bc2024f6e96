"""What someone filled in or decided, as lines of label and text for the history. Short values only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext

from engine.form import INPUT_TYPES, children_of, key_of
from engine.form_files import FILES
from web import formats
from web.language import translated
from web.names import Named

if TYPE_CHECKING:
    from engine.bpmn.definition import Definition

CHOSEN = frozenset({"select", "radio", "checklist", "taglist"})
"""Types of fields whose values are chosen, not written: they may be codes."""
CONSTANT = re.compile(r'\{\s*value:\s*"([^"]*)",\s*label:\s*"([^"]*)"\s*\}')
"""A choice as an expression writes it out."""
LABELS = {"reason": lazy_gettext("理由"), "error": lazy_gettext("错误"), "message": lazy_gettext("说明")}
"""Of values that no form describes: what messages and failed jobs carry."""


class Attached(str):
    """The names of files as a text, and the files themselves for a page that shows them."""

    __slots__ = ("files",)
    files: Sequence[Mapping[str, Any]]

    def __new__(cls, files: Sequence[Mapping[str, Any]]) -> Attached:
        """Make it of a value of a field for files."""
        text = super().__new__(cls, formats.plain([file.get("name") for file in files]))
        text.files = files
        return text


def described(
    definition: Definition, element_id: str | None, detail: Mapping[str, Any], names: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return (label, text) of the values, in the form's order; values that no form describes by their own names.

    `names`: what the codes among the values are called.
    """
    element = definition.elements.get(element_id or "")
    form = definition.forms.get(element.properties.get("form", "")) if element else None
    if form is None:
        return list(_plain(detail))
    return list(_of_form(definition, form.components, detail, names))


def _plain(detail: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in detail.items():
        if isinstance(value, Mapping):
            yield from _plain(value)
        elif name in LABELS and value:
            yield str(LABELS[name]), formats.plain(value)


def _of_form(
    definition: Definition, components: Any, values: Mapping[str, Any], names: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for component in components:
        if component["type"] == "group":
            key = key_of(component)
            yield from _of_form(definition, children_of(component), values.get(key) or {} if key else values, names)
        elif component["type"] in INPUT_TYPES and not component.get("properties", {}).get("rendered_by"):
            text = _text(definition, component, values.get(component["key"]), names)
            if text:
                yield translated(definition, component.get("label") or component.get("dateLabel") or ""), text


def _text(definition: Definition, component: Mapping[str, Any], value: Any, names: Mapping[str, str]) -> str:
    if component["type"] == FILES:
        return Attached([file for file in value if isinstance(file, Mapping)]) if isinstance(value, list) else ""
    labels = {value: translated(definition, label) for value, label in _options(component)}
    if component["type"] in CHOSEN:
        labels |= {code: Named(name, code) for code, name in names.items() if code not in labels}
    if isinstance(value, list):
        return formats.plain([labels.get(item, item) if isinstance(item, str) else item for item in value])
    return labels.get(value, value) if isinstance(value, str) else formats.plain(value)


def _options(component: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return (value, label) of the choices: those of a list, and the constant ones of an expression that gives one."""
    yield from ((option["value"], option["label"]) for option in component.get("values", ()))
    yield from CONSTANT.findall(str(component.get("valuesExpression", "")))
