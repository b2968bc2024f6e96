"""The locks around the registry's tables in this process: on the ORM, on every SQL statement, on SQLite's connections.

The fourth lock is the database's own (triggers.py). README.md says what each stops, and what none can.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, MutableMapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from engine.core_api import GuardRefused
from plugins.grid_registry.gate import ROOMS, is_open, open_room
from plugins.grid_registry.triggers import FUNCTION, drop_trigger_ddl, trigger_ddl

__all__ = ["attach", "drop_trigger_ddl", "trigger_ddl"]

Info = MutableMapping[Any, Any]


def attach(engine: sa.Engine) -> None:
    """Put the locks on an SQLAlchemy engine, once; its pooled connections get theirs at the next check-out.

    The ORM's lock holds for every session of the process, on whatever engine.
    """
    if event.contains(engine, "before_cursor_execute", _refuse_statement):
        return
    event.listen(engine, "before_cursor_execute", _refuse_statement)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "checkout", _lock_sqlite)
    if not event.contains(Session, "before_flush", _refuse_flush):
        event.listen(Session, "before_flush", _refuse_flush)
        event.listen(Session, "do_orm_execute", _refuse_bulk)


def _refused(table: str) -> GuardRefused:
    return GuardRefused(f"只有经审核批准的网格划分才能变更网格（{table}）。", table=table)


# -- the ORM ---------------------------------------------------------------------------------------------------------


def _refuse_flush(session: Session, _context: Any, _instances: Any) -> None:
    touched = [*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))]
    for row in touched:
        table = getattr(type(row), "__tablename__", "")
        if table in ROOMS and not is_open(session.info, table):
            raise _refused(table)


def _refuse_bulk(state: ORMExecuteState) -> None:
    if state.is_update or state.is_delete or state.is_insert:
        table = getattr(getattr(state.statement, "table", None), "name", "")
        if table in ROOMS and not is_open(state.session.info, table):
            raise _refused(table)


# -- every statement -------------------------------------------------------------------------------------------------

_QUOTED: Final = r"[\"'`\[]?(?:\w+[\"'`\]]?\s*\.\s*[\"'`\[]?)?"
_WRITE: Final = re.compile(
    r"\b(?:(?:insert|replace|merge)(?:\s+or\s+\w+)?\s+into|update(?:\s+or\s+\w+)?(?:\s+only)?|delete\s+from(?:\s+only)?"
    r"|truncate(?:\s+table)?(?:\s+only)?|copy|(?:drop|alter)\s+(?:table|trigger)(?:\s+if\s+exists)?(?:\s+only)?"
    r"|create\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+)?trigger\b.*?\bon)\s+" + _QUOTED + r"(?P<name>\w+)",
    re.IGNORECASE | re.DOTALL,
)
_COMMENT: Final = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)
_GUARD_NAME: Final = re.compile(r"(?P<table>\w+?)_guard_\w+")
_WATCHED: Final = re.compile("|".join(ROOMS), re.IGNORECASE)


def _refuse_statement(
    connection: sa.Connection, _cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool
) -> None:
    """Refuse a statement that writes a guarded table. A text can be dressed up past this; the triggers stand behind."""
    if statement.startswith("SELECT ") or not _WATCHED.search(statement):
        return
    for found in _WRITE.finditer(_COMMENT.sub(" ", statement)):
        name = found["name"].lower()
        guard = _GUARD_NAME.fullmatch(name)
        table = guard["table"] if guard else name
        if table in ROOMS and (guard or not is_open(connection.info, table)):
            raise _refused(table)


# -- connections of SQLite -------------------------------------------------------------------------------------------

_WRITES: Final = {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}
_SHADOWS: Final = {sqlite3.SQLITE_CREATE_TEMP_TABLE, sqlite3.SQLITE_CREATE_TEMP_VIEW, sqlite3.SQLITE_CREATE_VIEW}
_STRUCTURE: Final = {
    sqlite3.SQLITE_DROP_TABLE,
    sqlite3.SQLITE_DROP_TRIGGER,
    sqlite3.SQLITE_DROP_TEMP_TRIGGER,
    sqlite3.SQLITE_DROP_INDEX,
    sqlite3.SQLITE_CREATE_TRIGGER,
    sqlite3.SQLITE_CREATE_TEMP_TRIGGER,
    sqlite3.SQLITE_ALTER_TABLE,
}
_PRAGMAS: Final = {"writable_schema", "foreign_keys", "ignore_check_constraints", "recursive_triggers"}

_LOCKED: Final = "grid_registry.locked"

Answer = Callable[[int, str | None, str | None, str | None, str | None], int]


def _lock_sqlite(connection: Any, record: Any, _proxy: Any) -> None:
    """Give a connection the triggers' function and the authorizer, the first time it is checked out."""
    if record.info.get(_LOCKED) is not connection:
        connection.create_function(FUNCTION, 0, lambda: open_room(record.info))
        connection.set_authorizer(_authorizer(record.info))
        record.info[_LOCKED] = connection


def _authorizer(info: Info) -> Answer:
    """Return what SQLite asks before each statement: no write outside an open room, and never a change of structure."""

    def answer(action: int, first: str | None, second: str | None, _database: str | None, _by: str | None) -> int:
        if action in _WRITES:
            refused = first in ROOMS and not is_open(info, first)
        elif action in _STRUCTURE:
            refused = first in ROOMS or second in ROOMS
        elif action in _SHADOWS:
            refused = (first or "").lower() in ROOMS
        elif action == sqlite3.SQLITE_PRAGMA:
            refused = (first or "").lower() in _PRAGMAS and second is not None
        else:
            refused = False
        return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK

    return answer
