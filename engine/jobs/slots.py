"""Places for workers, w0 to w99: each is one process's as long as that lives, and free the moment it is gone.

The place is the worker's name in the job engine, so whoever takes it next knows that what its last holder was doing
was cut off. A lock that dies with its holder says so: a session's advisory lock on PostgreSQL, a file lock on SQLite.
"""

from __future__ import annotations

import fcntl
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

PLACES = 100
PLACE = re.compile(r"w[0-9]+")
SPACE = 0x0E1D
"""First half of the key of the PostgreSQL advisory locks; the second is the place's number."""

CONNECTION = {"connect_timeout": 5, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
"""A server that is gone without a word is noticed within about ten seconds."""


class NoSlotFree(RuntimeError):
    """All places for workers on this database are taken."""


class Slot(Protocol):
    """A place that this process holds."""

    @property
    def name(self) -> str:
        """`w` and its number."""
        ...

    def held(self) -> bool:
        """Return whether it is still held; asks the database where that decides."""
        ...

    def release(self) -> None:
        """Let it go."""
        ...


class Slots(Protocol):
    """The places on one database."""

    def hold(self, name: str) -> Slot | None:
        """Take one place; None when another process has it."""
        ...


class AdvisorySlot:
    """A place held by a session of its own on PostgreSQL."""

    def __init__(self, name: str, connection: sa.Connection) -> None:
        self.name = name
        self._connection = connection

    def held(self) -> bool:
        """Return whether the session lives."""
        try:
            self._connection.execute(sa.select(1))
        except SQLAlchemyError:
            return False
        return True

    def release(self) -> None:
        """End the session."""
        with suppress(SQLAlchemyError):
            self._connection.close()


class AdvisorySlots:
    """The places on a PostgreSQL database."""

    def __init__(self, url: sa.URL) -> None:
        options = {"poolclass": NullPool, "isolation_level": "AUTOCOMMIT", "connect_args": CONNECTION}
        self._engine = sa.create_engine(url, **options)

    def hold(self, name: str) -> AdvisorySlot | None:
        """Take one place; raise DBAPIError when the server does not answer."""
        connection = self._engine.connect()
        if connection.scalar(sa.select(sa.func.pg_try_advisory_lock(SPACE, int(name.removeprefix("w"))))):
            return AdvisorySlot(name, connection)
        connection.close()
        return None


class FileSlot:
    """A place held by a lock on a file."""

    def __init__(self, name: str, descriptor: int) -> None:
        self.name = name
        self._descriptor = descriptor

    def held(self) -> bool:
        """Return True: only the end of the process, or `release`, takes it away."""
        return True

    def release(self) -> None:
        """Unlock the file."""
        os.close(self._descriptor)


class FileSlots:
    """The places on an SQLite database: files beside it, which stay and are empty."""

    def __init__(self, database: Path) -> None:
        self._database = database

    def hold(self, name: str) -> FileSlot | None:
        """Take one place."""
        path = self._database.with_name(f"{self._database.name}-{name}.lock")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return FileSlot(name, descriptor)


def slots_of(url: sa.URL) -> Slots:
    """Return the places on a database."""
    if url.get_backend_name() == "sqlite":
        return FileSlots(Path(url.database or ""))
    return AdvisorySlots(url)


def taken(connection: sa.Connection) -> int:
    """Return how many places on the connection's database are held: so many workers live."""
    if connection.dialect.name == "sqlite":
        database = Path(connection.engine.url.database or "")
        return sum(_is_locked(path) for path in database.parent.glob(f"{database.name}-w*.lock"))
    return connection.scalar(_HELD, {"space": SPACE}) or 0


_HELD = sa.text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = :space AND objsubid = 2"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def _is_locked(path: Path) -> bool:
    # asked by a shared lock for a moment: a worker that comes in just then takes the next place
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def take_slot(slots: Slots) -> Slot:
    """Take the first place that is free; raise NoSlotFree."""
    for number in range(PLACES):
        if (slot := slots.hold(f"w{number}")) is not None:
            return slot
    raise NoSlotFree(f"{PLACES} workers on one database")
