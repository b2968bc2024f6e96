"""The whole of OneGrid in one process, killed again and again while somebody works with it."""

from __future__ import annotations

import random
import time

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.bundle import Bundle
from engine.tables.definitions import Origin
from engine.tables.history import HistoryEvent
from engine.types import SYSTEM
from tests.durability.conftest import active
from tests.durability.patience import until
from tests.durability.serving import Client, Running
from web.config import Settings

KILLS = 2

pytestmark = pytest.mark.slow


def test_nothing_is_lost_or_done_twice_when_up_is_killed(engine: Engine, settings: Settings) -> None:
    moments = random.Random(2)  # noqa: S311  it only chooses when to kill
    with Client(engine) as client:
        for _ in range(KILLS):
            with Running(settings, "up") as up:
                client.served_at(up.port())
                time.sleep(moments.uniform(0.1, 1.5))  # any moment will do
                up.kill()
        with Running(settings, "up") as up:
            client.served_at(up.port())
            client.finish()
            until(lambda: not active(engine))
            assert up.stop() == 0
    assert len(client.started) > KILLS
    for instance in client.started:
        assert notices(engine, instance) == 1
        assert events(engine, instance) == [
            "instance.started",
            "task.completed",
            "job.done",
            "job.done",
            "event.passed",
            "instance.ended",
        ]


def test_a_start_after_a_kill_keeps_what_was_deployed_in_the_studio(engine: Engine, settings: Settings) -> None:
    with engine.begin(SYSTEM) as work:
        base = work.versions.one("errand")
        files = work.versions.files(base.deployment.id)
        drawn = Bundle("errand", {name: content + b"\n" for name, content in files.items()})
        definitions, _ = work.definitions.inspect(drawn)
        work.definitions.accept(drawn, definitions, "在网页上改的", origin=Origin.STUDIO)
    for _ in range(2):
        with Running(settings, "up") as up:
            up.port()
            up.kill()
    with engine.begin(SYSTEM, write=False) as work:
        found = [(each.definition.version, each.deployment.origin) for each in work.versions.of("errand")]
    assert found == [(2, "studio"), (1, "files")]


def notices(engine: Engine, instance: str) -> int:
    """Return what the reminding handler has left behind for an instance."""
    with engine.begin(SYSTEM, write=False) as work:
        count = sa.text("SELECT count(*) FROM notice WHERE instance_id = :instance")
        return work.session.scalar(count, {"instance": instance}) or 0


def events(engine: Engine, instance: str) -> list[str]:
    """Return the events of an instance, without the failed attempts of jobs that a kill cut off."""
    select = sa.select(HistoryEvent.event).where(HistoryEvent.instance_id == instance).order_by(HistoryEvent.id)
    with engine.begin(SYSTEM, write=False) as work:
        return [event for event in work.session.scalars(select) if event != "job.failed"]
