"""Jobs: running one attempt, and what follows from how it ended: done, again later, or dead."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine.context import Context
from engine.declaration import Handler, Retry
from engine.errors import NotFound
from engine.jobs.queue import Standing, Ticket, succeeds
from engine.outcome import Completed, Failed, Outcome, Raised
from engine.services.history import History
from engine.services.instances import Instances
from engine.services.locking import read_with_instance
from engine.services.projection import Projection
from engine.tables.instances import ProcessInstance
from engine.tables.jobs import Job
from engine.types import InstanceState, JobKind, JobState, TokenId, Variables

log = logging.getLogger(__name__)

ERROR_LENGTH = 2000

BUSY_PAUSE = 1.0
"""Seconds until a job is tried again for which its plugin had no process."""

BROKEN = {
    Standing.BROKEN: "执行中断：执行进程已不在，或未能记录结果",
    Standing.POISON: "执行这项任务的进程每次都异常退出，已停止重试",
}
"""What an operator reads of a job whose ticket broke."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed. `after`: seconds the far system asked to wait; not `retryable`: dead at once."""

    message: str
    retryable: bool = True
    after: float | None = None


class Jobs:
    """Jobs, seen from one transaction."""

    def __init__(self, context: Context, instances: Instances, history: History) -> None:
        self._context = context
        self._instances = instances
        self._history = history
        self._projection = Projection(context, history)

    def take(self, job_id: str, attempt: int) -> tuple[Job, ProcessInstance] | None:
        """Return the job and its instance, locked, if this attempt is still to be made; None for a stale ticket."""
        row = read_with_instance(self._context.session, Job, job_id)
        if row is None or row[0].state != JobState.WAITING or row[0].attempt != attempt:
            return None
        if row[1].state != InstanceState.ACTIVE:
            return None
        return row[0], row[1]

    def lease(self, job: Job, seconds: float) -> bool:
        """Take the right to call the job's handler; False when another call may be under way.

        What a worker held that had this one's place before is free: it is gone.
        """
        now, worker = self._context.clock.now(), self._context.runtime.queue.worker
        if job.leased_until is not None and job.leased_until > now and not succeeds(worker, job.leased_by or ""):
            return False
        job.leased_by, job.leased_until = worker, now + timedelta(seconds=seconds)
        return True

    def end_lease(self, job: Job) -> bool:
        """Give the right back; False when it was lost to another worker, whose outcome is the one that counts."""
        if job.leased_by not in (None, self._context.runtime.queue.worker):
            return False
        job.leased_by = job.leased_until = None
        return True

    def fire(self, job: Job, instance: ProcessInstance) -> None:
        """Fire the timer that the job stands for."""
        self._done(job, instance)
        self._instances.step(instance, lambda execution: execution.fire_timer(TokenId(job.id)))

    def postpone(self, job: Job, seconds: float = 0) -> None:
        """Queue the job anew, for so much later than now or for its due time; that was no attempt.

        The job engine's clock ran ahead of ours, or the plugin had no process to spare.
        """
        job.attempt += 1
        job.spared += 1
        job.due_at = max(job.due_at, self._context.clock.now() + timedelta(seconds=seconds))
        self._projection.enqueue(job)

    def succeed(self, job: Job, instance: ProcessInstance, outputs: Variables) -> None:
        """Give the handler's outputs to its service task and take the instance further."""
        self._done(job, instance, outputs)
        self._instances.step(instance, lambda execution: execution.complete_service_task(TokenId(job.id), outputs))

    def raise_error(
        self, job: Job, instance: ProcessInstance, code: str, message: str, variables: Mapping[str, Any]
    ) -> bool:
        """Raise a declared BPMN error at the service task; return False when no event catches it."""
        step = self._instances.step(
            instance, lambda execution: execution.raise_error(TokenId(job.id), code, message, dict(variables))
        )
        if step is None:
            return False
        self._done(job, instance, {"error": code, "message": message, **variables})
        return True

    def settle(self, job: Job, instance: ProcessInstance, outcome: Outcome) -> None:
        """Write how an attempt ended, wherever it was made. A declared error that nothing catches is a dead job."""
        match outcome:
            case Completed(outputs):
                self.succeed(job, instance, dict(outputs))
            case Raised(code, message, variables):
                if not self.raise_error(job, instance, code, message, variables):
                    self.fail(job, instance, Failure(f"没有事件捕获错误 {code}：{message}", retryable=False))
            case Failed(spared=True):
                self.postpone(job, BUSY_PAUSE)
            case Failed(message, retryable, after):
                self.fail(job, instance, Failure(message, retryable, after))

    def fail(self, job: Job, instance: ProcessInstance, failure: Failure) -> None:
        """Note a failed attempt; try again after the declared back-off, or leave the job dead for a person to see."""
        job.attempt += 1
        job.last_error = failure.message[:ERROR_LENGTH]
        retry = self._retry(job)
        detail = {"error": job.last_error, "attempt": job.made}
        if failure.retryable and job.made < retry.attempts:
            delay = failure.after if failure.after is not None else retry.delay(job.made)
            due_at = self._context.clock.now() + timedelta(seconds=delay)
            job.due_at = max(due_at, job.leased_until or due_at)  # a call that was cut off may still be under way
            self._note(instance, job, "job.failed", detail)
            self._projection.enqueue(job)
        else:
            job.state = JobState.DEAD
            self._note(instance, job, "job.dead", detail)

    def dead(self) -> Sequence[Job]:
        """Return the dead jobs, oldest first."""
        return self._context.session.scalars(
            sa.select(Job).where(Job.state == JobState.DEAD).order_by(Job.created_at)
        ).all()

    def of_instance(self, instance_id: str) -> Sequence[Job]:
        """Return the jobs of an instance the actor may see, oldest first."""
        instance = self._instances.get(instance_id)
        select = sa.select(Job).where(Job.instance_id == instance.id).order_by(Job.created_at)
        return self._context.session.scalars(select).all()

    def revive(self, job_id: str, reason: str = "") -> Job:
        """Give a dead job another attempt, now. The attempts before still count, so a second failure is final."""
        job = self._context.session.get(Job, job_id)
        if job is None or job.state != JobState.DEAD:
            raise NotFound(job_id=job_id)
        instance = self._instances.get(job.instance_id)
        job.state = JobState.WAITING
        job.due_at = self._context.clock.now()
        self._note(instance, job, "job.revived", {"reason": reason} if reason else None)
        self._projection.enqueue(job)
        return job

    def waiting(self, until: datetime, after: Ticket | None = None, limit: int = 500) -> list[Ticket]:
        """Return tickets for what waits and is due at `until`, in the order of due times, the page after `after`."""
        select = (
            sa.select(Job)
            .join(ProcessInstance, ProcessInstance.id == Job.instance_id)
            .where(Job.state == JobState.WAITING, Job.kind != JobKind.EXTERNAL, Job.held.is_(None))
            .where(Job.due_at <= until, ProcessInstance.state == InstanceState.ACTIVE)
            .order_by(Job.due_at, Job.id)
            .limit(limit)
        )
        if after is not None:
            select = select.where(sa.tuple_(Job.due_at, Job.id) > sa.tuple_(after.run_at, after.job_id))
        return [self._projection.ticket(job) for job in self._context.session.scalars(select)]

    def adopt(self, ticket: Ticket, standing: Standing) -> bool:
        """Enqueue a job whose ticket is missing; a ticket that broke is a failed attempt. False when it was made."""
        taken = self.take(ticket.job_id, ticket.attempt)
        if taken is None:
            return False
        job, instance = taken
        if standing is Standing.MISSING:
            self._projection.enqueue(job)
        else:
            log.warning("a ticket broke", extra={"job_id": job.id, "attempt": job.attempt, "standing": standing.value})
            self.fail(job, instance, Failure(BROKEN[standing], retryable=standing is not Standing.POISON))
        return True

    def _done(self, job: Job, instance: ProcessInstance, outputs: Variables | None = None) -> None:
        job.state = JobState.DONE
        job.ended_at = self._context.clock.now()
        if job.kind != JobKind.TIMER:
            self._note(instance, job, "job.done", outputs)

    def _retry(self, job: Job) -> Retry:
        handler: Handler | None = self._context.runtime.plugins.handlers.get(job.handler or "")
        return handler.retry if handler else Retry()

    def _note(self, instance: ProcessInstance, job: Job, event: str, detail: Mapping[str, Any] | None = None) -> None:
        self._history.write(
            instance, event, element_id=job.element_id, element_name=job.name, token_id=job.id, detail=detail
        )
