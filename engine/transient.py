"""Faults of the database that pass by themselves: it was away, or another writer was faster."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from engine.db import WriterBusy
from engine.errors import InstanceChanged

CONTENDED = ("40001", "40P01", "55P03")
"""SQLSTATE of PostgreSQL: serialization failure, deadlock, lock not available."""

AWAY = ("08", "53", "57P")
"""How the SQLSTATE begins when the server is away: connection, resources, shut down or starting."""

FULL = "database or disk is full"
"""What SQLite says then."""

TRIES = 8
"""How often contention is met with another try; a fault that stays is not contention."""

SHORTEST, LONGEST = 0.05, 5.0
"""Seconds between tries, doubled each time."""

T = TypeVar("T")


class Stopping(Exception):
    """The database was away when the workers were told to stop; what was being done will be done at the next start."""


def persist(act: Callable[[], T], stopping: Event) -> T:
    """Do something in a transaction of its own, again after each fault that passes; return what it gives.

    As long as the database is away, and `TRIES` times where others write the same. What was rolled back left nothing,
    and what was committed when the connection broke must find that out itself.

    Raises:
        Stopping: `stopping` was set while the database was away.
    """
    tries, pause = 0, SHORTEST
    while True:
        try:
            return act()
        except Exception as error:
            tries += is_contention(error)
            if tries >= TRIES or not (is_contention(error) or is_away(error)):
                raise
            if stopping.wait(pause) and is_away(error):
                raise Stopping from error
            pause = min(2 * pause, LONGEST)


def is_contention(error: BaseException) -> bool:
    """Return whether another writer was in the way."""
    return (
        isinstance(error, InstanceChanged | WriterBusy)
        or _sqlstate(error) in CONTENDED
        or "database is locked" in _said(error)
    )


def is_away(error: BaseException) -> bool:
    """Return whether the database could not be reached, went away, or has no room to write."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = _sqlstate(error)
    # psycopg's own word for a connection that never came about has no SQLSTATE
    unconnected = state is None and "connection" in _said(error)
    full = FULL in _said(error)  # as PostgreSQL's 53100: somebody makes room
    return error.connection_invalidated or unconnected or full or (state or "").startswith(AWAY)


def _sqlstate(error: BaseException) -> str | None:
    return getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None


def _said(error: BaseException) -> str:
    return str(error.orig) if isinstance(error, DBAPIError) else ""
