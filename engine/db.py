"""The declarative base, the column types, and how connections to SQLite and PostgreSQL are set up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar, cast

import orjson
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, Session

PATIENCE = 30.0
"""Seconds that a writer of SQLite waits for the writers before it."""

IDLE = 1.0
"""Seconds after which a server's connection is looked at before it is used again."""

LARGEST_NUMBER = 2**31 - 1
"""What a column of whole numbers holds: greater ones, which come from outside, are nobody's."""

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware moment, stored in UTC. A naive datetime is refused with ValueError."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return the moment in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return the moment, aware."""
        if value is None:
            return None
        # SQLite gives back what it was given without the zone
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Root of all tables of the engine and the core plugins: one metadata, one migration history."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        dict[str, Any]: sa.JSON(),
        list[Any]: sa.JSON(),
    }


def insert_of(session: Session) -> Callable[..., Any]:
    """Return the `insert` of the session's database that knows ON CONFLICT.

    Imported when asked for: PostgreSQL's dialects are a twentieth of a second that SQLite need not wait for.
    """
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgresql_insert  # noqa: PLC0415  see above

        return postgresql_insert
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert  # noqa: PLC0415  see above

    return sqlite_insert


def table_of(entity: type[Base]) -> sa.Table:
    """Return the table of an entity, for statements that are made once and need no objects."""
    return cast(sa.Table, entity.__table__)


def dumps(value: Any) -> str:
    """Serialise a JSON column."""
    return orjson.dumps(value).decode()


ENGINE_OPTIONS: dict[str, Any] = {
    "json_serializer": dumps,
    "json_deserializer": orjson.loads,
    "hide_parameters": True,  # errors go to the log, and what people typed does not belong there
}
"""What every SQLAlchemy engine of the system is created with."""


def prepare(engine: sa.Engine) -> sa.Engine:
    """Attach the connection set-up that the system relies on to an SQLAlchemy engine; return it.

    SQLite: the driver's own transactions are switched off and BEGIN is ours, because a read that later writes
    cannot wait for the lock (notes/durability-and-scale 3): write work begins IMMEDIATE (`begin_write`).
    WAL with synchronous=FULL: this is a system of record, the last commit must survive a power cut.
    """
    if engine.dialect.name == "sqlite":
        turn = _Turn()
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", turn.on_begin)
        event.listen(engine, "checkin", turn.on_checkin)
        event.listen(engine, "invalidate", turn.on_checkin)
    else:
        freshness = _Freshness(engine.dialect)
        event.listen(engine, "checkin", freshness.on_checkin)
        event.listen(engine, "checkout", freshness.on_checkout)
    return engine


class _Freshness:
    """Asks a server for a sign of life before a connection is used that has lain idle: it may have been restarted.

    Asked each time (`pool_pre_ping`), it would be a round trip a transaction.
    """

    def __init__(self, dialect: sa.Dialect) -> None:
        self._dialect = dialect

    def on_checkin(self, _connection: Any, record: Any) -> None:
        """Note when the connection was put back."""
        record.info[_Freshness] = time.monotonic()

    def on_checkout(self, connection: Any, record: Any, _proxy: Any) -> None:
        """Let the pool replace a connection whose server is gone."""
        if time.monotonic() - record.info.get(_Freshness, time.monotonic()) < IDLE:
            return
        try:
            self._dialect.do_ping(connection)
        except Exception as error:  # the driver's own kinds; whatever it is, another connection will be made
            raise sa.exc.DisconnectionError from error


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    patience = f"busy_timeout={PATIENCE * 1000:.0f}"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", patience, "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


class WriterBusy(TimeoutError):
    """A writer of SQLite has waited in vain for its turn."""


class _Turn:
    """Whose turn it is to write, among the threads of this process.

    SQLite has one writer and lets the others look again after a while, in no order: with many threads one may look in
    vain until its patience ends and it says `database is locked`. Here they wait for each other; against other
    processes' writers, of which there are few, SQLite's own patience is enough.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def on_begin(self, connection: sa.Connection) -> None:
        """Begin a transaction; one that will write takes its turn first, and keeps it until `on_checkin`."""
        if not connection.get_execution_options().get("write"):
            connection.exec_driver_sql("BEGIN")
            return
        if _Turn not in connection.info:
            self._take()
            connection.info[_Turn] = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def _take(self) -> None:
        if not self._lock.acquire(timeout=PATIENCE):
            raise WriterBusy(f"other threads of this process have been writing for {PATIENCE:g} s")

    def on_checkin(self, _connection: Any, record: Any, _error: BaseException | None = None) -> None:
        """Pass the turn on: the connection is back in the pool, or of no use any more; its transaction is over."""
        if record.info.pop(_Turn, False):
            self._lock.release()


def begin_write(session: Session) -> None:
    """Start the session's transaction as one that will write. Must be the first touch of the session."""
    session.connection(execution_options={"write": True})


def connect(url: str, **options: Any) -> sa.Engine:
    """Return a prepared SQLAlchemy engine for `sqlite:///…` or `postgresql+psycopg://…`."""
    return prepare(sa.create_engine(url, **{**ENGINE_OPTIONS, **options}))
