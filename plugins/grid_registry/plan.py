"""A division plan as values, taken from whatever was handed in, and its digest. No look at the registry.

The full shape, with a message at each field, is in plan_shape.py. `read` takes what is there, half filled in or not, so
that a preview can follow the clerk's hand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson


@dataclass(frozen=True, slots=True)
class Part:
    """A grid to be made. `field` is its dotted path in the plan; `setting` may be empty in a merge."""

    field: str
    name: str
    kind: str
    setting: str
    units: tuple[str, ...]
    justification: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change, whatever its operation; what the operation does not have is empty.

    Attributes:
        sources: the grids it takes units from, as (dotted path, code). It retires them, unless it moves or renames.
        parts: the grids it makes.
        moves: unit → grid that goes on and receives it.
        name: the new name of a rename.
    """

    field: str
    op: str
    sources: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...] = ()
    moves: tuple[tuple[str, str], ...] = ()
    community: str = ""
    kind: str = ""
    name: str = ""
    justification: str = ""

    @property
    def retires(self) -> tuple[tuple[str, str], ...]:
        """The grids that the change ends, as (dotted path, code)."""
        return () if self.op in ("move_units", "rename") else self.sources


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as values. `base_revision` is -1 and `effective_on` None where the plan does not say."""

    base_revision: int
    effective_on: date | None
    changes: tuple[Change, ...]


def read(raw: Mapping[str, Any]) -> Plan:
    """Return a plan as values, taking what is there: never raises, whatever was handed in."""
    base = raw.get("base_revision")
    items = raw.get("changes")
    return Plan(
        base_revision=int(base) if isinstance(base, int | float) and not isinstance(base, bool) else -1,
        effective_on=_date(raw.get("effective_date")),
        changes=tuple(
            _READERS[str(item["op"])](f"changes.{index}", item)
            for index, item in enumerate(items if isinstance(items, list) else ())
            if isinstance(item, Mapping) and str(item.get("op")) in _READERS
        ),
    )


def _date(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _string(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    return value.strip() if isinstance(value, str) else ""


def _strings(item: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = item.get(key)
    return tuple(entry for entry in value if isinstance(entry, str) and entry) if isinstance(value, list) else ()


def _part(field: str, item: Mapping[str, Any]) -> Part:
    return Part(
        field,
        _string(item, "name"),
        _string(item, "kind"),
        _string(item, "setting"),
        _strings(item, "unit_ids"),
        _string(item, "justification"),
    )


def _source(field: str, item: Mapping[str, Any], key: str = "grid") -> tuple[tuple[str, str], ...]:
    code = _string(item, key)
    return ((f"{field}.{key}", code),) if code else ()


def _read_split(field: str, item: Mapping[str, Any]) -> Change:
    parts = item.get("parts")
    return Change(
        field,
        "split",
        _source(field, item),
        parts=tuple(
            _part(f"{field}.parts.{index}", part)
            for index, part in enumerate(parts if isinstance(parts, list) else ())
            if isinstance(part, Mapping)
        ),
    )


def _read_merge(field: str, item: Mapping[str, Any]) -> Change:
    sources = tuple((f"{field}.grids.{index}", code) for index, code in enumerate(_strings(item, "grids")))
    return Change(field, "merge", sources, parts=(_part(field, item),))


def _read_move(field: str, item: Mapping[str, Any]) -> Change:
    to = _string(item, "to")
    moves = tuple((unit, to) for unit in _strings(item, "unit_ids")) if to else ()
    return Change(
        field, "move_units", _source(field, item, "from"), moves=moves, justification=_string(item, "justification")
    )


def _read_create(field: str, item: Mapping[str, Any]) -> Change:
    return Change(field, "create", (), parts=(_part(field, item),), community=_string(item, "community"))


def _read_change_kind(field: str, item: Mapping[str, Any]) -> Change:
    return Change(
        field,
        "change_kind",
        _source(field, item),
        kind=_string(item, "kind"),
        justification=_string(item, "justification"),
    )


def _read_rename(field: str, item: Mapping[str, Any]) -> Change:
    return Change(field, "rename", _source(field, item), name=_string(item, "name"))


def _read_retire(field: str, item: Mapping[str, Any]) -> Change:
    successors = item.get("successors")
    pairs = successors.items() if isinstance(successors, Mapping) else ()
    moves = tuple((unit, to) for unit, to in pairs if isinstance(to, str) and to)
    return Change(field, "retire", _source(field, item), moves=moves, justification=_string(item, "justification"))


_READERS: Final[Mapping[str, Callable[[str, Mapping[str, Any]], Change]]] = {
    "split": _read_split,
    "merge": _read_merge,
    "move_units": _read_move,
    "create": _read_create,
    "change_kind": _read_change_kind,
    "rename": _read_rename,
    "retire": _read_retire,
}


def plain(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plan as plain JSON, dates as ISO text: the form in which it is stored and signed."""
    stored: dict[str, Any] = orjson.loads(orjson.dumps(raw))
    return stored


def digest(raw: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the plan, the same however its keys are ordered."""
    return hashlib.sha256(orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)).hexdigest()
