"""Running one attempt at a job: fire its timer, or call its handler and give the outcome to the instance.

A transactional handler runs inside the job's own transaction, so its effects happen exactly once. A department's
handler runs with no transaction open, at least once, and its outcome is written in a second transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError
from sqlalchemy.orm import Session

from engine.declaration import BusinessError, Handler, RetryLater
from engine.feel.values import unpack
from engine.handlers import HandlerContext
from engine.outcome import Completed, Failed, Outcome, Raised
from engine.services.held import Hold
from engine.services.jobs import Failure
from engine.tables.instances import ProcessInstance
from engine.tables.jobs import Job
from engine.transient import Stopping, persist
from engine.types import SYSTEM, Actor, ActorKind, InstanceId, JobId, JobKind

if TYPE_CHECKING:
    from engine.application import Engine
    from engine.plugins.own_databases import OwnDatabases
    from engine.work import Work

log = logging.getLogger(__name__)

PLUGIN_START = 45.0
"""Seconds beside a handler's own time limit that a call may take: it waits for a process, which may have to start."""


@dataclass(frozen=True, slots=True)
class Call:
    """A department's handler that is to be called, outside of any transaction. `note`: a success is worth noting."""

    handler: Handler
    job: Mapping[str, Any]
    note: bool


def perform(engine: Engine, job_id: JobId, attempt: int) -> None:
    """Run attempt number `attempt` (from 0) at the job; do nothing when that attempt was made already.

    Raises:
        Stopping: the database was away when the workers were told to stop. The attempt will be made later.
    """
    outcome: Outcome
    call: Call | None = None
    try:
        with engine.working:
            call = persist(lambda: _take(engine, job_id, attempt), engine.stopping)
    except Stopping:
        raise
    except Undone as undone:
        outcome, actor = undone.outcome, SYSTEM
    except Exception as error:  # whatever a handler raises is a failed attempt, not a dead worker
        log.exception("job failed", extra={"job_id": job_id, "attempt": attempt})
        outcome, actor = _failed(error), SYSTEM
    else:
        if call is None:
            return
        outcome = engine.plugins.run(call.handler.id, call.job, engine.begin)
        if isinstance(outcome, Failed) and engine.stopping.is_set():
            raise Stopping  # stopping takes the plugins' processes down, which is no fault of theirs
        actor = _plugin(engine, call.handler.plugin)
    with engine.working:
        persist(lambda: _settle(engine, (job_id, attempt), outcome, actor, call), engine.stopping)


class Undone(Exception):
    """A handler ended with a BusinessError: what it wrote is undone, and the outcome settled in a new transaction."""

    def __init__(self, outcome: Raised | Failed) -> None:
        super().__init__()
        self.outcome = outcome


class NeedsReservedLogin(Exception):
    """The job is to be taken once more, in a transaction of the database's reserved login."""


def _take(engine: Engine, job_id: JobId, attempt: int) -> Call | None:
    try:
        with engine.begin(SYSTEM) as work:
            return _perform_here(engine, work, job_id, attempt)
    except NeedsReservedLogin:
        with engine.begin(SYSTEM, session=Session(engine.reserved)) as work:
            return _perform_here(engine, work, job_id, attempt)


def _perform_here(engine: Engine, work: Work, job_id: JobId, attempt: int) -> Call | None:
    taken = work.jobs.take(job_id, attempt)
    if taken is None:
        return None
    job, instance = taken
    if job.due_at > work.clock.now():
        work.jobs.postpone(job)
        return None
    if job.kind == JobKind.TIMER:
        work.jobs.fire(job, instance)
        return None
    handler = engine.plugins.handlers.get(job.handler or "")
    if handler is None:
        work.held.hold(job, Hold.MISSING)
        return None
    if not _may_run(work, job, instance, handler):
        # the deploy gate refuses such a diagram; one that was deployed before the lock was set meets it here
        work.jobs.fail(
            job, instance, Failure(f"{handler.id} 只能用于流程 {'、'.join(handler.only_in)}", retryable=False)
        )
        return None
    if not handler.transactional:
        return _prepare(work, job, instance, handler)
    if not handler.reserved or _may_here(engine, work, job):
        work.jobs.settle(job, instance, _call(work, job, instance, handler, engine.plugins.databases))
    return None


