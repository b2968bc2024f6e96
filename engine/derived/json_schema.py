"""A declaration's fields as JSON Schema 2020-12, the dialect of OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, missing, validate

from engine.declaration import GridRef, IncidentRef, Secret, UnitRef

Json = dict[str, Any]

_TYPES: Mapping[type[fields.Field[Any]], Json] = {
    GridRef: {"type": "string", "format": "grid-code"},
    IncidentRef: {"type": "string", "format": "report-number"},
    UnitRef: {"type": "string", "format": "unit-code"},
    Secret: {"type": "string", "format": "password", "writeOnly": True},
    fields.Url: {"type": "string", "format": "uri"},
    fields.Email: {"type": "string", "format": "email"},
    fields.UUID: {"type": "string", "format": "uuid"},
    fields.String: {"type": "string"},
    fields.Boolean: {"type": "boolean"},
    fields.Integer: {"type": "integer"},
    fields.Float: {"type": "number"},
    fields.Decimal: {"type": "number"},
    fields.DateTime: {"type": "string", "format": "date-time"},
    fields.Time: {"type": "string", "format": "time"},
    fields.Date: {"type": "string", "format": "date"},
    fields.TimeDelta: {"type": "number", "description": "seconds"},
    fields.Dict: {"type": "object"},
}
"""Most special first."""


def json_schema(schema: type[Schema]) -> Json:
    """Return the JSON Schema of an object with a schema's fields; a name it does not have is refused."""
    declared = schema().fields
    required = [name for name, field in declared.items() if field.required]
    return {
        "type": "object",
        "properties": {name: field_schema(field) for name, field in declared.items()},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def field_schema(field: fields.Field[Any]) -> Json:
    """Return the JSON Schema of one field."""
    found = {**_kind(field), **_bounds(field)}
    found |= {key: field.metadata[key] for key in ("title", "description") if key in field.metadata}
    if field.load_default is not missing and not callable(field.load_default):
        found["default"] = field._serialize(field.load_default, None, None)
    if field.allow_none and "type" in found:
        found["type"] = [found["type"], "null"]
        if "enum" in found:
            found["enum"] = [*found["enum"], None]
    return found


def _kind(field: fields.Field[Any]) -> Json:
    if isinstance(field, fields.List):
        return {"type": "array", "items": field_schema(field.inner)}
    if isinstance(field, fields.Nested):
        inner = json_schema(type(field.schema))
        return {"type": "array", "items": inner} if field.many else inner
    return next((dict(known) for cls, known in _TYPES.items() if isinstance(field, cls)), {})


def _bounds(field: fields.Field[Any]) -> Json:
    found: Json = {}
    for validator in field.validators:
        match validator:
            case validate.OneOf():
                found["enum"] = list(validator.choices)
            case validate.Length():
                found |= _length(field, validator)
            case validate.Range():
                found |= _range(validator)
            case validate.Regexp():
                found["pattern"] = validator.regex.pattern
    return found


def _length(field: fields.Field[Any], validator: validate.Length) -> Json:
    low, high = (validator.equal, validator.equal) if validator.equal is not None else (validator.min, validator.max)
    unit = "Items" if isinstance(field, fields.List) else "Length"
    return {key: bound for key, bound in ((f"min{unit}", low), (f"max{unit}", high)) if bound is not None}


def _range(validator: validate.Range) -> Json:
    low = "minimum" if validator.min_inclusive else "exclusiveMinimum"
    high = "maximum" if validator.max_inclusive else "exclusiveMaximum"
    return {key: bound for key, bound in ((low, validator.min), (high, validator.max)) if bound is not None}
