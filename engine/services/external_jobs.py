"""The jobs of systems elsewhere: handed out under a lock, and settled once by who holds it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
import sqlalchemy as sa
from marshmallow import ValidationError
from sqlalchemy.exc import DBAPIError

from engine.context import Context
from engine.declaration import Handler
from engine.errors import (
    ErrorUndeclared,
    InstanceChanged,
    JobCancelled,
    LockLost,
    NotFound,
    OutputsInvalid,
    TryAgain,
    VariableInvalid,
)
from engine.feel.values import pack
from engine.outcome import Completed, Failed, Outcome, Raised
from engine.services.job_locks import let_go, read_job
from engine.services.jobs import Jobs
from engine.services.preview import check_variable
from engine.services.switches import setting
from engine.services.worker_tokens import Scope
from engine.tables.instances import ProcessInstance
from engine.tables.jobs import Job
from engine.tables.workers import JobLock
from engine.types import InstanceState, JobKind, JobState, new_id

Said = tuple[str, object]
"""Kind and content of a worker's report."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a worker asks for: `topics` → seconds to lock a job of it (None: the handler's time limit), `limit` jobs."""

    worker: str
    topics: Mapping[str, float | None]
    limit: int = 1


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that a worker says it holds, by the fencing token `lock`."""

    scope: Scope
    job_id: str
    worker: str
    lock: str


class StepFailed(Exception):
    """The report was right, and the instance cannot go on with it: a fault of the diagram."""


