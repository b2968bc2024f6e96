"""The job engine itself, for real: tickets enqueued in our transaction are run by DBOS, on both databases."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from engine.application import Engine
from engine.jobs.queue import Duties
from tests.fixtures.house import House

PATIENCE = 20.0

pytestmark = pytest.mark.slow


class Waiting:
    """Waits for a job to end: performs it, then says so."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.ended = threading.Event()
        self.failure: BaseException | None = None

    def __call__(self, job_id: Any, attempt: int) -> None:
        try:
            self._engine.perform(job_id, attempt)
        except BaseException as error:
            self.failure = error
            raise
        finally:
            self.ended.set()

    @property
    def duties(self) -> Duties:
        return Duties(self, lambda: None, lambda: None)

    def wait(self) -> None:
        assert self.ended.wait(PATIENCE), "the queue did not run the job"
        assert self.failure is None
        self.ended.clear()


def test_a_job_is_run_once_its_transaction_is_committed(live: House) -> None:
    waiting = Waiting(live.engine)
    live.engine.runtime.queue.start(waiting.duties)
    instance = live.reviewed()
    waiting.wait()
    assert live.shop.orders == ["椅子"]
    assert "job.done" in live.events(instance)


def test_a_ticket_of_a_transaction_that_failed_does_not_exist(live: House) -> None:
    waiting = Waiting(live.engine)
    live.engine.runtime.queue.start(waiting.duties)
    instance = live.start()
    live.complete(instance, live.clerk)
    with pytest.raises(ZeroDivisionError):
        complete_and_fail(live, live.open_task(instance))
    other = live.reviewed()
    waiting.wait()
    assert live.shop.orders == ["椅子"]
    assert "job.done" in live.events(other)
    assert live.events(instance)[-1] == "task.completed"  # the clerk's; the review never happened


def complete_and_fail(house: House, task: str) -> None:
    with house.engine.begin(house.reviewer) as work:
        work.tasks.complete(task, {"note": "好"})
        raise ZeroDivisionError


def test_jobs_made_before_the_queue_ran_are_adopted_once(live: House) -> None:
    frozen = live.engine.at(live.engine.clock)
    live.engine, engine = frozen, live.engine
    live.reviewed()
    live.engine = engine
    assert engine.tend() == 1
    assert engine.tend() == 0
    waiting = Waiting(engine)
    engine.runtime.queue.start(waiting.duties)
    waiting.wait()
    assert live.shop.orders == ["椅子"]
