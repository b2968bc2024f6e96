"""What systems elsewhere ask of the engine: jobs to do, and to hear how they ended. One transaction each; no HTTP here.

`fetch` takes jobs for a worker, `report` lets it say something about one that it holds, `tend` ends lost locks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from marshmallow import ValidationError

from engine.errors import InstanceChanged, TopicForbidden, TryAgain
from engine.feel.values import unpack
from engine.outcome import Failed
from engine.plugins.pipe import encode
from engine.services.external_jobs import Claim, ExternalJobs, Said, StepFailed, Wish
from engine.services.worker_tokens import Scope, external_topics
from engine.transient import Stopping, persist
from engine.types import SYSTEM, Actor, ActorKind

if TYPE_CHECKING:
    from engine.application import Engine
    from engine.declaration import Handler
    from engine.tables.jobs import Job
    from engine.tables.workers import JobLock
    from engine.work import Work

T = TypeVar("T")

_AT_ONCE = threading.Event()
_AT_ONCE.set()
"""Set: a worker's call is tried again without a pause, and not at all while the database is away."""


def authenticate(engine: Engine, secret: str) -> Scope | None:
    """Return what a token gives a right to; None for one that does not claim, for whatever reason."""
    with engine.begin(SYSTEM, write=False) as work:
        found = work.worker_tokens.find(secret)
    if found is None:
        return None
    scope, stale = found
    if stale:
        with engine.begin(SYSTEM) as work:
            work.worker_tokens.touch(scope)
    return scope


def check_topics(engine: Engine, scope: Scope, wish: Wish) -> None:
    """Raise TopicForbidden for topics that are not the token's, or that its plugin, when it is loaded, has not got."""
    handlers = engine.plugins.handlers
    loaded = any(handler.plugin == scope.plugin for handler in handlers.values())
    own = [topic for topic in external_topics(handlers.values(), scope.plugin) if scope.allows(topic)]
    refused = [topic for topic in wish.topics if not scope.allows(topic) or (loaded and topic not in own)]
    if refused:
        raise TopicForbidden(topics=sorted(refused), known=own)


def any_ready(engine: Engine, scope: Scope, wish: Wish) -> bool:
    """Return whether a fetch would find something. Reads only, and holds nothing."""
    with engine.begin(SYSTEM, write=False) as work:
        return work.external_jobs.any_ready(scope, wish)


def fetch(engine: Engine, scope: Scope, wish: Wish) -> list[dict[str, Any]]:
    """Lock jobs for a worker and return them as the worker API describes them, perhaps none.

    A job whose inputs do not fit its declaration is not handed out: it is dead, for a person to see.
    """

    def take(work: Work) -> list[dict[str, Any] | tuple[Claim, Failed]]:
        taken = work.external_jobs.fetch(scope, wish)
        return [_message(engine, scope, job, lock) for job, lock in taken]

    jobs = []
    for each in _attempt(engine, scope, take):
        if isinstance(each, dict):
            jobs.append(each)
        else:
            claim, failed = each
            _fail(engine, claim, failed)
    return jobs


def report(engine: Engine, claim: Claim, act: Callable[[ExternalJobs], T], said: Said | None = None) -> T | None:
    """Let a worker say something about a job that it holds; what `act` gives.

    Args:
        engine: the engine.
        claim: which job, by which lock.
        act: `lambda external: external.complete(claim, outputs)`.
        said: kind and content of the report, by which it is known again.

    Raises:
        NotFound, JobCancelled, LockLost, OutputsInvalid, ErrorUndeclared: see `ExternalJobs`.
        TryAgain: other writers were in the way, or the database is away.
    """
    try:
        return _attempt(engine, claim.scope, lambda work: act(work.external_jobs))
    except StepFailed as error:
        # the worker has done its part; what follows from it is for a person to look at
        failed = Failed(str(error), retryable=False)
        _fail(engine, claim, failed, said)
        return None


def _fail(engine: Engine, claim: Claim, failed: Failed, said: Said | None = None) -> None:
    _attempt(engine, claim.scope, lambda work: work.external_jobs.fail(claim, failed, said))


def tend(engine: Engine) -> None:
    """End locks that ran out, give tickets to jobs that are not fetched any more, forget old locks."""
    with engine.begin(SYSTEM, write=False) as work:
        lost, strays = work.job_locks.lost(), work.job_locks.strays()
    for job_id in lost:
        with engine.begin(SYSTEM) as work:
            work.job_locks.expire(job_id)
    for job_id in strays:
        with engine.begin(SYSTEM) as work:
            work.job_locks.take_back(job_id)
    with engine.begin(SYSTEM) as work:
        work.job_locks.forget()


def _attempt(engine: Engine, scope: Scope, act: Callable[[Work], T]) -> T:
    def once() -> T:
        with engine.begin(actor_of(engine, scope)) as work:
            return act(work)

    try:
        return persist(once, _AT_ONCE)
    except (InstanceChanged, Stopping) as error:
        raise TryAgain from error


def actor_of(engine: Engine, scope: Scope) -> Actor:
    """Return who acts by a token: the plugin, under its title and the name of the system that has the token."""
    title = next((record.title for record in engine.plugins.records if record.name == scope.plugin), scope.plugin)
    return Actor(scope.plugin, f"{title[:50]}（{scope.name}）", ActorKind.PLUGIN)


def _message(engine: Engine, scope: Scope, job: Job, lock: JobLock) -> dict[str, Any] | tuple[Claim, Failed]:
    handler = engine.plugins.handlers[job.handler or ""]
    inputs = unpack(job.inputs)
    try:
        plain = handler.plain_inputs(orjson.loads(encode(inputs)))
    except (ValidationError, TypeError, ValueError) as error:
        said = error.messages if isinstance(error, ValidationError) else error
        failed = Failed(f"输入不符合处理器的声明：{said}", retryable=False)
        return Claim(scope, job.id, lock.worker, lock.id), failed
    return {
        "id": job.id,
        "topic": handler.id,
        "handler_version": _version(engine, handler),
        "inputs": plain,
        "lock_token": lock.id,
        "locked_until": job.leased_until and job.leased_until.isoformat(),
        "attempt": job.made + 1,
        "attempts_left": max(0, handler.retry.attempts - job.made - 1),
        "idempotency_key": handler.idempotency_key(inputs, job.id),
        "county": job.county,
        "process_instance": job.instance_id,
        "element_id": job.element_id,
    }


def _version(engine: Engine, handler: Handler) -> str:
    return next((record.version for record in engine.plugins.records if record.name == handler.plugin), "")
