"""A handler's declaration as plain JSON and back: how a plugin's process tells the host what it declares.

What can be said is what the host may safely work with. A check that is code (a function, `@validates`, a hook of the
schema) or a regular expression of the plugin's own stays in the plugin's process, which applies it as well: the host
must not evaluate a stranger's pattern, one of which can occupy it for hours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema, fields, missing, validate

from engine.declaration import GridRef, Handler, IncidentRef, Retry, Secret, UnitRef, check, schema_of
from engine.hookspecs import PluginInfo

Json = dict[str, Any]

_TYPES: dict[str, type[fields.Field[Any]]] = {
    "grid_ref": GridRef,
    "unit_ref": UnitRef,
    "report_ref": IncidentRef,
    "secret": Secret,
    "url": fields.Url,
    "email": fields.Email,
    "uuid": fields.UUID,
    "string": fields.String,
    "integer": fields.Integer,
    "number": fields.Float,
    "decimal": fields.Decimal,
    "boolean": fields.Boolean,
    "date": fields.Date,
    "datetime": fields.DateTime,
    "time": fields.Time,
    "duration": fields.TimeDelta,
    "list": fields.List,
    "dict": fields.Dict,
    "nested": fields.Nested,
    "any": fields.Raw,
}
"""Most special first: a subclass is described by the first of these that it is."""

_FORBIDDEN = ("data_key", "attribute", "load_only", "dump_only")
_MAX_DEPTH = 6

_VALIDATORS: dict[str, tuple[type[validate.Validator], tuple[str, ...]]] = {
    "length": (validate.Length, ("min", "max", "equal")),
    "range": (validate.Range, ("min", "max", "min_inclusive", "max_inclusive")),
    "one_of": (validate.OneOf, ("choices", "labels")),
    "equal": (validate.Equal, ("comparable",)),
    "none_of": (validate.NoneOf, ("iterable",)),
}


def describe_plugin(info: PluginInfo) -> Json:
    """Return a plugin's own description as JSON; raise ValueError for settings the host could not know."""
    return {
        "name": info.name,
        "title": info.title,
        "api": info.api,
        "department": info.department,
        "uses": sorted(info.uses),
        "lanes": info.lanes,
        "settings": describe_schema(schema_of(info.settings, f"{info.name}.Settings")(), f"{info.name}.Settings"),
    }


def restore_plugin(data: Mapping[str, Any]) -> PluginInfo:
    """Return a plugin's description; raise TypeError, KeyError or ValueError for data that is none."""
    names = ("name", "title", "api", "department")
    return PluginInfo(
        **{name: _text(data[name]) for name in names},
        uses=frozenset(map(_text, data["uses"])),
        lanes=int(data["lanes"]),
        settings=restore_schema(data["settings"], f"{data['name']}.Settings") if data["settings"] else None,
    )


def describe_handler(handler: Handler) -> Json:
    """Return a declaration as JSON.

    Raises:
        ValueError: a field whose wire form the host could not know.
    """
    return {
        "id": handler.id,
        "title": handler.title,
        "doc": handler.doc,
        "inputs": describe_schema(handler.inputs(), f"{handler.id}: inputs"),
        "outputs": describe_schema(handler.outputs(), f"{handler.id}: outputs"),
        "errors": dict(handler.errors),
        "timeout": handler.timeout,
        "retry": {name: getattr(handler.retry, name) for name in Retry.__slots__},
        "idempotency": list(handler.idempotency),
        "uses": sorted(handler.uses),
        "icon": handler.icon,
        "deprecated": handler.deprecated,
        "external": handler.external,
    }


def restore_handler(data: Mapping[str, Any]) -> Handler:
    """Return the declaration, without a function, with schemas rebuilt.

    Raises:
        TypeError, KeyError, ValueError: data that describes no handler, or one that contradicts itself.
    """
    handler = Handler(
        id=_text(data["id"]),
        title=_text(data["title"]),
        doc=_text(data["doc"]),
        inputs=restore_schema(data["inputs"], f"{data['id']}.Inputs"),
        outputs=restore_schema(data["outputs"], f"{data['id']}.Outputs"),
        errors={_text(code): _text(text) for code, text in dict(data["errors"]).items()},
        timeout=float(data["timeout"]),
        retry=Retry(int(data["retry"]["attempts"]), *(float(data["retry"][n]) for n in Retry.__slots__[1:])),
        idempotency=tuple(map(_text, data["idempotency"])),
        uses=frozenset(map(_text, data["uses"])),
        icon=_text(data["icon"]),
        deprecated=_text(data["deprecated"]),
        external=bool(data["external"]),
    )
    check(handler)
    return handler


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def describe_schema(schema: Schema, where: str, depth: int = 0) -> Json:
    """Return a schema's fields as JSON by name; raise ValueError for one whose wire form the host could not know."""
    if depth > _MAX_DEPTH:
        raise ValueError(f"{where}: nested deeper than {_MAX_DEPTH}")
    return {name: _describe_field(field, f"{where}.{name}", depth) for name, field in schema.fields.items()}


