from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.clock import SystemClock
from engine.jobs.dbos_queue import DbosQueue
from tests.fixtures.house import House


@pytest.fixture
def live(house: House, database: sa.Engine) -> Iterator[House]:
    """The house with DBOS as its queue and the real clock."""
    queue = DbosQueue(database, SystemClock(), polling_seconds=0.05)
    queue.connect()
    house.engine = Engine(
        database, house.engine.plugins, clock=SystemClock(), queue=queue, feel=house.engine.runtime.feel
    )
    yield house
    house.engine.stop_workers()
