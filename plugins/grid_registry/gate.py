"""The gate: who may write the registry's tables in the present transaction. Kept by guard.py, opened by the writers.

Tables are grouped in rooms. A writer opens its room for the length of a block, in its own session and on that session's
connection; everybody else finds it closed.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

REGISTRY, PLANS, UNITS = "registry", "plans", "units"

ROOMS: Final[dict[str, str]] = {
    "registry_revision": REGISTRY,
    "grid": REGISTRY,
    "grid_version": REGISTRY,
    "grid_lineage": REGISTRY,
    "grid_unit_membership": REGISTRY,
    "division_proposal": PLANS,
    "division_plan": PLANS,
    "filing_record": PLANS,
    "grid_unit": UNITS,
}
"""Guarded table → room. The registry's room is opened by changes.py alone."""

SETTING: Final = "onegrid.open_room"
"""PostgreSQL's transaction-local setting that the triggers look at."""

_KEY: Final = "grid_registry.open_room"


def is_open(info: MutableMapping[Any, Any], table: str) -> bool:
    """Return whether the table's room is open in a session or on a connection, of which this is the `info`."""
    return info.get(_KEY) == ROOMS[table]


def open_room(info: MutableMapping[Any, Any]) -> str | None:
    """Return the room that is open, or None."""
    room: str | None = info.get(_KEY)
    return room


@contextmanager
def opened(session: Session, room: str) -> Iterator[None]:
    """Open a room to a session for the block. What was added inside is flushed before it closes.

    Raises:
        RuntimeError: a room is open already; rooms do not nest.
    """
    if open_room(session.info) is not None:
        raise RuntimeError("a room of the registry is open already")
    # the savepoint writes what others left to be written before the room opens, and closes it again on an error
    with session.begin_nested():
        connection = session.connection()
        _set(connection, room)
        session.info[_KEY] = connection.info[_KEY] = room
        try:
            yield
            session.flush()
            _set(connection, "")
        finally:
            session.info.pop(_KEY, None)
            connection.info.pop(_KEY, None)


def _set(connection: sa.Connection, room: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT set_config(%s, %s, true)", (SETTING, room))
