"""A bureau whose system is elsewhere: its declaration, a process that needs it, and a worker that asks for jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy as sa

from engine import workers
from engine.application import Engine
from engine.bundle import Bundle
from engine.clock import FixedClock
from engine.declaration import Retry, external, fields, validate
from engine.feel import Feel
from engine.outcome import Failed
from engine.plugins.host import PluginHost
from engine.services.external_jobs import Claim, Wish
from engine.services.worker_tokens import Scope
from engine.tables.jobs import Job
from engine.tables.people import OrgUnit
from engine.types import SYSTEM

TOPIC = "bureau.record_case"
UNITS = (("1", "市", "/1/"), ("11", "东县", "/1/11/"), ("111", "东镇", "/1/11/111/"), ("12", "西县", "/1/12/"))

RECORD_CASE = external(
    TOPIC,
    "登记立案",
    inputs={
        "number": fields.Integer(required=True, metadata={"title": "编号"}),
        "summary": fields.String(required=True, validate=validate.Length(max=500)),
        "level": fields.Integer(load_default=1),
    },
    outputs={
        "case_number": fields.String(required=True, validate=validate.Length(min=1, max=40)),
        "level": fields.Integer(load_default=1),
        "notes": fields.Dict(),
    },
    errors={"DUPLICATE": "已有同一案件", "REFUSED": "不予受理"},
    timeout=60,
    retry=Retry(attempts=3, backoff=10, factor=2),
    idempotency=["number"],
)


@dataclass
class Bureau:
    """The engine, and what a worker of the bureau says to it."""

    engine: Engine
    clock: FixedClock
    scope: Scope = field(init=False)

    def __post_init__(self) -> None:
        with self.engine.begin(SYSTEM) as work:
            for code, name, path in UNITS:
                work.session.add(OrgUnit(code=code, name=name, kind="unit", path=path))
            work.definitions.deploy(
                Bundle("casework", {"casework.bpmn": Path(__file__).with_name("casework.bpmn").read_bytes()}), "test"
            )
        self.scope = self.let_in()

    def let_in(self, **given: Any) -> Scope:
        with self.engine.begin(SYSTEM) as work:
            issued = work.worker_tokens.create("bureau", "办案系统", **{"lifetime": timedelta(days=30), **given})
        scope = workers.authenticate(self.engine, issued.secret)
        assert scope is not None
        return scope

    def start(self, number: int = 7, unit: str = "111", summary: str = "门口有人争吵") -> str:
        with self.engine.begin(SYSTEM) as work:
            given = {"number": number, "summary": summary}
            return work.instances.start("casework", given, business_key=None, org_unit=unit).id

    def fetch(
        self, worker: str = "w1", limit: int = 1, seconds: float | None = None, scope: Scope | None = None
    ) -> Any:
        return workers.fetch(self.engine, scope or self.scope, Wish(worker, {TOPIC: seconds}, limit))

    def claim(self, job: dict[str, Any], worker: str = "w1", scope: Scope | None = None) -> Claim:
        return Claim(scope or self.scope, job["id"], worker, job["lock_token"])

    def complete(self, job: dict[str, Any], worker: str = "w1", **outputs: Any) -> None:
        claim, given = self.claim(job, worker), outputs or {"case_number": "J-7"}
        workers.report(self.engine, claim, lambda external: external.complete(claim, given), said=("complete", given))

    def fail(self, job: dict[str, Any], message: str = "线路忙", after: float | None = None) -> None:
        claim = self.claim(job)
        workers.report(self.engine, claim, lambda external: external.fail(claim, Failed(message, after=after)))

    def job(self, job_id: str) -> Job:
        with self.engine.begin(SYSTEM, write=False) as work:
            found = work.session.get_one(Job, job_id)
            work.session.expunge(found)
            return found

    def end_of(self, instance: str) -> tuple[str, str | None]:
        with self.engine.begin(SYSTEM, write=False) as work:
            found = work.instances.get(instance)
            return found.state, found.end_event

    def events(self, instance: str) -> list[tuple[str, str]]:
        with self.engine.begin(SYSTEM, write=False) as work:
            return [(e.event, e.actor_name) for e in work.history.of(instance) if e.event.startswith("job.")]


def bureau_on(database: sa.Engine, clock: FixedClock, feel: Feel, hookspecs: Sequence[ModuleType] = ()) -> Bureau:
    """Return the bureau on a migrated, empty database."""
    host = PluginHost(hookspecs).load((), ())
    host.handlers[TOPIC] = RECORD_CASE
    return Bureau(Engine(database, host, clock=clock, feel=feel), clock)
