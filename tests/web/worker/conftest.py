"""The worker API over the bureau's engine, spoken to by Flask's own client."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.clock import FixedClock
from engine.feel import Feel
from engine.types import SYSTEM
from tests.engine.workers.bureau import TOPIC, Bureau, bureau_on
from tests.web.conftest import Settings
from web import hookspecs
from web.app import create_app
from web.assets_manifest import Assets
from web.security import limiter


@dataclass
class Caller:
    """A program with a token."""

    client: FlaskClient
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def post(self, path: str, body: Any) -> TestResponse:
        return self.client.post(f"/worker/v1{path}", json=body, headers=self._all())

    def send(self, path: str, data: bytes, content_type: str = "application/json") -> TestResponse:
        return self.client.post(f"/worker/v1{path}", data=data, content_type=content_type, headers=self._all())

    def get(self, path: str) -> TestResponse:
        return self.client.get(f"/worker/v1{path}", headers=self._all())

    def fetch(self, **options: Any) -> list[dict[str, Any]]:
        answer = self.post("/jobs/fetch", {"worker": "w1", "topics": [{"topic": TOPIC}], **options})
        assert answer.status_code == 200, answer.text
        jobs: list[dict[str, Any]] = answer.get_json()
        return jobs

    def report(self, job: dict[str, Any], what: str, **body: Any) -> TestResponse:
        held = {"worker": "w1", "lock_token": job["lock_token"]}
        return self.post(f"/jobs/{job['id']}/{what}", {**held, **body})

    def _all(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", **self.headers}


@pytest.fixture
def bureau(sqlite: sa.Engine, clock: FixedClock, feel: Feel) -> Bureau:
    return bureau_on(sqlite, clock, feel, (hookspecs,))


@pytest.fixture
def app(bureau: Bureau, assets: Assets) -> Flask:
    built = create_app(bureau.engine, Settings(), assets)
    with built.app_context():
        limiter.reset()
    return built


def secret_of(bureau: Bureau, **given: Any) -> str:
    with bureau.engine.begin(SYSTEM) as work:
        return work.worker_tokens.create("bureau", "办案系统", **{"lifetime": timedelta(days=30), **given}).secret


@pytest.fixture
def caller(app: Flask, bureau: Bureau) -> Caller:
    return Caller(app.test_client(), secret_of(bureau))
