"""The job table as its own queue: nothing runs by itself, `drain` runs what is due on the engine's clock.

For tests, the demo's replay and throw-away runs, where time is frozen and order must be repeatable.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from engine.jobs.queue import Standing
from engine.starting import start_due
from engine.tables.jobs import Job
from engine.types import SYSTEM, JobId, JobKind, JobState, new_id

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from engine.application import Engine
    from engine.jobs.queue import Duties, Ticket


class Due(NamedTuple):
    """A job to be run, and when it is due."""

    job_id: JobId
    attempt: int
    at: datetime
    instance_id: str


class TableQueue:
    """A queue that keeps nothing: every waiting job is a row already."""

    def __init__(self, hold: str | None = None) -> None:
        """Prepare the queue; with `hold`, its jobs are marked so, and it knows no others."""
        self._hold = hold
        run = new_id()[:8]
        self._worker = f"{run}:{run}"

    @property
    def worker(self) -> str:
        """The name of this run. It has a place of its own, which nobody takes after it."""
        return self._worker

    @property
    def hold(self) -> str | None:
        """The mark of this queue's jobs."""
        return self._hold

    def enqueue(self, session: Session, ticket: Ticket) -> None:
        """Do nothing: the row is there."""

    def standings(self, tickets: Sequence[Ticket]) -> list[Standing]:
        """Return ALIVE for each: `drain` will find the row."""
        return [Standing.ALIVE] * len(tickets)

    def tidy(self) -> None:
        """Do nothing."""

    def start(self, duties: Duties) -> None:
        """Do nothing: `drain` performs."""

    def stop(self) -> None:
        """Do nothing."""


def drain(engine: Engine, *, limit: int = 10_000) -> int:
    """Start what a timer starts by now, then run due jobs, oldest first, until none is due; return how many ran.

    Raises:
        RuntimeError: `limit` jobs ran and more are due, so the processes do not come to rest.
    """
    ran = 0
    start_due(engine, limit)
    while (due := next_due(engine)) is not None and due[2] <= engine.clock.now():
        if ran >= limit:
            raise RuntimeError(f"{limit} jobs ran and more are due")
        engine.perform(due[0], due[1])
        ran += 1
    return ran


def next_due(engine: Engine) -> Due | None:
    """Return the job that is due first, or None when no job waits here."""
    select = (
        sa.select(Job.id, Job.attempt, Job.due_at, Job.instance_id)
        .where(Job.state == JobState.WAITING, Job.kind != JobKind.EXTERNAL)
        .where(Job.held.is_not_distinct_from(engine.runtime.queue.hold))
        .order_by(Job.due_at, Job.created_at, Job.id)
        .limit(1)
    )
    with engine.begin(SYSTEM, write=False) as work:
        row = work.session.execute(select).one_or_none()
    return Due(JobId(row.id), row.attempt, row.due_at, row.instance_id) if row else None