def _may_run(work: Work, job: Job, instance: ProcessInstance, handler: Handler) -> bool:
    """Whether the handler may run where it is drawn; one that is tied to a process never runs in a plugin's content."""
    if not handler.only_in:
        return True
    return instance.definition_key in handler.only_in and not work.definitions.of(job.definition_id).owner


def _prepare(work: Work, job: Job, instance: ProcessInstance, handler: Handler) -> Call | None:
    """Take the right to call a department's handler, or let the job wait for its plugin."""
    if handler.external:
        job.kind = JobKind.EXTERNAL  # it was not when the job was made; from now on it waits to be fetched
        return None
    seconds = handler.timeout + PLUGIN_START
    if not work.jobs.lease(job, seconds):
        return None  # another ticket of this attempt has the lease; it is the one that counts
    admission = work.held.admit(handler, job.county, seconds)
    if admission.hold is not None:
        work.jobs.end_lease(job)
        work.held.hold(job, admission.hold)
        return None
    told = _message(job, instance, handler) | {"settings": work.settings.of(handler.plugin, job.county)}
    return Call(handler, told, admission.note)


def _may_here(engine: Engine, work: Work, job: Job) -> bool:
    """Return whether this transaction is the reserved login's; where there is none, leave the job to others."""
    if engine.reserved is None:
        work.jobs.postpone(job)
        return False
    if work.session.get_bind() is not engine.reserved:
        raise NeedsReservedLogin
    return True


def _plugin(engine: Engine, name: str) -> Actor:
    """Return the plugin as an actor, under the name that people know it by."""
    title = next((record.title for record in engine.plugins.records if record.name == name), name)
    return Actor(name, title, ActorKind.PLUGIN)


def _call(
    work: Work, job: Job, instance: ProcessInstance, handler: Handler, databases: OwnDatabases | None
) -> Completed:
    """Call a transactional handler; raise Undone when it says that it could not be done."""
    context = HandlerContext(
        session=work.session,
        clock=work.clock,
        feel=work.feel,
        job_id=JobId(job.id),
        attempt=job.made,
        idempotency_key=job.id,
        instance_id=InstanceId(instance.id),
        business_key=instance.business_key,
        org_unit=instance.org_unit,
        county=instance.county,
        definition=work.definitions.of(job.definition_id),
        history=work.history,
        deliveries=work.deliveries,
        tasks=work.case_tasks(instance),
        offers=work.offers,
        own_databases=databases,
    )
    inputs = handler.load_inputs(unpack(job.inputs))
    try:
        return Completed(handler.dump_outputs(handler.call(context, inputs)))
    except BusinessError as error:
        raise Undone(_raised(handler, error)) from error


def _raised(handler: Handler, error: BusinessError) -> Raised | Failed:
    if error.code not in handler.errors:
        return Failed(f"{handler.id} raised {error.code}, which it does not declare", retryable=False)
    return Raised(error.code, str(error), error.variables)


def _settle(engine: Engine, ticket: tuple[JobId, int], outcome: Outcome, actor: Actor, call: Call | None) -> None:
    """Write an outcome in a transaction of its own, unless the attempt was settled or cancelled meanwhile."""
    with engine.begin(actor) as work:
        taken = work.jobs.take(*ticket)
        if taken is not None and work.jobs.end_lease(taken[0]):
            work.jobs.settle(*taken, outcome)
        if call is not None:
            _note(work, call, outcome)


def _note(work: Work, call: Call, outcome: Outcome) -> None:
    """Tell the plugin's breaker how the call ended, when that is news."""
    if not isinstance(outcome, Failed):
        if call.note:
            work.breakers.succeeded(call.handler.plugin)
    elif outcome.counts and not outcome.spared:
        work.breakers.failed(call.handler.plugin, outcome.message)


def _failed(error: Exception) -> Failed:
    if isinstance(error, ValidationError):
        return Failed(f"ValidationError: {error.messages}", retryable=False)
    return Failed(f"{type(error).__name__}: {error}", after=error.after if isinstance(error, RetryLater) else None)


def _message(job: Job, instance: ProcessInstance, handler: Handler) -> dict[str, Any]:
    """Return what the plugin's process is told of the job."""
    inputs = unpack(job.inputs)
    return {
        "id": job.id,
        "attempt": job.made,
        "idempotency_key": handler.idempotency_key(inputs, job.id),
        "inputs": inputs,
        "county": job.county,
        "org_unit": instance.org_unit,
        "org_path": instance.org_path,
        "business_key": instance.business_key,
    }
