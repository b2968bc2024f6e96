"""`onegrid worker` as a process: it runs what the pages of another process leave to it, and ends when it is told to."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine.application import Engine
from tests.durability.conftest import active
from tests.durability.patience import until
from tests.durability.serving import Client, Running
from web import migrate
from web.config import Settings
from web.embedded_postgres import PostgresServer

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server that a test may stop."""
    server = PostgresServer()
    yield server
    server.stop()


def test_workers_do_what_the_pages_leave_to_them(engine: Engine, settings: Settings) -> None:
    with Running(settings, "up", "--no-workers") as pages, Client(engine) as client:
        client.served_at(pages.port())
        until(lambda: len(client.started) > 1)
        client.finish()
        assert active(engine) == len(client.started)
        with Running(settings, "worker") as first, Running(settings, "worker") as second:
            places = {worker.said("OneGrid worker ready: ").partition(":")[0] for worker in (first, second)}
            assert places == {"w0", "w1"}
            until(lambda: not active(engine))
            assert first.stop(signal.SIGTERM) == 0
            assert second.stop() == 0
        assert pages.stop(signal.SIGTERM) == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_worker_ends_when_it_is_told_to_while_its_database_is_away(
    settings: Settings, server: PostgresServer
) -> None:
    server.create("away")
    settings = replace(settings, database_url=server.url("away"))
    migrate.upgrade(settings.database_url)
    with Running(settings, "worker") as worker:
        worker.said("OneGrid worker ready: ")
        server.halt(signal.SIGQUIT)
        assert worker.stop(signal.SIGTERM) == 0
