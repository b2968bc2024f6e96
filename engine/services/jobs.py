"""Jobs: running one attempt, and what follows from how it ended: done, again later, or dead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from engine.context import Context
from engine.declaration import Handler, Retry
from engine.errors import NotFound
from engine.services.history import History
from engine.services.instances import Instances
from engine.services.projection import Projection
from engine.tables.instances import ProcessInstance
from engine.tables.jobs import Job
from engine.types import InstanceState, JobKind, JobState, TokenId, Variables

ERROR_LENGTH = 2000


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
        select = (
            sa.select(Job, ProcessInstance)
            .join(ProcessInstance, ProcessInstance.id == Job.instance_id)
            .where(Job.id == job_id)
        )
        if self._context.session.info.get("write"):
            select = select.with_for_update()
        row = self._context.session.execute(select).one_or_none()
        if row is None or row[0].state != JobState.WAITING or row[0].attempt != attempt:
            return None
        if row[1].state != InstanceState.ACTIVE:
            return None
        return row[0], row[1]

    def fire(self, job: Job, instance: ProcessInstance) -> None:
        """Fire the timer that the job stands for."""
        self._done(job, instance)
        self._instances.step(instance, lambda execution: execution.fire_timer(TokenId(job.id)))

    def postpone(self, job: Job) -> None:
        """Queue the job anew for its due time: the job engine's clock ran ahead of ours."""
        job.attempt += 1
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

    def fail(self, job: Job, instance: ProcessInstance, failure: Failure) -> None:
        """Note a failed attempt; try again after the declared back-off, or leave the job dead for a person to see."""
        job.attempt += 1
        job.last_error = failure.message[:ERROR_LENGTH]
        retry = self._retry(job)
        detail = {"error": job.last_error, "attempt": job.attempt}
        if failure.retryable and job.attempt < retry.attempts:
            delay = failure.after if failure.after is not None else retry.delay(job.attempt)
            job.due_at = self._context.clock.now() + timedelta(seconds=delay)
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

    def revive(self, job_id: str) -> Job:
        """Give a dead job another attempt, now. The attempts before still count, so a second failure is final."""
        job = self._context.session.get(Job, job_id)
        if job is None or job.state != JobState.DEAD:
            raise NotFound(job_id=job_id)
        instance = self._instances.get(job.instance_id)
        job.state = JobState.WAITING
        job.due_at = self._context.clock.now()
        self._note(instance, job, "job.revived")
        self._projection.enqueue(job)
        return job

    def adopt_waiting(self) -> int:
        """See that every waiting job has a live ticket; return how many had none."""
        select = (
            sa.select(Job)
            .join(ProcessInstance, ProcessInstance.id == Job.instance_id)
            .where(Job.state == JobState.WAITING, ProcessInstance.state == InstanceState.ACTIVE)
        )
        return sum(self._projection.adopt(job) for job in self._context.session.scalars(select).all())

    def _done(self, job: Job, instance: ProcessInstance, outputs: Variables | None = None) -> None:
        job.state = JobState.DONE
        job.ended_at = self._context.clock.now()
        if job.kind == JobKind.HANDLER:
            self._note(instance, job, "job.done", outputs)

    def _retry(self, job: Job) -> Retry:
        handler: Handler | None = self._context.runtime.plugins.handlers.get(job.handler or "")
        return handler.retry if handler else Retry()

    def _note(self, instance: ProcessInstance, job: Job, event: str, detail: Mapping[str, Any] | None = None) -> None:
        self._history.write(
            instance, event, element_id=job.element_id, element_name=job.name, token_id=job.id, detail=detail
        )
