"""A handler as a modeler shows it: an entry of the palette, with typed parameters.

The vocabulary is that of Camunda's element templates (`id, name, category, groups, properties, binding`); the bindings
are our own, because theirs cannot write `spiffworkflow:serviceTaskOperator`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, missing, validate

from engine.declaration import GridRef, Handler, IncidentRef, UnitRef
from engine.derived.json_schema import field_schema, json_schema

Json = dict[str, Any]

_WIDGETS: Mapping[type[fields.Field[Any]], str] = {
    GridRef: "GridRef",
    IncidentRef: "IncidentRef",
    UnitRef: "UnitRef",
    fields.Boolean: "Boolean",
    fields.Integer: "Number",
    fields.Float: "Number",
    fields.Decimal: "Number",
    fields.DateTime: "DateTime",
    fields.Date: "Date",
    fields.Time: "Time",
    fields.List: "List",
    fields.Dict: "Context",
    fields.Nested: "Context",
}
"""Which editor a parameter gets beside the one for FEEL; text for whatever is not named."""

_CONSTRAINTS = ("minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "pattern")


def palette_entry(handler: Handler, plugin_title: str) -> Json:
    """Return the palette entry of a handler as JSON. Values of parameters are FEEL: text stands in double quotes."""
    entry: Json = {
        "id": handler.id,
        "name": handler.title,
        "description": handler.doc.partition("\n")[0],
        "category": {"id": handler.plugin, "name": plugin_title},
        "appliesTo": ["bpmn:Task"],
        "elementType": {"value": "bpmn:ServiceTask"},
        "icon": handler.icon,
        "groups": [{"id": "inputs", "label": "输入"}, {"id": "result", "label": "结果"}],
        "properties": [
            {
                "type": "Hidden",
                "value": handler.id,
                "binding": {"type": "spiffworkflow:serviceTaskOperator", "property": "id"},
            },
            *(_parameter(name, field) for name, field in handler.inputs().fields.items()),
            {
                "id": "resultVariable",
                "label": "结果变量",
                "type": "String",
                "group": "result",
                "value": handler.id.rpartition(".")[2],
                "binding": {"type": "spiffworkflow:serviceTaskOperator", "property": "resultVariable"},
            },
        ],
        "errors": [{"code": code, "description": text} for code, text in handler.errors.items()],
        "outputs": json_schema(handler.outputs),
    }
    if handler.only_in:
        entry["onlyIn"] = list(handler.only_in)
    if handler.deprecated:
        entry["deprecated"] = {"message": handler.deprecated}
    return entry


def widget(field: fields.Field[Any]) -> str:
    """Return the name of the editor that a parameter gets."""
    if any(isinstance(validator, validate.OneOf) for validator in field.validators):
        return "Dropdown"
    return next((name for cls, name in _WIDGETS.items() if isinstance(field, cls)), "String")


def _parameter(name: str, field: fields.Field[Any]) -> Json:
    schema = field_schema(field)
    found: Json = {
        "id": name,
        "label": schema.get("title", name),
        "type": widget(field),
        "group": "inputs",
        "feel": "required",
        "binding": {"type": "spiffworkflow:parameter", "name": name},
        "constraints": {
            "notEmpty": bool(field.required),
            **{key: schema[key] for key in _CONSTRAINTS if key in schema},
        },
    }
    if "description" in schema:
        found["description"] = schema["description"]
    if field.load_default is not missing and "default" in schema:
        found["default"] = schema["default"]
    if choices := choices_of(field):
        found["choices"] = [{"name": label, "value": value} for value, label in choices]
    return found


def choices_of(field: fields.Field[Any]) -> list[tuple[Any, str]]:
    """Return the values that a field may have, each with its label; empty when they are not counted out."""
    for validator in field.validators:
        if isinstance(validator, validate.OneOf):
            labels = [*(validator.labels or ()), *[""] * len(list(validator.choices))]
            return [(value, str(label or value)) for value, label in zip(validator.choices, labels, strict=False)]
    return []
