"""Forms: read from `*.form.json` (the JSON of form-js), and values checked against them. The server always checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from marshmallow import ValidationError

from engine import form_messages as say
from engine.errors import FormInvalid
from engine.feel import pack
from engine.form import KNOWN_TYPES, Component, Form, FormContext, FormField
from engine.form_messages import Message
from engine.form_options import Option, options
from engine.form_reader import parse_form
from engine.form_schema import load_form
from engine.form_values import defaults, from_post
from engine.types import Variables

__all__ = [
    "KNOWN_TYPES",
    "Component",
    "Form",
    "FormContext",
    "FormField",
    "Message",
    "Option",
    "defaults",
    "from_post",
    "options",
    "parse_form",
    "validate",
]


def validate(
    form: Form, payload: Mapping[str, Any], context: FormContext, fields: Mapping[str, FormField]
) -> Variables:
    """Return the values of a filled-in form: dates as dates, numbers as numbers, hidden fields left out.

    Args:
        form: the form.
        payload: raw data, of `form_values.from_post` or of JSON.
        context: where it is filled in.
        fields: the field types that plugins supply, by type.

    Raises:
        FormInvalid: `errors` maps a dotted path, `rows.0.name`, to what is wrong there; "" is the form itself.
        FeelError: a condition of the form cannot be evaluated, which is the form's fault.
    """
    try:
        # half a surrogate pair is text to Python and nothing to a database, to JSON or to the isolate
        orjson.dumps(pack(payload))
    except (TypeError, ValueError) as error:
        raise FormInvalid(errors={"": [say.SHAPE]}) from error
    try:
        return dict(load_form(form, payload, context, fields))
    except ValidationError as error:
        raise FormInvalid(errors=flatten(error.messages)) from error


def flatten(messages: Any) -> dict[str, list[str]]:
    """Return marshmallow's nested messages by dotted path."""
    flat: dict[str, list[str]] = {}
    for path, message in _leaves(messages, ()):
        flat.setdefault(".".join(path), []).append(message)
    return flat


def _leaves(messages: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            # marshmallow's name for the object itself
            yield from _leaves(inner, path if key == "_schema" else (*path, str(key)))
    elif isinstance(messages, list | tuple):
        for inner in messages:
            yield from _leaves(inner, path)
    else:
        yield path, messages if isinstance(messages, str) else str(messages)
