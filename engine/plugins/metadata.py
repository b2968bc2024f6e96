"""A plugin's tables as its MetaData has them, told as data: names, types, references."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from engine.plugins.own_tables import OwnColumn, OwnTable, Reference

POSTGRESQL: sa.Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy does not say


def tables_of(metadata: object) -> list[OwnTable]:
    """Return the tables of a plugin's metadata; raise TypeError for anything else."""
    if not isinstance(metadata, sa.MetaData):
        raise TypeError("Models.metadata must be SQLAlchemy's MetaData")
    return [
        OwnTable(table.name, table.schema, tuple(map(_column, table.columns))) for table in metadata.tables.values()
    ]


def _column(column: sa.Column[Any]) -> OwnColumn:
    references = tuple(
        Reference(key.target_fullname, key.ondelete or "", key.onupdate or "") for key in column.foreign_keys
    )
    return OwnColumn(column.name, type_name(column.type), references)


def type_name(of: sa.types.TypeEngine[Any]) -> str:
    """Return how PostgreSQL calls a type, and how Python calls it and what it is made from."""
    classes = [cls.__name__ for cls in type(of).__mro__ if cls.__module__ != "builtins"][:3]
    if isinstance(of, sa.types.TypeDecorator):
        classes.append(type_name(of.impl_instance))
    try:
        compiled = of.compile(dialect=POSTGRESQL)
    except Exception:  # noqa: BLE001  a type may do as it likes; its name is still told
        compiled = ""
    return " ".join([compiled, *classes])
