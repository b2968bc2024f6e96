"""What the fixtures promise to every test."""

from __future__ import annotations

import socket

import pytest

from engine.clock import TIMEZONE, FixedClock
from tests.fixtures.world import NetworkRefused
from web.embedded_postgres import PostgresServer


def test_a_test_cannot_leave_the_machine() -> None:
    # 192.0.2.0/24 is set aside for documentation: there is nobody
    with socket.socket() as connection, pytest.raises(NetworkRefused, match=r"192\.0\.2\.1"):
        connection.connect(("192.0.2.1", 80))


def test_a_server_on_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as connection:
        assert connection.getpeername() == server.getsockname()


def test_the_clock_stands_on_a_working_morning(clock: FixedClock) -> None:
    assert clock.now().astimezone(TIMEZONE).isoformat() == "2026-12-01T09:00:00+08:00"


def test_a_postgresql_server_leaves_nothing_behind() -> None:
    server = PostgresServer()
    server.create("one")
    server.stop()
    assert not server.folder.exists()
