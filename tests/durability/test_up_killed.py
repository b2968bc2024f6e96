"""The whole of OneGrid in one process, killed again and again while somebody works with it."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.passwords import hash_password
from engine.tables.history import HistoryEvent
from engine.tables.instances import ProcessInstance
from engine.tables.people import OrgUnit, Person, PersonPost
from engine.types import SYSTEM, new_id
from tests.durability.patience import until
from tests.durability.serving import LOGIN, PASSWORD, Client, Up
from web.composition import build_engine, deploy_processes
from web.config import Settings, read_settings

KILLS = 2

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(tmp_path: Path, database: sa.Engine) -> Settings:
    processes = tmp_path / "processes"
    shutil.copytree(Path(__file__).with_name("errand"), processes / "errand")
    return read_settings(
        {
            "ONEGRID_HOME": str(tmp_path / "home"),
            "ONEGRID_DATABASE_URL": database.url.render_as_string(hide_password=False),
            "ONEGRID_PROCESSES": str(processes),
        }
    )


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = build_engine(settings)
    with engine.begin(SYSTEM) as work:
        work.session.add(OrgUnit(code="1", name="一", kind="office", path="/1/"))
        work.session.add(Person(id=LOGIN, login=LOGIN, name="伯特", password_hash=hash_password(PASSWORD)))
        work.session.flush()
        since = date(2020, 1, 1)
        work.session.add(PersonPost(id=new_id(), person_id=LOGIN, group="staff", org_unit="1", valid_from=since))
    deploy_processes(engine, settings)
    yield engine
    engine.stop_workers()
    engine.database.dispose()


def test_nothing_is_lost_or_done_twice_when_up_is_killed(engine: Engine, settings: Settings) -> None:
    moments = random.Random(2)  # noqa: S311  it only chooses when to kill
    with Client(engine) as client:
        for _ in range(KILLS):
            with Up(settings) as up:
                client.served_at(up.port())
                time.sleep(moments.uniform(0.1, 1.5))  # any moment will do
                up.kill()
        with Up(settings) as up:
            client.served_at(up.port())
            client.finish()
            until(lambda: not active(engine))
            assert up.interrupt() == 0
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


def active(engine: Engine) -> int:
    with engine.begin(SYSTEM, write=False) as work:
        count = sa.select(sa.func.count()).where(ProcessInstance.state == "active")
        return work.session.scalar(count) or 0


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
