"""A system under load: clients complete the tasks of review processes over HTTP while workers run the handlers."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine.application import Engine
from engine.db import connect
from engine.jobs.table_queue import TableQueue
from engine.passwords import hash_password
from engine.plugins.host import PluginHost
from engine.tables.jobs import Job
from engine.tables.people import OrgUnit
from engine.tables.tasks import UserTask
from engine.types import SYSTEM, JobKind, JobState, TaskState, new_id
from web import migrate
from web.bench import figures
from web.bench.browser import PASSWORD, Browser
from web.bench.databases import POSTGRESQL, Place, place
from web.bench.diagrams import VARIABLES, Measured, review
from web.bench.system import Running, system
from web.bench.world import furnish

REVISIONS = 2
COUNTIES = 4
"""Counties that the cases belong to: what is queued is queued by county."""

RATE = 400
"""Completed tasks a second that the prepared cases last for."""

FLOOR_EVERY = 20
WARM_UP = 0.3
"""Of the time, spent before it: definitions are parsed, caches fill, the first handlers run."""


@dataclass
class Client:
    """One person's browser, the cases it works on, and what it has seen."""

    browser: Browser
    token: str
    cases: Sequence[str]
    completed: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    revised: Counter[str] = field(default_factory=Counter)

    def work(self, database: sa.Engine, until: float) -> None:
        """Complete whatever is open in its cases until the time is over; ids come from the database, not from pages."""
        select = sa.select(UserTask.id, UserTask.instance_id, UserTask.element_id).where(
            UserTask.instance_id.in_(self.cases), UserTask.state == TaskState.OPEN
        )
        while time.perf_counter() < until:
            with database.connect() as connection:
                found = connection.execute(select.limit(20)).all()
            if not found:
                time.sleep(0.05)  # handlers are at work
            for task_id, instance_id, element_id in found:
                if time.perf_counter() < until:
                    self._complete(task_id, self._values(instance_id, element_id))

    def forget(self) -> None:
        """Forget what was measured so far, errors excepted."""
        self.completed.clear()
        self.floor.clear()

    def _values(self, instance_id: str, element_id: str) -> dict[str, str]:
        if element_id == "review" and self.revised[instance_id] < REVISIONS:
            self.revised[instance_id] += 1
            return {"note": "please revise", "decision": "revise"}
        return {"note": "done", "decision": ""}

    def _complete(self, task_id: str, values: dict[str, str]) -> None:
        form = {"csrf_token": self.token, "idempotency_key": new_id(), **values}
        begin = time.perf_counter()
        try:
            status, _ = self.browser.request("POST", f"/tasks/{task_id}", form)
        except OSError as error:
            self.errors[type(error).__name__] += 1
            return
        spent = time.perf_counter() - begin
        if status in {302, 303}:
            self.completed.append(spent)
        else:
            self.errors[str(status)] += 1
        if len(self.completed) % FLOOR_EVERY == 0:
            self.floor.append(self.browser.timed("GET", "/healthz"))


def load_bench(
    seconds: float = 30, clients: int = 16, web: int = 2, workers: int = 1, database: str = POSTGRESQL
) -> dict[str, Any]:
    """Complete tasks over HTTP with so many clients for so long, after a warm-up.

    Returns:
        Completed tasks a second; p50 and p95 of a completion in milliseconds; answers other than success, by status;
        handlers' jobs done, dead and still waiting at the end (many: the workers did not keep up);
        the same servers' answer to an empty request (`floor`) under the same load;
        the processor time of a completed task by part, which other programs on the machine do not change much.
    """
    case = review(REVISIONS)
    with place(database) as at:
        engine = _prepared(at)
        try:
            with system(at, case.bundle, web, workers) as running:
                crowd = _crowd(engine, case, running.ports, clients, seconds)
                _run(engine.database, crowd, seconds * WARM_UP)
                for client in crowd:
                    client.forget()
                before = _processor(engine, running)
                _run(engine.database, crowd, seconds)
                after = _processor(engine, running)
                for client in crowd:
                    client.browser.close()
            jobs = _jobs(engine)
        finally:
            engine.stop_workers()
            engine.database.dispose()
    return {
        "bench": "load",
        **figures.machine(at.name),
        "over": f"HTTP; {web} web and {workers} worker processes, {clients} clients and the database on one machine",
        "seconds": seconds,
        **_figures(crowd, seconds),
        "cpu_ms_per_task": _each(crowd, before, after),
        "jobs": jobs,
    }


