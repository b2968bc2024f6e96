"""Where departments' plugins keep their tables: on SQLite a file each, on PostgreSQL a schema and a login each."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.hookspecs import DatabaseRules
from engine.plugins.checks import Unfit
from engine.plugins.own_tables import OwnColumn, OwnTable, Reference
from web.database_roles import DEPARTMENT, SCHEMA, department, set_up

ADDRESS = "database-url"
"""The file in a plugin's folder that holds the address of its PostgreSQL login, readable by its owner alone."""

FILE = "data.sqlite"
TEXT = 10_000
"""Characters of a value that are read."""


class PluginDatabases:
    """The databases of the plugins of one installation.

    Args:
        database: the application's own.
        home: the installation's folder; each plugin that owns tables has `plugins/<name>` in it.
        rules: what the core plugins share with departments.
    """

    def __init__(self, database: sa.Engine, home: Path, rules: Sequence[DatabaseRules]) -> None:
        self._database = database
        self._home = home
        self._rules = rules

    def address(self, plugin: str) -> str:
        """Return the address of a plugin's database, made if need be and if this login may make it.

        Raises:
            Unfit: on PostgreSQL with roles, and nobody has set it up.
        """
        folder = folder_of(self._home, plugin)
        if self._database.dialect.name == "sqlite":
            return f"sqlite:///{folder / FILE}"
        written = folder / ADDRESS
        if not written.exists():
            with self._database.begin() as connection:
                if not connection.scalar(sa.text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")):
                    raise Unfit(
                        "database", f"it has no database yet: run `onegrid database roles --department {plugin}`"
                    )
                set_up(connection, self._rules)
                make_login(connection, plugin, self._rules, self._home)
        return written.read_text(encoding="utf-8").strip()

    def tables(self, plugin: str) -> list[OwnTable]:
        """Return the tables that a plugin's database holds, as the database describes them."""
        if self._database.dialect.name == "sqlite":
            return self.reflect(folder_of(self._home, plugin) / FILE, plugin)
        return _reflected(self._database, SCHEMA + plugin, plugin)

    def names(self) -> list[str]:
        """Return the names of all plugins that have a database."""
        if self._database.dialect.name == "sqlite":
            return sorted(path.parent.name for path in (self._home / "plugins").glob(f"*/{FILE}"))
        like = sa.text("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, :prefix) ORDER BY nspname")
        with self._database.connect() as connection:
            return [name.removeprefix(SCHEMA) for name in connection.scalars(like, {"prefix": SCHEMA})]

    def rows(self, plugin: str, table: str, limit: int) -> list[dict[str, Any]]:
        """Return rows of a plugin's table, at most `limit`, texts of 10,000 characters at most."""
        if self._database.dialect.name == "sqlite":
            engine = read_only(folder_of(self._home, plugin) / FILE)
            try:
                return _rows(engine, None, table, limit)
            finally:
                engine.dispose()
        return _rows(self._database, SCHEMA + plugin, table, limit)

    @staticmethod
    def reflect(path: Path, plugin: str) -> list[OwnTable]:
        """Return the tables in a plugin's SQLite file."""
        engine = read_only(path)
        found = _reflected(engine, None, plugin)
        engine.dispose()
        return found


def folder_of(home: Path, plugin: str) -> Path:
    """Return a plugin's folder in the installation's, made if need be; for its owner alone."""
    folder = home / "plugins" / plugin
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def read_only(path: Path) -> sa.Engine:
    """Return an engine on a plugin's SQLite file that cannot write, and trusts nothing in the file."""
    engine = sa.create_engine(f"sqlite:///file:{path}?mode=ro&uri=true", poolclass=sa.NullPool)
    sa.event.listen(engine, "connect", _distrust)
    return engine


def _distrust(connection: object, _record: object) -> None:
    for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "query_only=ON"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


def make_login(connection: sa.Connection, plugin: str, rules: Sequence[DatabaseRules], home: Path) -> None:
    """Make a plugin's schema and login on PostgreSQL, and write down its address; for a superuser's connection."""
    url = connection.engine.url
    quoted = '"' + (url.database or "").replace('"', '""') + '"'
    password = secrets.token_urlsafe(24)
    for statement in department(plugin, quoted, rules):
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
    connection.exec_driver_sql(f"ALTER ROLE {DEPARTMENT}{plugin} PASSWORD '{password}'")
    address = url.set(username=DEPARTMENT + plugin, password=password).render_as_string(hide_password=False)
    path = folder_of(home, plugin) / ADDRESS
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(address + "\n")


def _rows(engine: sa.Engine, schema: str | None, table: str, limit: int) -> list[dict[str, Any]]:
    names = [each["name"] for each in sa.inspect(engine).get_columns(table, schema)]
    # as text, whatever the database calls it: a type that we do not know, or that lies, is no way out
    columns = [sa.func.substr(sa.cast(sa.column(name), sa.Text), 1, TEXT).label(name) for name in names]
    select = sa.select(*columns).select_from(sa.table(table, schema=schema)).limit(limit)
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(select).mappings()]


def _reflected(engine: sa.Engine, schema: str | None, plugin: str) -> list[OwnTable]:
    inspector = sa.inspect(engine)
    names = [name for name in inspector.get_table_names(schema) if name != f"{plugin}_alembic_version"]
    return [OwnTable(name, None, _columns(inspector, name, schema)) for name in sorted(names)]


def _columns(inspector: sa.Inspector, table: str, schema: str | None) -> tuple[OwnColumn, ...]:
    references: dict[str, list[Reference]] = {}
    for key in inspector.get_foreign_keys(table, schema):
        options = key.get("options", {})
        for column, target in zip(key["constrained_columns"], key["referred_columns"], strict=True):
            reference = Reference(
                f"{key['referred_table']}.{target}", str(options.get("ondelete", "")), str(options.get("onupdate", ""))
            )
            references.setdefault(column, []).append(reference)
    return tuple(
        OwnColumn(each["name"], str(each["type"]), tuple(references.get(each["name"], ())))
        for each in inspector.get_columns(table, schema)
    )
