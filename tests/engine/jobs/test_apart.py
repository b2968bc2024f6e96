"""Jobs of a replay: no worker runs them before it is over, whatever day they are due on; then the workers have them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.clock import FixedClock
from engine.jobs.queue import REPLAY
from engine.jobs.table_queue import drain, next_due
from engine.services.waits import WaitKind
from engine.types import SYSTEM, JobState
from tests.durability.patience import until
from tests.fixtures.bureau import HANDLER, Bureau
from tests.fixtures.house import House

AGO = timedelta(days=100)


@pytest.fixture
def past(house: House, clock: FixedClock) -> House:
    """The house a hundred days ago, in a replay."""
    before = FixedClock(clock.now() - AGO)
    return replace(house, engine=house.engine.at(before, apart=True), clock=before)


def test_each_runs_its_own_jobs_alone(house: House, past: House) -> None:
    old, new = past.reviewed(), house.reviewed()
    assert drain(house.engine) == 1
    assert ("job.done" in house.events(new), "job.done" in house.events(old)) == (True, False)
    assert drain(past.engine) == 1
    assert "job.done" in house.events(old)
    waiting = next_due(past.engine), next_due(house.engine)
    assert [due and due.instance_id for due in waiting] == [old, new]


def test_a_worker_leaves_them_until_the_replay_is_over(live: House, past: House) -> None:
    instance = past.reviewed()
    live.engine.start_workers()
    other = live.reviewed()
    until(lambda: "job.done" in live.events(other))
    assert live.engine.tend() == 0
    assert live.engine.resume() == 0
    assert "job.done" not in live.events(instance)
    assert past.engine.end_replay() >= 1
    live.engine.tend()
    until(lambda: "job.done" in live.events(instance))


def test_plugins_figures_and_held_jobs_know_nothing_of_them(bureau: Bureau, past: House) -> None:
    past.reviewed()
    with past.engine.begin(SYSTEM) as work:
        assert work.held.groups() == []
        assert work.plugin_figures.queues() == {}
        assert work.held.release(HANDLER, "1") == 0
    assert past.engine.end_replay() >= 1
    with past.engine.begin(SYSTEM, write=False) as work:
        assert work.plugin_figures.queues()["shop"].waiting == 1


def test_a_job_that_failed_in_a_replay_is_tried_again_in_it(past: House) -> None:
    past.shop.answers = [RuntimeError("not now")]
    instance = past.reviewed()
    drain(past.engine)
    past.clock.advance(timedelta(minutes=1))
    drain(past.engine)
    with past.engine.begin(SYSTEM, write=False) as work:
        assert [(job.state, job.held) for job in work.jobs.of_instance(instance) if job.handler] == [
            (JobState.DONE, REPLAY)
        ]


def test_what_waits_is_told_with_how_often_it_came(past: House) -> None:
    instance = past.start()
    with past.engine.begin(SYSTEM, write=False) as work:
        (first,) = (wait for wait in work.waits.of([instance]) if wait.kind is WaitKind.TASK)
    assert (first.unit, first.group, first.turn, first.since) == ("1-a", "clerk", 0, past.clock.now())
    past.complete(instance, past.clerk)
    with past.engine.begin(SYSTEM) as work:
        assert [wait.group for wait in work.waits.of([instance]) if wait.kind is WaitKind.TASK] == ["reviewer"]
        work.instances.cancel(instance, "试过了")
    with past.engine.begin(SYSTEM, write=False) as work:
        assert work.waits.of([instance]) == []