def _prepared(at: Place) -> Engine:
    migrate.upgrade(at.url)
    engine = Engine(connect(at.url, pool_size=20), PluginHost(), queue=TableQueue())
    furnish(engine, password_hash=hash_password(PASSWORD))
    with engine.begin(SYSTEM) as work:
        work.session.add_all(
            OrgUnit(code=f"c{number}", name="county", kind="bench", path=f"/c{number}/") for number in range(COUNTIES)
        )
    return engine


def _crowd(engine: Engine, case: Measured, ports: list[int], clients: int, seconds: float) -> list[Client]:
    """Return the clients, logged in, with cases enough for the time."""
    needed = max(clients, int(seconds * (1 + WARM_UP) * RATE / len(case.entries)))
    with engine.begin(SYSTEM) as work:
        cases = [
            work.instances.start(case.key, VARIABLES, business_key=None, org_unit=f"c{number % COUNTIES}").id
            for number in range(needed)
        ]
        some_task = work.tasks.of_instance(cases[0])[0].id
    with closing(Browser(ports[0])) as first:
        first.login()
        token = first.hidden(f"/tasks/{some_task}")["csrf_token"]
    return [Client(first.twin(ports[number % len(ports)]), token, cases[number::clients]) for number in range(clients)]


def _run(database: sa.Engine, crowd: list[Client], seconds: float) -> None:
    """Let all clients work at once for so long."""
    began = time.perf_counter()
    threads = [threading.Thread(target=client.work, args=(database, began + seconds)) for client in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _figures(crowd: list[Client], seconds: float) -> dict[str, Any]:
    spent = [taken for client in crowd for taken in client.completed]
    floor = [taken for client in crowd for taken in client.floor]
    return {
        "completed": len(spent),
        "completed_per_second": round(len(spent) / seconds, 1),
        **(figures.quantiles(spent) if spent else {}),
        "errors": dict(sum((client.errors for client in crowd), Counter())),
        "floor": {"what": "GET /healthz under the same load", **(figures.quantiles(floor) if floor else {})},
    }


def _processor(engine: Engine, running: Running) -> dict[str, float]:
    """Return the processor time used so far by each part; the database's too where it tells its processes."""
    used = {
        "web": figures.processor_seconds(running.web),
        "workers": figures.processor_seconds(running.workers),
        "clients": time.process_time(),
    }
    if engine.database.dialect.name == "postgresql":
        with engine.begin(SYSTEM, write=False) as work:
            backends = work.session.scalars(sa.text("SELECT pid FROM pg_stat_activity")).all()
        used["database"] = figures.processor_seconds(backends)
    return used


def _each(crowd: list[Client], before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """Return the processor time of a completed task, handlers included: it says what an idle machine would do."""
    completed = sum(len(client.completed) for client in crowd) or 1
    used = {part: figures.ms(max(0.0, after[part] - before[part]) / completed) for part in after}
    return {**used, "all": round(sum(used.values()), 3)}


def _jobs(engine: Engine) -> dict[str, int]:
    told = Job.state.in_((JobState.DONE, JobState.DEAD, JobState.WAITING))
    count = sa.select(Job.state, sa.func.count()).where(Job.kind == JobKind.HANDLER, told).group_by(Job.state)
    with engine.begin(SYSTEM, write=False) as work:
        return {str(state): number for state, number in work.session.execute(count)}
