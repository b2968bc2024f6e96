"""The database schema: one history of migrations for the engine and the core plugins, on SQLite and PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import ProgrammingError

from engine.db import Base, connect

MIGRATIONS = Path(__file__).with_name("migrations")
VERSIONS = MIGRATIONS / "versions"
LOCK = 0x0E1D
"""Key of the PostgreSQL advisory lock under which one process at a time changes the schema."""


def metadata() -> sa.MetaData:
    """Return the tables of the engine and of the core plugins, as declared in the code."""
    import_module("engine.tables")
    # by name: web imports no plugin, and asks them for nothing but their tables here
    for plugin in import_module("plugins").BUILTIN:
        if find_spec(f"{plugin}.tables"):
            import_module(f"{plugin}.tables")
    return Base.metadata


class SchemaBehind(RuntimeError):
    """数据库结构需要更新，而本登录无权更改：先运行 onegrid database upgrade。The schema must be migrated first."""


def upgrade(database: str | sa.Engine, revision: str = "head") -> None:
    """Bring a database to a revision, all in one transaction: it is there afterwards, or nothing has changed.

    Args:
        database: its address, or an engine prepared by `engine.db`.
        revision: `head`, or the identifier of an earlier one.

    Raises:
        SchemaBehind: the login may not change the schema.
    """
    try:
        _run(database, lambda config: command.upgrade(config, revision))
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) == "42501":  # insufficient privilege
            raise SchemaBehind(SchemaBehind.__doc__) from error
        raise


def downgrade(database: str | sa.Engine, revision: str) -> None:
    """Take a database back to an earlier revision, `base` for the empty one. What the later tables held is lost."""
    _run(database, lambda config: command.downgrade(config, revision))


def head() -> str:
    """Return the revision that this version of the code needs."""
    return ScriptDirectory.from_config(configuration()).get_current_head() or ""


def current(engine: sa.Engine) -> str | None:
    """Return the revision a database is at; None for one without the schema."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def draft(message: str, folder: Path = VERSIONS) -> Path:
    """Write the next migration: from the schema at the head to the tables as declared now. Read it before you keep it.

    Guards of the database (triggers) are not seen by the comparison: a migration that touches their tables adds them.
    """
    number = f"{int(head() or 0) + 1:04d}"
    with TemporaryDirectory() as place:
        engine = connect(f"sqlite:///{place}/draft.sqlite")
        upgrade(engine)

        def write(config: Config) -> None:
            config.set_main_option("version_locations", f"{VERSIONS}{os.pathsep}{folder}".replace("%", "%%"))
            command.revision(config, message, autogenerate=True, rev_id=number, version_path=str(folder))

        _run(engine, write, metadata=metadata())
        engine.dispose()
    return next(folder.glob(f"{number}_*.py"))


def configuration(**attributes: Any) -> Config:
    """Return Alembic's configuration; it needs no alembic.ini."""
    config = Config(attributes=attributes)
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _run(database: str | sa.Engine, change: Callable[[Config], None], **attributes: Any) -> None:
    if isinstance(database, str):
        engine = connect(database)
        try:
            return _run(engine, change, **attributes)
        finally:
            engine.dispose()
    with database.connect().execution_options(write=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        change(configuration(connection=connection, **attributes))