class ExternalJobs:
    """Jobs of kind `external`, seen from one transaction."""

    def __init__(self, context: Context, jobs: Jobs) -> None:
        self._context = context
        self._jobs = jobs

    @property
    def _now(self) -> datetime:
        return self._context.clock.now()

    def any_ready(self, scope: Scope, wish: Wish) -> bool:
        """Return whether there is something to fetch."""
        return self._context.session.scalars(self._ready(scope, wish).limit(1)).first() is not None

    def fetch(self, scope: Scope, wish: Wish) -> list[tuple[Job, JobLock]]:
        """Lock the jobs that are due longest for the worker, at most `wish.limit`; what others take is left out.

        No instance is locked: what is written here is the job's lease, and nothing is waited for while rows are held.
        """
        select = self._ready(scope, wish).order_by(Job.due_at, Job.id).limit(wish.limit)
        taken = []
        for job in self._context.session.scalars(select.with_for_update(of=Job, skip_locked=True)).all():
            seconds = wish.topics[job.handler or ""] or self._handler(job).timeout
            lock = JobLock(
                id=new_id(),
                job_id=job.id,
                token_id=scope.token_id,
                worker=wish.worker,
                attempt=job.made,
                taken_at=self._now,
            )
            job.leased_by, job.leased_until = lock.id, self._now + timedelta(seconds=seconds)
            self._context.session.add(lock)
            taken.append((job, lock))
        return taken

    def _ready(self, scope: Scope, wish: Wish) -> sa.Select[Job]:
        select = (
            sa.select(Job)
            .join(ProcessInstance, ProcessInstance.id == Job.instance_id)
            .where(
                Job.kind == JobKind.EXTERNAL,
                Job.state == JobState.WAITING,
                Job.handler.in_([topic for topic in wish.topics if self._is_external(topic)]),
                Job.due_at <= self._now,
                Job.leased_by.is_(None),
                ProcessInstance.state == InstanceState.ACTIVE,
            )
        )
        select = select.where(sa.func.coalesce(setting(scope.plugin, Job.county), sa.true()))
        return select if scope.county is None else select.where(Job.county == scope.county)

    def complete(self, claim: Claim, outputs: Mapping[str, Any]) -> None:
        """Take the worker's outputs and the instance further.

        Raises:
            NotFound, JobCancelled, LockLost: see `_held`.
            OutputsInvalid: they do not fit the declaration; the lock stays.
            StepFailed: the diagram cannot go on with them.
        """
        digest = _digest("complete", outputs)
        if (held := self._held(claim, digest)) is not None:
            plain = _checked(self._handler(held[0]), outputs)
            self._settle(*held, digest, Completed(plain))

    def raise_error(self, claim: Claim, code: str, message: str, variables: Mapping[str, Any]) -> None:
        """Raise a declared BPMN error; errors as for `complete`, with ErrorUndeclared for another code."""
        digest = _digest("error", [code, message, variables])
        if (held := self._held(claim, digest)) is not None:
            declared = self._handler(held[0]).errors
            if code not in declared:
                raise ErrorUndeclared(code=code, declared=sorted(declared))
            _check_variables(variables)
            self._settle(*held, digest, Raised(code, message, variables))

    def fail(self, claim: Claim, failed: Failed, said: Said | None = None) -> None:
        """Note a failed attempt; the handler's own policy says whether and when there is another.

        `said` is what the worker reported, where that was not the failure itself. Errors as for `complete`.
        """
        digest = _digest(*(said or ("failure", [failed.message, failed.retryable, failed.after])))
        if (held := self._held(claim, digest)) is not None:
            self._settle(*held, digest, failed)

    def extend(self, claim: Claim, seconds: float) -> datetime:
        """Keep the lock for `seconds` from now; return until when. Errors as for `complete`."""
        job = self._holding(claim)[0]
        job.leased_until = self._now + timedelta(seconds=seconds)
        return job.leased_until

    def release(self, claim: Claim) -> None:
        """Give the job back unworked: it can be fetched at once, and no attempt is used."""
        digest = _digest("release", None)
        if (held := self._held(claim, digest)) is not None:
            let_go(held[0], held[2], self._now, digest)

    def _is_external(self, topic: str) -> bool:
        declared: Handler | None = self._context.runtime.plugins.handlers.get(topic)
        return declared is not None and declared.external

    def _handler(self, job: Job) -> Handler:
        handler: Handler | None = self._context.runtime.plugins.handlers.get(job.handler or "")
        if handler is None:
            raise TryAgain  # its plugin went out of order meanwhile, and nothing can be checked; the lock stays
        return handler

    def _held(self, claim: Claim, digest: str) -> tuple[Job, ProcessInstance, JobLock] | None:
        """Return what a report is about, its instance locked; None when the same report was made before.

        Raises:
            NotFound: no such job within the token's reach.
            JobCancelled: nobody waits for it any more.
            LockLost: it ran out, was reported on, or is another worker's.
        """
        job, instance, lock = self._found(claim)
        if lock is not None and lock.report == digest:
            return None
        return self._check(claim, job, instance, lock)

    def _holding(self, claim: Claim) -> tuple[Job, ProcessInstance, JobLock]:
        return self._check(claim, *self._found(claim))

    def _found(self, claim: Claim) -> tuple[Job, ProcessInstance, JobLock | None]:
        row = read_job(self._context.session, claim.job_id, sa.literal(claim.lock))
        if row is None or not claim.scope.covers(row[0].handler or "", row[0].county):
            raise NotFound(job_id=claim.job_id)
        return row[0], row[1], row[2]

    def _check(
        self, claim: Claim, job: Job, instance: ProcessInstance, lock: JobLock | None
    ) -> tuple[Job, ProcessInstance, JobLock]:
        waiting = job.state == JobState.WAITING
        if job.state == JobState.CANCELLED or (waiting and instance.state != InstanceState.ACTIVE):
            raise JobCancelled(job_id=job.id)
        if lock is None or lock.worker != claim.worker or not waiting or job.leased_by != lock.id:
            raise LockLost(job_id=job.id)
        if job.leased_until is None or job.leased_until <= self._now:
            raise LockLost(job_id=job.id)
        return job, instance, lock

    def _settle(self, job: Job, instance: ProcessInstance, lock: JobLock, digest: str, outcome: Outcome) -> None:
        let_go(job, lock, self._now, digest)
        try:
            self._jobs.settle(job, instance, outcome)
        except (DBAPIError, InstanceChanged):
            raise
        except Exception as error:  # whatever the next elements of the diagram make of the values
            raise StepFailed(f"{type(error).__name__}: {error}") from error


def _checked(handler: Handler, outputs: Mapping[str, Any]) -> dict[str, Any]:
    try:
        plain = handler.dump_outputs(outputs)
    except ValidationError as error:
        raise OutputsInvalid(errors=dict(error.messages_dict)) from error
    _check_plain(plain)
    return plain


def _check_plain(values: Mapping[str, Any]) -> None:
    """Raise OutputsInvalid for values that no variable can claim: nested too deep, or numbers without bounds."""
    try:
        pack(dict(values))
    except (TypeError, ValueError) as error:
        raise OutputsInvalid(errors={"_schema": [str(error)]}) from error


def _check_variables(variables: Mapping[str, Any]) -> None:
    """Raise OutputsInvalid for what cannot be variables of the process: the declaration says nothing about them."""
    for name, value in variables.items():
        try:
            check_variable(name, value)
        except VariableInvalid as error:
            raise OutputsInvalid(errors={name: [str(error)]}) from error


def _digest(report: str, payload: object) -> str:
    """Return what is remembered of a report, to know it again."""
    body = orjson.dumps([report, payload], option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=str)
    return hashlib.sha256(body).hexdigest()
