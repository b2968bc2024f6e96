"""Files in forms: the field `filepicker`. Its value is a list of `{id, name, media_type, size}`, said by us alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch
from typing import Any

from marshmallow import ValidationError

from engine import form_messages as say
from engine.form import Component, Form, FormContext, children_of, key_of
from engine.upload import ENDINGS, MOST_FILES

FILES = "filepicker"


def load_files(component: Component, raw: Any, context: FormContext) -> list[dict[str, Any]]:
    """Return what is kept of the files that the raw value names by id; names and sizes in it are not believed."""
    if not isinstance(raw, list):
        raise ValidationError(say.NOT_LIST)
    ids = ids_of(raw)
    _check_count(component, len(ids))
    found = context.files(ids)
    if len(found) < len(ids) or len(ids) < len(raw):
        raise ValidationError(say.file_gone())
    accept = str(component.get("accept") or "")
    for file in found:
        if accept and not accepted(accept, file["media_type"]):
            raise ValidationError(say.file_not_accepted(file["name"], accept))
    return found


def most_of(component: Component) -> int:
    """Return how many files the field takes."""
    if not component.get("multiple"):
        return 1
    return min(int((component.get("validate") or {}).get("maxFiles") or MOST_FILES), MOST_FILES)


def _check_count(component: Component, count: int) -> None:
    least = int((component.get("validate") or {}).get("minFiles") or 0)
    if count and count < least:
        raise ValidationError(say.files_fewer(least))
    if count > most_of(component):
        raise ValidationError(say.files_more(most_of(component)))


def accepted(accept: str, media_type: str) -> bool:
    """Return whether a kind is among those of an HTML `accept`: `image/*`, `application/pdf`, `.pdf`."""
    wanted = [part.strip().lower() for part in accept.split(",")]
    ending = ENDINGS[media_type]
    also = {".jpeg", ".webp"} if media_type == "image/jpeg" else set()
    return any(part in {ending, *also} or fnmatch(media_type, part) for part in wanted)


def ids_of(raw: Any) -> list[str]:
    """Return the ids that a raw value names, each once, in its order."""
    entries = raw if isinstance(raw, list) else []
    ids = [entry.get("id") if isinstance(entry, Mapping) else entry for entry in entries]
    return list(dict.fromkeys(each for each in ids if isinstance(each, str) and len(each) == 32))


def has_files(form: Form) -> bool:
    """Return whether the form takes files."""
    return any(component["type"] == FILES for component in form.walk())


def file_paths(form: Form) -> set[str]:
    """Return the dotted paths of the fields that take files, without the numbers of rows."""
    return set(_paths(form.components, ""))


def _paths(components: Sequence[Component], prefix: str) -> Iterator[str]:
    for component in components:
        key = key_of(component)
        if component["type"] == FILES:
            yield f"{prefix}{key}"
        yield from _paths(children_of(component), f"{prefix}{key}." if key else prefix)


def referred(form: Form, values: Mapping[str, Any]) -> list[str]:
    """Return the ids of all files in the checked values of a form."""
    return list(dict.fromkeys(_referred(form.components, values)))


def _referred(components: Sequence[Component], values: Mapping[str, Any]) -> Iterator[str]:
    for component in components:
        key = key_of(component)
        value = values.get(key) if key else values
        if component["type"] == FILES:
            yield from ids_of(value)
        elif component["type"] == "dynamiclist":
            for row in value if isinstance(value, list) else ():
                yield from _referred(children_of(component), row)
        elif component["type"] == "group" and isinstance(value, Mapping):
            yield from _referred(children_of(component), value)
