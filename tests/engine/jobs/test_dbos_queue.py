"""What is DBOS's own: tickets that are lost, broken or poisonous, places of workers, far days, old tickets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from dbos import DBOSClient, DBOSPortableJSONSerializer

from engine.jobs.dbos_queue import DbosQueue
from engine.jobs.queue import Duties, Lane
from engine.tables.jobs import Job
from engine.types import SYSTEM, JobId
from tests.durability.patience import until
from tests.engine.jobs.conftest import dbos, over
from tests.fixtures.house import House

pytestmark = pytest.mark.slow


@pytest.fixture
def status_of(database: sa.Engine, live: House) -> Any:
    """Ask for the status of tickets, or set it, as DBOS would."""
    schema = "dbos." if database.dialect.name == "postgresql" else ""

    def status_of(ticket: str, new: str | None = None, executor: str | None = None) -> str | None:
        with database.connect().execution_options(write=True) as connection, connection.begin():
            if new:
                update = f"UPDATE {schema}workflow_status SET status = :s, executor_id = :e WHERE workflow_uuid = :t"  # noqa: S608
                connection.execute(sa.text(update), {"s": new, "e": executor, "t": ticket})
            select = f"SELECT status FROM {schema}workflow_status WHERE workflow_uuid = :t"  # noqa: S608
            status: str | None = connection.scalar(sa.text(select), {"t": ticket})
            return status

    return status_of


def job(house: House) -> Job:
    with house.engine.begin(SYSTEM, write=False) as work:
        found = work.session.scalars(sa.select(Job).where(Job.kind == "handler")).one()
        work.session.expunge(found)
        return found


def test_a_process_takes_tickets_from_its_own_lanes(house: House, database: sa.Engine) -> None:
    over(house, dbos(database, lanes=[Lane.RESERVED]))
    handlers = house.engine.plugins.handlers
    ordinary, reserved = house.reviewed(), handlers["shop.place_order"]
    handlers["shop.place_order"] = replace(reserved, reserved=True)
    other = house.reviewed()
    house.engine.start_workers()
    states = lambda: {job.instance_id: job.state for job in jobs(house)}  # noqa: E731
    until(lambda: states()[other] == "done")
    house.engine.stop_workers()
    assert states()[ordinary] == "waiting"


def jobs(house: House) -> list[Job]:
    with house.engine.begin(SYSTEM, write=False) as work:
        found = list(work.session.scalars(sa.select(Job).where(Job.kind == "handler")))
        work.session.expunge_all()
        return found


def test_jobs_made_before_the_queue_ran_are_adopted_once(live: House) -> None:
    live.engine, engine = live.engine.at(live.engine.clock), live.engine
    live.reviewed()
    live.engine = engine
    assert engine.tend() == 1
    assert engine.tend() == 0
    engine.start_workers()
    until(lambda: job(live).state == "done")
    assert live.shop.orders == ["椅子"]


def test_a_ticket_that_ended_without_its_attempt_is_a_failed_attempt(live: House, status_of: Any) -> None:
    instance = live.reviewed()
    first = job(live)
    status_of(f"{first.id}:0", "ERROR")
    assert live.engine.tend() == 1
    assert (job(live).attempt, job(live).state) == (1, "waiting")
    assert live.events(instance)[-1] == "job.failed"
    assert status_of(f"{first.id}:1") == "DELAYED"
    assert live.engine.tend() == 0


def test_a_ticket_that_kills_its_workers_is_a_dead_job(live: House, status_of: Any) -> None:
    instance = live.reviewed()
    status_of(f"{job(live).id}:0", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
    live.engine.tend()
    assert job(live).state == "dead"
    assert "异常退出" in (job(live).last_error or "")
    assert live.events(instance)[-1] == "job.dead"


def test_the_tickets_of_a_worker_that_is_gone_are_taken_from_it(live: House, status_of: Any) -> None:
    live.reviewed()
    ticket = f"{job(live).id}:0"
    status_of(ticket, "PENDING", executor="w7")
    live.engine.tend()
    assert status_of(ticket) == "PENDING"  # it may be starting again this moment
    live.engine.tend()
    assert status_of(ticket) == "CANCELLED"
    assert job(live).attempt == 1


def test_the_tickets_of_a_worker_that_lives_are_left_to_it(live: House, status_of: Any, database: sa.Engine) -> None:
    live.reviewed()
    ticket = f"{job(live).id}:0"
    status_of(ticket, "PENDING", executor="w0")
    live.engine.runtime.queue.start(Duties(lambda *_: None, lambda: None, lambda: None, lambda: None))
    other = dbos(database)
    status_of(ticket, "PENDING", executor="w0")  # whatever the start made of it
    for _ in range(3):
        other.tidy()
    assert status_of(ticket) in {"PENDING", "SUCCESS"}
    other.stop()


def test_a_timer_of_a_far_day_gets_its_ticket_when_the_day_is_near(live: House, status_of: Any) -> None:
    live.reviewed()
    live.engine.perform(JobId(job(live).id), 0)
    with live.engine.begin(SYSTEM) as work:
        (timer,) = work.jobs.waiting(live.engine.clock.now() + timedelta(days=1))
    ticket = f"{timer.job_id}:0"
    assert status_of(ticket) is None
    assert live.engine.tend() == 0
    with live.engine.begin(SYSTEM) as work:
        work.session.get_one(Job, timer.job_id).due_at = live.engine.clock.now() + timedelta(seconds=90)
    assert live.engine.tend() == 1
    assert status_of(ticket) == "DELAYED"


def test_old_tickets_are_deleted_in_batches_and_young_ones_kept(live: House, database: sa.Engine) -> None:
    for _ in range(5):
        live.reviewed()
    live.engine.start_workers()
    client = DBOSClient(
        system_database_url=database.url.render_as_string(hide_password=False),
        serializer=DBOSPortableJSONSerializer(),
    )
    until(lambda: len(client.list_workflows(status="SUCCESS")) == 5)
    young = DbosQueue(database, live.engine.clock)
    young.connect()
    young.tidy()
    assert len(client.list_workflows(status="SUCCESS")) == 5
    old = dbos(database, retention=timedelta(), batch=2)
    old.tidy()
    assert client.list_workflows(status="SUCCESS") == []
    for each in (young, old):
        each.stop()
    client.destroy()
