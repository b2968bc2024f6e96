"""A handler as the studio shows it: an entry to be put on a diagram, with typed inputs, outputs and errors."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from engine.declaration import Handler
from engine.derived.json_schema import field_schema
from engine.derived.palette import choices_of

Json = dict[str, Any]

_TYPES: tuple[tuple[type[fields.Field[Any]], str], ...] = (
    (fields.Boolean, "boolean"),
    (fields.Integer, "integer"),
    (fields.Float, "number"),
    (fields.Decimal, "number"),
    (fields.TimeDelta, "duration"),
    (fields.DateTime, "datetime"),
    (fields.Date, "date"),
    (fields.Time, "time"),
    (fields.List, "list"),
    (fields.Dict, "context"),
    (fields.Nested, "context"),
    (fields.String, "string"),
)
"""What a value is, the most special first; `any` for whatever is not named."""


def handler_card(handler: Handler, plugin_title: str, department: str) -> Json:
    """Return a handler as JSON; what is entered for its inputs is FEEL."""
    first, _, _ = handler.doc.partition("\n")
    found: Json = {
        "id": handler.id,
        "title": handler.title,
        "plugin": handler.plugin,
        "plugin_title": plugin_title,
        "department": department,
        "description": first,
        "search": " ".join((handler.id, handler.title, plugin_title, department, first)).lower(),
        "icon": handler.icon,
        "inputs": [_input(name, field) for name, field in handler.inputs().fields.items()],
        "outputs": [_output(name, field) for name, field in handler.outputs().fields.items()],
        "errors": [{"code": code, "title": text} for code, text in handler.errors.items()],
        "result": handler.id.rpartition(".")[2],
    }
    if handler.only_in:
        found["only_in"] = list(handler.only_in)
    if handler.deprecated:
        found["deprecated"] = handler.deprecated
    return found


def _input(name: str, field: fields.Field[Any]) -> Json:
    schema = field_schema(field)
    found = {
        **_output(name, field),
        "required": bool(field.required),
        "default": schema.get("default"),
        "options": [{"value": value, "label": label} for value, label in choices_of(field)],
        "min": schema.get("minimum", schema.get("exclusiveMinimum")),
        "max": schema.get("maximum", schema.get("exclusiveMaximum")),
        "multiline": schema.get("maxLength", 0) > 200 or bool(field.metadata.get("multiline")),
    }
    return found | ({"description": schema["description"]} if "description" in schema else {})


def _output(name: str, field: fields.Field[Any]) -> Json:
    kind = next((said for cls, said in _TYPES if isinstance(field, cls)), "any")
    found = {"id": name, "title": str(field.metadata.get("title", name)), "type": kind}
    schema = field_schema(field)
    return found | ({"format": schema["format"]} if "format" in schema else {})
