"""A plugin's own database, in the plugin's process: migrated and worked with.

Imported only where a plugin owns tables: SQLAlchemy is too much for the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file
from importlib.resources.abc import Traversable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from engine.db import connect

ENVIRONMENT = Path(__file__).with_name("migrations")
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
    present = _revision(connection, table)
    if present is None or present != head_of(folder):
        _upgrade(connection, table, folder)
    return _revision(connection, table) or ""


def _revision(connection: sa.Connection, table: str) -> str | None:
    if not sa.inspect(connection).has_table(table):
        return None
    found: str | None = connection.scalar(sa.select(sa.column("version_num")).select_from(sa.table(table)))
    return found


_SAID = re.compile(
    r"^(?P<name>revision|down_revision)\s*(?::[^=]+)?=\s*(?:None|[\"'](?P<value>[^\"']+)[\"'])\s*$", re.MULTILINE
)


def head_of(folder: Traversable) -> str | None:
    """Return the last of a folder's revisions, read from the texts; None where they are not one plain row of them.

    A start where nothing is to be done need not wait for Alembic.
    """
    revisions, before = [], []
    for file in folder.iterdir():
        if file.name.endswith(".py"):
            said = {each["name"]: each["value"] for each in _SAID.finditer(file.read_text(encoding="utf-8"))}
            revisions.append(said.get("revision"))
            before.append(said.get("down_revision", ""))
    plain = None not in revisions and "" not in before and before.count(None) == 1
    heads = set(revisions) - set(before)
    return heads.pop() if plain and len(heads) == 1 else None


def _upgrade(connection: sa.Connection, table: str, folder: Traversable) -> None:
    from alembic import command  # noqa: PLC0415  see head_of
    from alembic.config import Config  # noqa: PLC0415

    with as_file(folder) as versions:
        config = Config(attributes={"connection": connection, "version_table": table})
        config.set_main_option("script_location", str(ENVIRONMENT).replace("%", "%%"))
        config.set_main_option("version_locations", str(versions).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        command.upgrade(config, "head")
