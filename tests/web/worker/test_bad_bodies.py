"""A thousand bodies that no client should send: each gets an answer of the contract, and none a fault of ours."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.clock import FixedClock
from engine.feel import Feel
from tests.engine.workers.bureau import TOPIC, Bureau, bureau_on
from tests.web.conftest import Settings
from tests.web.worker.conftest import Caller, secret_of
from web import hookspecs
from web.app import create_app
from web.assets_manifest import Assets
from web.security import limiter

ANSWERS = {200, 204, 400, 403, 404, 409, 422}
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | texts
anything = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=8)
outputs = st.dictionaries(st.sampled_from(["case_number", "level", "notes", "extra", "", "@"]) | texts, anything)


def mostly(value: Any) -> st.SearchStrategy[Any]:
    return st.one_of(st.just(value), st.just(value), anything)


@pytest.fixture
def bureau(postgres: sa.Engine, clock: FixedClock, feel: Feel) -> Bureau:
    """PostgreSQL is the stricter one: it refuses texts that SQLite keeps."""
    return bureau_on(postgres, clock, feel, (hookspecs,))


@pytest.fixture
def app(bureau: Bureau, assets: Assets) -> Flask:
    return create_app(bureau.engine, Settings(), assets)


def bodies(lock: str) -> st.SearchStrategy[tuple[str, Any]]:
    """Yield calls with bodies that are almost right, or not at all."""
    held = {"worker": mostly("w1"), "lock_token": mostly(lock)}
    topic = st.fixed_dictionaries({"topic": mostly(TOPIC)}, optional={"lock_seconds": mostly(60)})
    fetch = st.fixed_dictionaries(
        {"worker": mostly("w1"), "topics": st.lists(topic) | anything}, optional={"max_jobs": mostly(1), "x": anything}
    )
    reports = {
        "complete": st.fixed_dictionaries({**held, "outputs": outputs | anything}),
        "failure": st.fixed_dictionaries(
            {**held, "message": mostly("断线")}, optional={"retryable": anything, "retry_after_seconds": anything}
        ),
        "error": st.fixed_dictionaries(
            {**held, "code": mostly("SURPRISE")}, optional={"message": anything, "outputs": outputs | anything}
        ),
        "extend": st.fixed_dictionaries({**held, "lock_seconds": mostly(60)}),
        "release": st.fixed_dictionaries(held, optional={"why": anything}),
    }
    calls = [st.tuples(st.just(name), body | anything) for name, body in reports.items()]
    return st.one_of(st.tuples(st.just("fetch"), fetch | anything), *calls)


def test_no_body_is_a_fault_of_ours(app: Flask, bureau: Bureau) -> None:
    caller = Caller(app.test_client(), secret_of(bureau))
    for number in range(3):
        bureau.start(number)
    [job] = caller.fetch()
    strange = st.sampled_from([job["id"], job["id"], job["id"], "x", "%00", "a" * 300, "%E2%98%83"])
    seen: set[int] = set()

    @settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
    @given(bodies(job["lock_token"]), strange, st.binary(max_size=3))
    def one(call: tuple[str, Any], job_id: str, tail: bytes) -> None:
        with app.app_context():
            limiter.reset()
        name, body = call
        path = "/jobs/fetch" if name == "fetch" else f"/jobs/{job_id}/{name}"
        data = orjson.dumps(body, default=str) + (tail if tail.startswith(b"\x01") else b"")
        answer = caller.send(path, data)
        seen.add(answer.status_code)
        assert answer.status_code in ANSWERS, (path, data, answer.text)

    one()
    assert {400, 404} <= seen
