"""What every queue keeps, whatever job engine stands behind it: the job table itself, DBOS on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine.declaration import RetryLater
from engine.tables.jobs import Job
from engine.types import SYSTEM
from tests.engine.jobs.conftest import Floor

pytestmark = pytest.mark.slow


def jobs(floor: Floor, state: str) -> list[str]:
    with floor.engine.begin(SYSTEM, write=False) as work:
        return list(work.session.scalars(sa.select(Job.id).where(Job.state == state)))


def set_due(floor: Floor, job_id: str, by: timedelta) -> None:
    """Let a job be due later, with a ticket that says so."""

    def change(work: Any) -> None:
        job = work.session.get(Job, job_id)
        job.due_at = floor.engine.clock.now() + by
        job.attempt += 1
        work.session.flush()
        floor.engine.runtime.queue.enqueue(work.session, work.jobs.waiting(job.due_at)[-1])

    floor.commit(change)


def test_what_is_committed_runs_once_and_what_is_rolled_back_never(floor: Floor) -> None:
    house = floor.house
    abandoned = house.start("桌子")
    house.complete(abandoned, house.clerk)
    task = house.open_task(abandoned)
    with pytest.raises(ZeroDivisionError):
        complete_and_fail(floor, task)
    house.reviewed()
    floor.run(lambda: jobs(floor, "done"))
    assert house.shop.orders == ["椅子"]


def complete_and_fail(floor: Floor, task: str) -> None:
    with floor.engine.begin(floor.house.reviewer) as work:
        work.tasks.complete(task, {"note": "好"})
        raise ZeroDivisionError


def test_a_ticket_that_is_given_again_is_the_same_ticket(floor: Floor) -> None:
    floor.house.reviewed()
    for _ in range(2):
        floor.commit(
            lambda work: [
                floor.engine.runtime.queue.enqueue(work.session, ticket)
                for ticket in work.jobs.waiting(floor.engine.clock.now())
            ]
        )
    floor.run(lambda: jobs(floor, "done"))
    assert floor.house.shop.orders == ["椅子"]


def test_a_job_is_not_run_before_it_is_due(floor: Floor) -> None:
    first, second = floor.house.reviewed(), floor.house.reviewed()
    (late,) = (ticket.job_id for ticket in floor.commit(lambda work: work.jobs.waiting(floor.engine.clock.now()))[-1:])
    set_due(floor, late, timedelta(seconds=1))
    due = floor.engine.clock.now() + timedelta(seconds=0.9)
    floor.run(lambda: len(jobs(floor, "done")) == 2)
    assert floor.engine.clock.now() >= due
    assert floor.house.shop.orders == ["椅子", "椅子"]
    assert first != second


def test_a_failed_attempt_is_followed_by_another(floor: Floor) -> None:
    floor.house.shop.answers = [RetryLater("忙", after=0.1), RetryLater("忙", after=0.1)]
    instance = floor.house.reviewed()
    floor.run(lambda: jobs(floor, "done"))
    assert floor.house.shop.orders == ["椅子"]
    assert floor.house.events(instance).count("job.failed") == 2


def test_a_job_that_is_cancelled_does_nothing(floor: Floor) -> None:
    cancelled = floor.house.reviewed()
    floor.commit(lambda work: work.instances.cancel(cancelled, "不要了"))
    floor.house.reviewed()
    floor.run(lambda: jobs(floor, "done"))
    assert floor.house.shop.orders == ["椅子"]


def test_a_dead_job_that_is_revived_runs(floor: Floor) -> None:
    floor.house.shop.answers = [RetryLater("坏了", after=0)] * 3
    floor.house.reviewed()
    floor.run(lambda: jobs(floor, "dead"))
    floor.commit(lambda work: [work.jobs.revive(job.id) for job in work.jobs.dead()])
    floor.run(lambda: jobs(floor, "done"))
    assert floor.house.shop.orders == ["椅子"]


def test_tending_changes_nothing_where_every_job_has_its_ticket(floor: Floor) -> None:
    floor.house.reviewed()
    assert floor.engine.tend() == 0
    floor.run(lambda: jobs(floor, "done"))
    assert floor.house.shop.orders == ["椅子"]
