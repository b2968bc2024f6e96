"""Faults that pass are met by trying again, in the measure that they deserve; and writers of SQLite take turns."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from threading import Event

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

import engine.db
from engine.db import WriterBusy, begin_write
from engine.errors import InstanceChanged
from engine.transient import TRIES, Stopping, is_away, is_contention, persist


def driver_says(error: Exception) -> OperationalError:
    return OperationalError("SELECT 1", {}, error)


class Failing:
    """Fails with each error in turn, then gives its number of calls."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.calls = 0

    def __call__(self) -> int:
        self.calls += 1
        if self._errors:
            raise self._errors.pop(0)
        return self.calls


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.transient.SHORTEST", 0.0)


AWAY = psycopg.errors.AdminShutdown("terminating connection")
DEADLOCK = psycopg.errors.DeadlockDetected("deadlock detected")


@pytest.mark.parametrize(
    ("error", "away", "contention"),
    [
        (driver_says(AWAY), True, False),
        (driver_says(psycopg.OperationalError("connection failed: no such file")), True, False),
        (driver_says(psycopg.errors.CannotConnectNow("starting up")), True, False),
        (driver_says(psycopg.errors.TooManyConnections("sorry")), True, False),
        (sa.exc.TimeoutError("QueuePool limit"), True, False),
        (driver_says(DEADLOCK), False, True),
        (driver_says(psycopg.errors.SerializationFailure("could not serialize")), False, True),
        (driver_says(sqlite3.OperationalError("database is locked")), False, True),
        (InstanceChanged(), False, True),
        (WriterBusy(), False, True),
        (driver_says(psycopg.errors.UndefinedTable("no such table")), False, False),
        (ValueError("connection"), False, False),
    ],
)
def test_faults_are_told_apart(error: Exception, away: bool, contention: bool) -> None:
    assert (is_away(error), is_contention(error)) == (away, contention)


@pytest.mark.usefixtures("impatient")
def test_as_long_as_the_database_is_away_it_is_tried_again() -> None:
    assert persist(Failing(*[driver_says(AWAY)] * 3 * TRIES), Event()) == 3 * TRIES + 1


@pytest.mark.usefixtures("impatient")
def test_contention_that_stays_is_an_error() -> None:
    act = Failing(*[driver_says(DEADLOCK)] * TRIES)
    with pytest.raises(OperationalError):
        persist(act, Event())
    assert act.calls == TRIES


def test_any_other_fault_is_not_tried_again() -> None:
    act = Failing(ValueError())
    with pytest.raises(ValueError):
        persist(act, Event())
    assert act.calls == 1


def test_who_is_told_to_stop_does_not_wait_for_the_database() -> None:
    stopping = Event()
    stopping.set()
    with pytest.raises(Stopping):
        persist(Failing(driver_says(AWAY)), stopping)


def write(database: sa.Engine, do: Callable[[], object]) -> None:
    with Session(database) as session:
        begin_write(session)
        do()
        session.rollback()


def test_writers_of_sqlite_wait_for_their_turn_and_not_for_the_file(sqlite: sa.Engine) -> None:
    # without patience SQLite turns the second writer away at once
    sa.event.listen(sqlite, "checkout", lambda connection, *_: connection.execute("PRAGMA busy_timeout=0"))
    written: list[bool] = []
    threads = [
        # each holds the lock for a moment, so that the others meet it
        threading.Thread(target=lambda: [write(sqlite, lambda: written.append(Event().wait(0.001))) for _ in range(20)])
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(written) == 160


def test_a_writer_that_fails_passes_the_turn_on(sqlite: sa.Engine) -> None:
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            write(sqlite, lambda: 1 / 0)
    write(sqlite, lambda: None)


def test_a_writer_that_waits_in_vain_says_so(sqlite: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.db, "PATIENCE", 0.01)

    def second() -> None:
        with pytest.raises(WriterBusy):
            write(sqlite, lambda: None)

    write(sqlite, second)


def test_a_full_disk_is_waited_for_until_somebody_makes_room() -> None:
    full = driver_says(sqlite3.OperationalError("database or disk is full"))
    assert is_away(full)
    assert not is_contention(full)
    assert not is_away(driver_says(sqlite3.OperationalError("no such table: full")))
