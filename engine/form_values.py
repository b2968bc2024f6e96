"""Raw values of a form: read from an HTML post, and what a form starts with. No checking: nothing typed is lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from engine.form import (
    DISPLAY_TYPES,
    Component,
    Form,
    FormContext,
    FormField,
    PostData,
    children_of,
    key_of,
)
from engine.form_options import text_of

_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?", re.ASCII)
MAX_ROWS = 501
"""One more than a form takes, so that the check can say that there are too many."""


def from_post(form: Form, post: PostData, fields: Mapping[str, FormField]) -> dict[str, Any]:
    """Return the raw values of an HTML post, in the shape of a JSON payload.

    Names are dotted paths: `reason`, `group.key`, `rows.0.name`. A row of a dynamic list exists when any name of it,
    or `rows.0` itself, was posted; rows are counted anew. A field that was not posted is not in the result, except
    boxes, which a browser posts only when they are ticked.

    Args:
        form: the form.
        post: werkzeug's MultiDict, or anything like it.
        fields: the field types that plugins supply, by type.
    """
    return _read_level(form.components, post, fields, "")


def defaults(form: Form, context: FormContext) -> dict[str, Any]:
    """Return the values that a form of this task starts with: `default` (FEEL after a `=`) or form-js's `defaultValue`.

    Raises:
        FeelError: a default cannot be evaluated, which is the form's fault.
    """
    return _defaults_of(form.components, context)


def _read_level(
    components: Iterable[Component], post: PostData, fields: Mapping[str, FormField], prefix: str
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for component in components:
        key = key_of(component)
        if component["type"] == "group":
            inner = _read_level(children_of(component), post, fields, f"{prefix}{key}." if key else prefix)
            values.update({key: inner} if key else inner)
        elif key is not None and component["type"] not in DISPLAY_TYPES:
            found = _read(component, post, fields, prefix + key)
            values.update({} if found is _ABSENT else {key: found})
    return values


_ABSENT = object()


def _read(component: Component, post: PostData, fields: Mapping[str, FormField], name: str) -> Any:
    kind = component["type"]
    if kind == "dynamiclist":
        return _read_rows(component, post, fields, name)
    if kind == "filepicker":
        return [{"id": text} for text in post.getlist(name) if text]
    if kind in ("checklist", "taglist"):
        return [_choice(component, text) for text in post.getlist(name) if text]
    if kind == "checkbox":
        return name in post and post.get(name) not in ("", "false")
    if kind in fields:
        custom = fields[kind]
        return _ABSENT if custom.load is None else custom.from_post({**component, "key": name}, post)
    return _read_text(component, post.get(name)) if name in post else _ABSENT


def _read_text(component: Component, text: str) -> Any:
    kind = component["type"]
    if kind in ("textfield", "textarea"):
        return text.replace("\r\n", "\n")
    if not text.strip():
        return None
    if kind == "number":
        return _number(text)
    return _choice(component, text) if kind in ("select", "radio") else text.strip()


def _number(text: str) -> int | float | str:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not _NUMBER.fullmatch(plain):
        return text
    return float(plain) if "." in plain else int(plain)


def _choice(component: Component, text: str) -> Any:
    """Return the listed option's own value, so that conditions see what JSON would have sent."""
    for option in component.get("values") or ():
        if isinstance(option, Mapping) and text_of(option.get("value")) == text:
            return option.get("value")
    return text


def _read_rows(component: Component, post: PostData, fields: Mapping[str, FormField], name: str) -> list[Any]:
    row = re.compile(re.escape(name) + r"\.(\d{1,6})(?:\.|\Z)", re.ASCII)
    numbers = sorted({int(match[1]) for posted in post if (match := row.match(posted))})
    return [_read_level(children_of(component), post, fields, f"{name}.{number}.") for number in numbers[:MAX_ROWS]]


def _defaults_of(components: Iterable[Component], context: FormContext) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for component in components:
        key = key_of(component)
        if component["type"] == "group":
            inner = _defaults_of(children_of(component), context)
            values.update({key: inner} if key else inner)
        elif key is not None:
            default = _default(component, context)
            values.update({} if default is None else {key: default})
    return values


def _default(component: Component, context: FormContext) -> Any:
    default = component.get("default", component.get("defaultValue"))
    if isinstance(default, str) and default.startswith("="):
        return context.feel.evaluate(default, context.variables, context.clock.now())
    return default
