"""Connections that lay idle are looked at before they are used; those in use are not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import event

import engine.db


def backend(database: sa.Engine) -> int:
    with database.connect() as connection:
        return int(connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())


def end(database: sa.Engine, pid: int) -> None:
    apart = engine.db.connect(database.url)
    with apart.connect() as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    apart.dispose()


def test_an_idle_connection_whose_server_is_gone_is_replaced(
    postgres: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.db.IDLE", 0.0)
    before = backend(postgres)
    end(postgres, before)

    assert backend(postgres) != before


def test_a_connection_in_use_is_not_looked_at(postgres: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.db.IDLE", 3600.0)
    backend(postgres)
    monkeypatch.setattr(postgres.dialect, "do_ping", lambda *_: pytest.fail("it was looked at"))
    made: list[object] = []
    event.listen(postgres, "connect", lambda *_: made.append(1))
    backend(postgres)

    assert not made
