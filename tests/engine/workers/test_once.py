"""Many workers at once: each job is one worker's, and has one effect."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from engine.clock import FixedClock
from engine.feel import Feel
from engine.tables.history import HistoryEvent
from engine.tables.jobs import Job
from engine.types import SYSTEM, JobState
from tests.engine.workers.bureau import Bureau, bureau_on

WORKERS = 8


def work_off(bureau: Bureau, jobs: int) -> Counter[str]:
    """Let the workers fetch until nothing is left; return how often each job was handed out."""
    with bureau.engine.begin(SYSTEM) as work:
        for number in range(jobs):
            work.instances.start("casework", {"number": number, "summary": "噪音"}, business_key=None, org_unit="111")

    def one(worker: str) -> list[str]:
        done = []
        while got := bureau.fetch(worker, limit=5, seconds=600):
            for job in got:
                bureau.complete(job, worker)
                done.append(job["id"])
        return done

    with ThreadPoolExecutor(WORKERS) as pool:
        handed_out = Counter(job for done in pool.map(one, [f"w{n}" for n in range(WORKERS)]) for job in done)
    with bureau.engine.begin(SYSTEM, write=False) as work:
        ended = sa.select(sa.func.count()).where(HistoryEvent.event == "instance.ended")
        assert work.session.scalar(ended) == jobs
        assert work.session.scalar(sa.select(sa.func.count()).where(Job.state != JobState.DONE)) == 0
    return handed_out


@pytest.mark.slow
def test_eight_workers_take_six_hundred_jobs_each_exactly_once(
    postgres: sa.Engine, clock: FixedClock, feel: Feel
) -> None:
    handed_out = work_off(bureau_on(postgres, clock, feel), 600)
    assert len(handed_out) == 600
    assert set(handed_out.values()) == {1}


def test_so_do_they_where_there_is_one_writer_at_a_time(sqlite: sa.Engine, clock: FixedClock, feel: Feel) -> None:
    handed_out = work_off(bureau_on(sqlite, clock, feel), 60)
    assert len(handed_out) == 60
    assert set(handed_out.values()) == {1}
