"""From an HTML form post to the values of a task's form; and the buttons that add and remove rows without scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flask import request

from engine.form_values import from_post

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from engine.forms import Form, FormField
    from engine.types import Variables


class PostedForm:
    """The request's form fields, in the shape the engine reads."""

    def __init__(self, fields: MultiDict[str, str], kept: Mapping[str, list[str]]) -> None:
        self._fields = fields
        self._kept = kept

    def __contains__(self, name: object) -> bool:
        return name in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def get(self, name: str, default: str = "") -> str:
        """Return the first value under the name."""
        return self._fields.get(name, default)

    def getlist(self, name: str) -> list[str]:
        """Return all values under the name; of a field for files, the ids of those sent now come last."""
        return [*self._fields.getlist(name), *self._kept.get(name, ())]


def posted_values(
    form: Form | None, types: Mapping[str, FormField], kept: Mapping[str, list[str]] = MappingProxyType({})
) -> Variables:
    """Return the values of this request: its JSON body, or its HTML form read by the task's form.

    `kept`: ids of the files that came with it, by the path of their field.
    """
    if request.is_json:
        body = request.get_json()
        return dict(body) if isinstance(body, Mapping) else {}
    if form is None:
        return {}
    return from_post(form, PostedForm(request.form, kept), types)


def change_rows(values: Variables, button: str) -> Variables:
    """Return the values with a row added or removed.

    Args:
        values: nested values of a form.
        button: `add:rows`, `add:rows.0.parts`, `remove:rows.2`; anything else changes nothing.
    """
    action, _, path = button.partition(":")
    changed = deepcopy(values)
    if action == "add":
        holder, key = _holder(changed, path)
        rows = holder.setdefault(key, []) if isinstance(holder, dict) else None
        if isinstance(rows, list):
            rows.append({})
    elif action == "remove":
        holder, key = _holder(changed, path)
        if isinstance(holder, list) and key.isdecimal() and int(key) < len(holder):
            del holder[int(key)]
    return changed


def _holder(values: Any, path: str) -> tuple[Any, str]:
    """Return what contains the last step of a dotted path, and that step."""
    *steps, last = path.split(".")
    for step in steps:
        if isinstance(values, list):
            values = values[int(step)] if step.isdecimal() and int(step) < len(values) else None
        else:
            values = values.get(step) if isinstance(values, dict) else None
    return values, last
