"""Locks under which systems elsewhere hold jobs: reading and ending one, and what becomes of those that ran out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.context import Context
from engine.outcome import Failed
from engine.services.jobs import Jobs
from engine.services.locking import lock_instance_of
from engine.tables.instances import ProcessInstance
from engine.tables.jobs import Job
from engine.tables.workers import JobLock
from engine.types import InstanceState, JobKind, JobState

RETENTION = timedelta(days=7)
"""How long an ended lock is remembered: so late may a repeated report come."""

ID_LENGTH = 32


def read_job(
    session: Session, job_id: str, lock_id: sa.ColumnElement[Any] | sa.orm.InstrumentedAttribute[str | None]
) -> sa.Row[Job, ProcessInstance, JobLock | None] | None:
    """Return an external job, its instance (locked) and its lock of this id, if it has one; None for no such job."""
    if len(job_id) > ID_LENGTH or "\0" in job_id:
        return None  # PostgreSQL refuses a text with NUL
    lock_instance_of(session, Job, job_id)
    select = (
        sa.select(Job, ProcessInstance, JobLock)
        .join(ProcessInstance, ProcessInstance.id == Job.instance_id)
        .outerjoin(JobLock, sa.and_(JobLock.id == lock_id, JobLock.job_id == Job.id))
        .where(Job.id == job_id, Job.kind == JobKind.EXTERNAL)
    )
    return session.execute(select).one_or_none()


def let_go(job: Job, lock: JobLock, at: datetime, report: str | None = None) -> None:
    """End a lock, by the report of this digest or without one."""
    job.leased_by = job.leased_until = None
    lock.ended_at, lock.report = at, report


class JobLocks:
    """The locks, seen from one transaction that looks after them."""

    def __init__(self, context: Context, jobs: Jobs) -> None:
        self._context = context
        self._jobs = jobs

    @property
    def _now(self) -> datetime:
        return self._context.clock.now()

    def lost(self, limit: int = 500) -> list[str]:
        """Return ids of jobs whose lock has run out."""
        select = (
            sa.select(Job.id)
            .where(Job.kind == JobKind.EXTERNAL, Job.state == JobState.WAITING, Job.leased_until <= self._now)
            .limit(limit)
        )
        return list(self._context.session.scalars(select))

    def expire(self, job_id: str) -> bool:
        """End a lock that has run out: a failed attempt, so that a job that kills its workers comes to an end."""
        row = read_job(self._context.session, job_id, Job.leased_by)
        if row is None or row[2] is None or row[0].leased_until is None or row[0].leased_until > self._now:
            return False
        job, instance, lock = row[0], row[1], row[2]
        if job.state != JobState.WAITING or instance.state != InstanceState.ACTIVE:
            return False
        let_go(job, lock, self._now)
        self._jobs.settle(job, instance, Failed(f"工作程序“{lock.worker}”没有在时限内报告结果"))
        return True

    def strays(self) -> list[str]:
        """Return ids of jobs that nobody can fetch: in a new version of its plugin, their handler is not external."""
        handlers = self._context.runtime.plugins.handlers
        waiting = (Job.kind == JobKind.EXTERNAL, Job.state == JobState.WAITING, Job.leased_by.is_(None))
        topics = self._context.session.scalars(sa.select(Job.handler).where(*waiting).distinct()).all()
        gone = [topic for topic in topics if topic and topic in handlers and not handlers[topic].external]
        return list(self._context.session.scalars(sa.select(Job.id).where(*waiting, Job.handler.in_(gone))))

    def take_back(self, job_id: str) -> None:
        """Let a stray have tickets again, as other jobs do."""
        row = read_job(self._context.session, job_id, sa.null())
        if row is not None and row[0].state == JobState.WAITING and row[0].leased_by is None:
            row[0].kind = JobKind.HANDLER

    def forget(self) -> None:
        """Delete locks that ended long ago, of jobs that need them no more."""
        old = JobLock.taken_at < self._now - RETENTION
        self._context.session.execute(sa.delete(JobLock).where(old, JobLock.ended_at < self._now - RETENTION))
