from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.clock import SystemClock
from engine.jobs.dbos_queue import DbosQueue
from engine.jobs.queue import JobQueue
from engine.jobs.table_queue import TableQueue, drain
from engine.types import SYSTEM
from tests.durability.patience import until
from tests.fixtures.house import House

NEVER = 3600.0
"""Seconds between looks at lost tickets: a test looks itself."""


@dataclass
class Floor:
    """A house whose jobs are run by one of the queues, in this process."""

    house: House
    run: Callable[[Callable[[], Any]], None]

    @property
    def engine(self) -> Engine:
        return self.house.engine

    def commit(self, do: Callable[[Any], Any]) -> Any:
        with self.engine.begin(SYSTEM) as work:
            return do(work)


def over(house: House, queue: JobQueue) -> House:
    """Put the house on a queue and on the real clock."""
    runtime = house.engine.runtime
    house.engine = Engine(
        house.engine.database, house.engine.plugins, clock=SystemClock(), queue=queue, feel=runtime.feel
    )
    return house


def dbos(database: sa.Engine, **options: Any) -> DbosQueue:
    queue = DbosQueue(database, SystemClock(), **{"polling_seconds": 0.05, "tend_seconds": NEVER, **options})
    queue.connect()
    return queue


@pytest.fixture
def live(house: House, database: sa.Engine) -> Iterator[House]:
    """The house with DBOS as its queue, not started yet."""
    over(house, dbos(database))
    yield house
    house.engine.stop_workers()


@pytest.fixture(params=["table", "dbos"])
def floor(request: pytest.FixtureRequest, house: House, database: sa.Engine) -> Iterator[Floor]:
    """The house over each of the queues, on both databases."""
    over(house, TableQueue() if request.param == "table" else dbos(database))

    def drained(condition: Callable[[], Any]) -> Any:
        drain(house.engine)
        return condition()

    started: list[bool] = []

    def run(condition: Callable[[], Any]) -> None:
        if request.param == "dbos" and not started:
            started.append(True)
            house.engine.start_workers()
        until(condition if request.param == "dbos" else lambda: drained(condition))

    yield Floor(house, run)
    house.engine.stop_workers()
