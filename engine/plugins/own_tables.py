"""The tables of a department's plugin as data: what it declares by `onegrid_models`, and what its database holds.

Described in the plugin's process (`models.py`), checked in the host.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.hookspecs import PluginInfo

MAX_TABLES = 200


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key of a column. `target`: `table.column`; the actions as SQL says them, empty for none."""

    target: str
    ondelete: str = ""
    onupdate: str = ""


@dataclass(frozen=True, slots=True)
class OwnColumn:
    """A column. `type`: as PostgreSQL would say it, and the names of the Python classes behind it."""

    name: str
    type: str
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnTable:
    """A table. `schema`: None where the plugin does not say, as it should not."""

    name: str
    schema: str | None
    columns: tuple[OwnColumn, ...]


def restore_models(_info: PluginInfo, data: Any) -> list[OwnTable]:
    """Return the tables that a process says its plugin has."""
    if not isinstance(data, list) or len(data) > MAX_TABLES:
        raise ValueError(f"a plugin has a list of at most {MAX_TABLES} tables")
    return [
        OwnTable(
            _text(table["name"]),
            None if table["schema"] is None else _text(table["schema"]),
            tuple(_column(column) for column in table["columns"]),
        )
        for table in data
    ]


def _column(data: Mapping[str, Any]) -> OwnColumn:
    references = (Reference(*(_text(each[key]) for key in Reference.__slots__)) for each in data["references"])
    return OwnColumn(_text(data["name"]), _text(data["type"]), tuple(references))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def faults(plugin: str, tables: Sequence[OwnTable], shared: Iterable[str]) -> list[str]:
    """Return what is wrong with a plugin's tables, whatever they are about; one sentence each.

    Args:
        plugin: its name, which its tables' names begin with.
        tables: declared, or found in its database.
        shared: columns of others, `table.column`, that its tables may refer to.
    """
    own, others = {table.name for table in tables}, set(shared)
    found = []
    for table in tables:
        if table.schema not in {None, f"p_{plugin}"}:
            found.append(f"table {table.name}: a plugin's tables lie in its own schema, not in {table.schema}")
        if not table.name.startswith(f"{plugin}_"):
            found.append(f"table {table.name}: its name must begin with {plugin}_")
        for column in table.columns:
            found += _reference_faults(f"{table.name}.{column.name}", column.references, own, others)
    return found


def _reference_faults(where: str, references: Iterable[Reference], own: set[str], others: set[str]) -> list[str]:
    found = []
    for reference in references:
        target = reference.target.removeprefix("public.")
        if target in others:
            if {reference.ondelete.upper(), reference.onupdate.upper()} - {"", "NO ACTION", "RESTRICT"}:
                found.append(f"column {where}: no cascades from {target}")
        elif target.split(".")[-2] not in own:
            found.append(f"column {where}: a foreign key to {reference.target} is not allowed")
    return found
