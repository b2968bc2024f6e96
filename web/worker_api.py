"""`/worker/v1`: how a department's system that is not in Python takes part. For programs: a token, no cookie, JSON.

What a call means is decided in `engine.workers`; here are its form, its limits and who calls.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint, Response, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from engine import workers
from engine.derived.openapi import BASE, openapi
from engine.errors import TryAgain
from engine.outcome import Failed
from engine.services.external_jobs import Claim, ExternalJobs, Said, Wish
from engine.services.worker_tokens import Scope
from engine.transient import is_away
from web import errors
from web.request import current_engine
from web.security import client_network, limiter
from web.texts import gettext
from web.waiting import waiting_of
from web.worker_bodies import (
    BodyInvalid,
    CompleteSchema,
    ErrorSchema,
    ExtendSchema,
    FailureSchema,
    FetchSchema,
    HeldSchema,
    read_body,
)

calls = Blueprint("worker_api", __name__, url_prefix=BASE)

RATE = "3000 per minute"
"""Of one token, or of one address without a token."""

LONGEST_TOKEN = 200
PAUSE = 1
"""Seconds that a client should wait whose long poll was answered at once, because too many wait already."""


def _caller() -> str:
    header = request.headers.get("Authorization", "")
    return hashlib.sha256(header.encode("utf-8", "surrogatepass")).hexdigest() if header else client_network()


limiter.limit(RATE, key_func=_caller)(calls)


@calls.before_request
def authenticate() -> ResponseReturnValue | None:
    """Find out what the token gives a right to; 401 without one that holds."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    usable = scheme.lower() == "bearer" and 0 < len(secret) <= LONGEST_TOKEN
    scope = workers.authenticate(current_engine(), secret.strip()) if usable else None
    if scope is None:
        message = gettext("请求头 Authorization 须为 Bearer 加有效的令牌。")
        refused = errors.answer(errors.Problem(401, "token.unknown", message, {}))
        refused.headers["WWW-Authenticate"] = "Bearer"
        return refused
    g.worker_scope, g.actor = scope, workers.actor_of(current_engine(), scope)
    return None


def _scope() -> Scope:
    return cast(Scope, g.worker_scope)


@calls.errorhandler(BodyInvalid)
def on_body_invalid(invalid: BodyInvalid) -> Response:
    """Answer a body that is not what the call asks for."""
    message = gettext("请求内容不是所要求的 JSON。")
    return errors.answer(errors.Problem(400, "body.invalid", message, {"errors": invalid.errors}))


@calls.errorhandler(TryAgain)
def on_busy(busy: TryAgain) -> Response:
    """Answer when others were in the way, or the database is away: the same request is to be sent again."""
    g.retry_after = PAUSE
    return errors.on_engine_error(busy)


@calls.errorhandler(PoolTimeout)
@calls.errorhandler(DBAPIError)
def on_database(error: SQLAlchemyError) -> Response:
    """Answer while the database is away as when it is busy; anything else is a fault of ours."""
    return on_busy(TryAgain()) if is_away(error) else errors.on_unforeseen(error)


@calls.post("/jobs/fetch")
def fetch() -> ResponseReturnValue:
    """Lock jobs for the worker, waiting for some when there are none."""
    body, engine, scope = read_body(FetchSchema), current_engine(), _scope()
    topics = {topic["topic"]: topic["lock_seconds"] for topic in body["topics"]}
    wish = Wish(body["worker"], topics, body["max_jobs"])
    workers.check_topics(engine, scope, wish)

    def look() -> list[dict[str, Any]]:
        return workers.fetch(engine, scope, wish) if workers.any_ready(engine, scope, wish) else []

    gone = request.environ.get("waitress.client_disconnected", lambda: False)  # a job for nobody would cost an attempt
    jobs, full = waiting_of(current_app).until(look, body["wait_seconds"], gone)
    if full:
        g.retry_after = PAUSE
    return jsonify(jobs)


@calls.post("/jobs/<fetched_id>/complete")
def complete(fetched_id: str) -> ResponseReturnValue:
    """The job is done."""
    body = read_body(CompleteSchema)
    outputs = body["outputs"]
    return _report(fetched_id, body, ("complete", outputs), lambda claim, jobs: jobs.complete(claim, outputs))


@calls.post("/jobs/<fetched_id>/failure")
def failure(fetched_id: str) -> ResponseReturnValue:
    """The attempt failed."""
    body = read_body(FailureSchema)
    message = "\n".join(text for text in (body["message"], body["details"]) if text)
    failed = Failed(message, body["retryable"], body["retry_after_seconds"])
    return _report(fetched_id, body, None, lambda claim, jobs: jobs.fail(claim, failed))


@calls.post("/jobs/<fetched_id>/error")
def error(fetched_id: str) -> ResponseReturnValue:
    """A business error that the declaration names."""
    body = read_body(ErrorSchema)
    code, message, outputs = body["code"], body["message"], body["outputs"]
    said = ("error", [code, message, outputs])
    return _report(fetched_id, body, said, lambda claim, jobs: jobs.raise_error(claim, code, message, outputs))


@calls.post("/jobs/<fetched_id>/extend")
def extend(fetched_id: str) -> ResponseReturnValue:
    """Keep the lock for longer."""
    body = read_body(ExtendSchema)
    claim = _claim(fetched_id, body)
    until = workers.report(current_engine(), claim, lambda jobs: jobs.extend(claim, body["lock_seconds"]))
    return jsonify({"locked_until": until.isoformat() if until else None})


@calls.post("/jobs/<fetched_id>/release")
def release(fetched_id: str) -> ResponseReturnValue:
    """Give the job back unworked."""
    return _report(fetched_id, read_body(HeldSchema), None, lambda claim, jobs: jobs.release(claim))


@calls.get("/openapi.json")
def describe() -> ResponseReturnValue:
    """The document for the token's topics."""
    scope = _scope()
    return jsonify(openapi(handler for id_, handler in current_engine().plugins.handlers.items() if scope.allows(id_)))


def _claim(fetched_id: str, body: dict[str, Any]) -> Claim:
    return Claim(_scope(), fetched_id, body["worker"], body["lock_token"])


def _report(
    fetched_id: str, body: dict[str, Any], said: Said | None, act: Callable[[Claim, ExternalJobs], None]
) -> ResponseReturnValue:
    claim = _claim(fetched_id, body)
    workers.report(current_engine(), claim, lambda jobs: act(claim, jobs), said)
    return "", 204