def _describe_field(field: fields.Field[Any], where: str, depth: int) -> Json:
    kind = _kind(field, where)
    described: Json = {"type": kind, "required": field.required, "allow_none": field.allow_none}
    if field.load_default is not missing:
        default = field.load_default() if callable(field.load_default) else field.load_default
        described["default"] = field._serialize(default, None, None)
    described["metadata"] = {k: v for k, v in field.metadata.items() if isinstance(v, str | int | float | bool)}
    described["validators"] = [d for validator in field.validators if (d := _describe_validator(validator))]
    patterns = [v.regex.pattern for v in field.validators if isinstance(v, validate.Regexp)]
    if patterns and kind == "string":
        described["metadata"]["pattern"] = patterns[0]
    return described | _describe_inner(field, where, depth)


def _kind(field: fields.Field[Any], where: str) -> str:
    for name in _FORBIDDEN:
        if getattr(field, name, None):
            raise ValueError(f"{where}: {name} is not for handlers, whose inputs and outputs have one name")
    for kind, base in _TYPES.items():
        if isinstance(field, base) and _same_wire_form(type(field), base):
            return kind
    raise ValueError(f"{where}: {type(field).__name__} cannot be described; use one of {', '.join(_TYPES)}")


def _same_wire_form(cls: type, base: type) -> bool:
    return all(getattr(cls, name) is getattr(base, name) for name in ("_serialize", "_deserialize"))


def _describe_inner(field: fields.Field[Any], where: str, depth: int) -> Json:
    if isinstance(field, fields.List):
        return {"inner": _describe_field(field.inner, f"{where}[]", depth + 1)}
    if isinstance(field, fields.Nested):
        return {
            "many": bool(field.many or field.schema.many),
            "fields": describe_schema(field.schema, where, depth + 1),
        }
    if isinstance(field, fields.DateTime | fields.Date | fields.Time) and field.format not in (None, "iso", "iso8601"):
        raise ValueError(f"{where}: dates travel in ISO 8601, without a format of their own")
    return {}


def _describe_validator(validator: Callable[..., Any]) -> Json | None:
    for kind, (cls, names) in _VALIDATORS.items():
        if type(validator) is cls:
            values = {name: getattr(validator, name) for name in names}
            plain = {k: list(v) if isinstance(v, tuple | set | frozenset) else v for k, v in values.items()}
            return {"type": kind, "error": getattr(validator, "error", None), **plain}
    return None


def restore_schema(described: Mapping[str, Any], name: str, depth: int = 0) -> type[Schema]:
    """Return the schema class that JSON describes; raise TypeError, KeyError or ValueError when it describes none."""
    if depth > _MAX_DEPTH:
        raise ValueError(f"{name}: nested deeper than {_MAX_DEPTH}")
    return Schema.from_dict(
        {_text(key): _restore_field(data, name, depth) for key, data in described.items()}, name=name
    )


def _restore_field(data: Mapping[str, Any], name: str, depth: int) -> fields.Field[Any]:
    cls = _TYPES[data["type"]]
    options: Json = {
        "required": bool(data["required"]),
        "allow_none": bool(data["allow_none"]),
        "metadata": dict(data["metadata"]),
    }
    field = _construct(cls, data, options, name, depth)
    # added to the field type's own, such as the form of a grid code, which are never described
    field.validators = [*field.validators, *map(_restore_validator, data["validators"])]
    if "default" in data:
        # a default is given in its wire form; bound to no schema yet, a field can read it all the same
        field.load_default = None if data["default"] is None else field.deserialize(data["default"])
    return field


def _construct(
    cls: type[fields.Field[Any]], data: Mapping[str, Any], options: Json, name: str, depth: int
) -> fields.Field[Any]:
    if cls is fields.List:
        return fields.List(_restore_field(data["inner"], name, depth + 1), **options)
    if cls is fields.Nested:
        return fields.Nested(restore_schema(data["fields"], name, depth + 1), many=bool(data["many"]), **options)
    return cls(**options)


def _restore_validator(data: Mapping[str, Any]) -> validate.Validator:
    cls, names = _VALIDATORS[data["type"]]
    restored: validate.Validator = cls(**{name: data[name] for name in (*names, "error")})
    return restored
