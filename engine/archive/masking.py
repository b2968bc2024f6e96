"""Masking what may speak of a person, in an archive that is to show the course of a matter and no more.

Texts become `＊＊＊` unless a form of the definition offers them as a choice; long numbers too (telephone, identity
card). Names keep their first character. Ids, moments, short numbers and truth values stay. The salts are taken out:
whoever had one could try names until a row's digest fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import orjson

from engine.archive.layout import Contents

MASK: Final = "＊＊＊"
LONG: Final = 10_000_000
"""A number from here on may be a telephone's or a person's."""

_HARMLESS: Final = re.compile(
    r"|[0-9a-f]{32}|[0-9a-f]{64}|\d{4}-\d\d-\d\d(T[\d:.]+([+-]\d\d:\d\d|Z)?)?|-?P[\dYMWDTHS.]+"
)
"""Ids, digests, dates, moments, durations."""


def masked(contents: Contents) -> Contents:
    """Return the contents without what may speak of a person."""
    veil = _Veil(frozenset(_choices(contents)))
    return replace(
        contents,
        instance=veil.over(contents.instance, "title", "variables"),
        history=[_row(veil, row) for row in contents.history],
        tasks=[veil.over(task, "title", "data", "draft") for task in contents.tasks],
        jobs=[veil.over(job, "inputs", "last_error") for job in contents.jobs],
        messages=[veil.over(message, "correlation", "variables", "last_error") for message in contents.messages],
        attachments=[veil.over(file, "name") for file in contents.attachments],
    )


def masked_name(name: str) -> str:
    """Return a name with all but its first character masked."""
    return name[:1] + MASK if name else ""


def _row(veil: _Veil, row: dict[str, Any]) -> dict[str, Any]:
    return {**veil.over(row, "detail", "changes"), "actor_name": masked_name(row["actor_name"]), "salt": None}


def _choices(contents: Contents) -> Iterator[str]:
    """Yield the values that the forms offer."""
    for (_, path), content in contents.files.items():
        if path.endswith(".form.json"):
            yield from _options(orjson.loads(content))


def _options(part: Any) -> Iterator[str]:
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _options(inner)
    values = part.get("values") if isinstance(part, dict) else None
    for option in values if isinstance(values, list) else ():
        if isinstance(option, dict) and isinstance(option.get("value"), str):
            yield option["value"]


class _Veil:
    def __init__(self, choices: frozenset[str]) -> None:
        self._choices = choices

    def over(self, row: dict[str, Any], *fields: str) -> dict[str, Any]:
        """Return a row with the values in these fields masked."""
        return {**row, **{field: self._value(row[field]) for field in fields}}

    def _value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: inner if name == "@" else self._value(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._value(inner) for inner in value]
        if isinstance(value, str):
            return value if value in self._choices or _HARMLESS.fullmatch(value) else MASK
        if isinstance(value, int | float) and abs(value) >= LONG:
            return MASK
        return value
