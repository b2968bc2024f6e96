"""A plugin's own database, in the plugin's process: its tables described, migrated and worked with.

Imported only where a plugin owns tables: SQLAlchemy and Alembic are too much for the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.db import connect
from engine.own_tables import OwnColumn, OwnTable, Reference

POSTGRESQL: sa.Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy does not say

ENVIRONMENT = Path(__file__).with_name("plugin_migrations")
LOCK = 0x0E1F
"""Key of the PostgreSQL advisory lock under which one process at a time changes a plugin's tables."""


class OwnDatabase:
    """The database of one plugin."""

    def __init__(self, url: str) -> None:
        self._engine = connect(url)
        if self._engine.dialect.name == "sqlite":
            # a file of its own: what its foreign keys to others' tables refer to is not in it
            event.listen(self._engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=OFF"))

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Give a session, committed on a clean exit; it takes no connection before it is used."""
        # on SQLite what reads first and then writes could not wait for its turn
        with Session(self._engine.execution_options(write=True)) as session, session.begin():
            yield session


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


def migrate(plugin: str, migrations: Path | Traversable | str, session: Session) -> str:
    """Run a plugin's migrations in the session's transaction; return the revision that it is at then.

    Args:
        plugin: its name; `<plugin>_alembic_version` is its version table.
        migrations: the folder with its version files. Alembic's env.py is ours.
        session: of its own database.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    table = f"{plugin}_alembic_version"
    folder = Path(migrations) if isinstance(migrations, str) else migrations
    with as_file(folder) as versions:
        config = Config(attributes={"connection": connection, "version_table": table})
        config.set_main_option("script_location", str(ENVIRONMENT).replace("%", "%%"))
        config.set_main_option("version_locations", str(versions).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        command.upgrade(config, "head")
    return str(connection.scalar(sa.select(sa.column("version_num")).select_from(sa.table(table))) or "")
