"""Reserved handlers run with the database's reserved login, and only where it is held."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.db import connect
from engine.jobs.queue import Lane
from engine.tables.jobs import Job
from engine.types import SYSTEM, JobId
from tests.fixtures.house import House


@pytest.fixture
def job(house: House) -> Job:
    """A waiting job of a reserved handler."""
    handlers = house.engine.plugins.handlers
    handlers["shop.place_order"] = replace(handlers["shop.place_order"], reserved=True)
    instance = house.reviewed()
    with house.engine.begin(SYSTEM, write=False) as work:
        (found,) = work.session.scalars(sa.select(Job).where(Job.instance_id == instance, Job.handler.is_not(None)))
        work.session.expunge(found)
        return found


def test_it_has_a_lane_of_its_own(house: House, job: Job) -> None:
    with house.engine.begin(SYSTEM, write=False) as work:
        tickets = {ticket.job_id: ticket for ticket in work.jobs.waiting(house.clock.now())}
    assert tickets[JobId(job.id)].lane is Lane.RESERVED


def test_a_process_without_the_login_leaves_it_to_others(house: House, job: Job) -> None:
    engine = house.engine
    other = Engine(
        engine.database, engine.plugins, clock=engine.clock, feel=engine.runtime.feel, reserved_elsewhere=True
    )
    other.perform(JobId(job.id), job.attempt)
    assert house.shop.orders == []
    with engine.begin(SYSTEM, write=False) as work:
        left = work.session.get_one(Job, job.id)
        assert (left.state, left.attempt - left.spared, left.last_error) == ("waiting", 0, None)
    engine.perform(JobId(job.id), job.attempt + 1)
    assert house.shop.orders == ["椅子"]


def test_it_runs_in_a_transaction_of_that_login(house: House, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = house.engine
    reserved = connect(engine.database.url)
    seen = []
    ran = engine.plugins.handlers["shop.place_order"].function
    assert ran is not None

    def watch(context: object, thing: str) -> object:
        seen.append(context.session.get_bind())  # type: ignore[attr-defined]
        return ran(context, thing)

    handler = engine.plugins.handlers["shop.place_order"]
    monkeypatch.setitem(engine.plugins.handlers, handler.id, replace(handler, function=watch))  # type: ignore[arg-type]
    other = Engine(engine.database, engine.plugins, clock=engine.clock, feel=engine.runtime.feel, reserved=reserved)
    other.perform(JobId(job.id), job.attempt)
    reserved.dispose()
    assert seen == [reserved]
    assert house.shop.orders == ["椅子"]
