"""One task completed over HTTP, beside the same server's answer to an empty request."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from engine.application import Engine
from engine.passwords import hash_password
from engine.types import SYSTEM, TaskState
from web.app import create_app
from web.bench import figures
from web.bench.browser import PASSWORD, Browser
from web.bench.databases import SQLITE, Place, place
from web.bench.diagrams import Measured, linear
from web.bench.world import UNIT, furnish
from web.composition import build_engine
from web.server import WebServer


@dataclass
class Counter:
    """SQL statements and commits that a database engine has seen, BEGIN not counted."""

    statements: int = 0
    commits: int = 0

    def watch(self, database: sa.Engine) -> None:
        """Count from now on."""
        event.listen(database, "before_cursor_execute", self._statement)
        event.listen(database, "commit", self._commit)

    def _statement(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            self.statements += 1

    def _commit(self, _connection: sa.Connection) -> None:
        self.commits += 1


def http_bench(instances: int = 30, database: str = SQLITE) -> dict[str, Any]:
    """Complete every task of `instances` instances of a process of ten user tasks over HTTP.

    Args:
        instances: how many.
        database: see `databases.place`; what it knows.

    Returns:
        p50 and p95 in milliseconds, SQL statements and commits a completion; the same server's answer to an empty
        request (`floor`) from the same run, measured between the completions.
    """
    case, counter = linear(), Counter()
    seconds, floor, statements, commits = [], [], [], []
    with place(database) as at, _server(at, case) as (engine, port), closing(Browser(port)) as browser:
        counter.watch(engine.database)
        browser.login()
        for number in range(instances + 1):
            for spent, asked, committed in _complete_instance(engine, browser, counter, case):
                if number:  # the first instance warms the caches
                    seconds.append(spent)
                    statements.append(asked)
                    commits.append(committed)
                    floor.append(browser.timed("GET", "/healthz"))
    return {
        "bench": "http",
        **figures.machine(at.name),
        "completions": len(seconds),
        **figures.quantiles(seconds),
        "statements": max(statements),
        "commits": max(commits),
        "floor": {"what": "GET /healthz on the same server", **figures.quantiles(floor)},
        "ratio": figures.ratio(statistics.median(seconds), statistics.median(floor)),
    }


def _complete_instance(
    engine: Engine, browser: Browser, counter: Counter, case: Measured
) -> Iterator[tuple[float, int, int]]:
    with engine.begin(SYSTEM) as work:
        instance = work.instances.start(case.key, {}, business_key=None, org_unit=UNIT).id
    for entry in case.entries:
        with engine.begin(SYSTEM, write=False) as work:
            task = next(task.id for task in work.tasks.of_instance(instance) if task.state == TaskState.OPEN)
        form = {**browser.hidden(f"/tasks/{task}"), **entry}
        asked, committed = counter.statements, counter.commits
        spent = browser.timed("POST", f"/tasks/{task}", form, expect=(302, 303))
        yield spent, counter.statements - asked, counter.commits - committed


@contextmanager
def _server(at: Place, case: Measured) -> Iterator[tuple[Engine, int]]:
    settings = at.settings()
    engine = build_engine(settings)
    try:
        furnish(engine, case, password_hash=hash_password(PASSWORD))
        with WebServer(create_app(engine, settings), settings) as server:
            yield engine, server.port
    finally:
        engine.stop_workers()
        engine.database.dispose()
