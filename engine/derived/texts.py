"""The texts of a declaration that people read: what a translation of a plugin has to translate."""

from __future__ import annotations

from collections.abc import Iterator

from marshmallow import Schema

from engine.declaration import Handler
from engine.derived.palette import choices_of


def texts(handler: Handler) -> list[str]:
    """Return the titles, labels, choices and descriptions of a handler, each once, in the order of the declaration."""
    return list(dict.fromkeys(text for text in _texts(handler) if text))


def _texts(handler: Handler) -> Iterator[str]:
    yield handler.title
    yield from _of(handler.inputs)
    yield from _of(handler.outputs)
    yield from handler.errors.values()
    yield handler.deprecated


def _of(schema: type[Schema]) -> Iterator[str]:
    for field in schema().fields.values():
        yield str(field.metadata.get("title", ""))
        yield str(field.metadata.get("description", ""))
        yield from (label for value, label in choices_of(field) if label != str(value))
