"""The engine's tables and guards in an empty database, for whoever uses the engine alone; the web has migrations."""

from __future__ import annotations

from importlib import import_module
from typing import cast

import sqlalchemy as sa

from engine.db import Base
from engine.tables.history_guard import history_trigger_ddl

ROOM = "engine.tables"


def create_schema(database: sa.Engine) -> None:
    """Create the tables and the history's triggers, all or nothing; a database that has them is left as it is."""
    import_module(ROOM)
    tables = [
        cast("sa.Table", mapper.local_table)
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.startswith(f"{ROOM}.")  # plugins that are loaded have tables of their own
    ]
    with database.connect().execution_options(write=True) as connection, connection.begin():
        if sa.inspect(connection).has_table("history_event"):
            return
        Base.metadata.create_all(connection, tables=tables)
        for statement in history_trigger_ddl(connection.dialect.name):
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
