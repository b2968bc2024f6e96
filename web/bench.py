"""Measurements through the real web server, against a floor measured in the same run. Not tests: they print figures."""

from __future__ import annotations

import http.client
import json
import platform
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy import event

from engine.application import Engine
from engine.bundle import Bundle
from engine.passwords import hash_password
from engine.tables.people import OrgUnit, Person, PersonPost
from engine.types import SYSTEM, new_id
from web.app import create_app
from web.composition import build_engine
from web.config import Settings
from web.server import WebServer

TASKS = 10
LOGIN, PASSWORD = "bench", "bench-password"
HIDDEN = re.compile(r'name="(csrf_token|idempotency_key)"[^>]*value="([^"]+)"')

PROCESS_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="bench"
  xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core">
<process id="bench-linear" name="bench" isExecutable="true">
<laneSet id="lanes"><lane id="staff" name="staff"><extensionElements><spiffworkflow:properties>
<spiffworkflow:property name="group" value="staff"/><spiffworkflow:property name="unit" value="&quot;1&quot;"/>
</spiffworkflow:properties></extensionElements>"""
FORM = {
    "type": "default",
    "components": [{"type": "textfield", "key": "note", "label": "note", "validate": {"required": True}}],
}


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


def http_bench(instances: int = 30) -> dict[str, Any]:
    """Complete every task of `instances` instances of a process of ten user tasks over HTTP, on SQLite.

    Returns:
        p50 and p95 in milliseconds, SQL statements and commits a completion; the same server's answer to an empty
        request (`floor`) from the same run, measured between the completions.
    """
    with _server() as (engine, port):
        counter = Counter()
        counter.watch(engine.database)
        browser = Browser(port)
        browser.login()
        seconds, floor, statements, commits = [], [], [], []
        for number in range(instances + 1):
            for spent, asked, committed in _complete_instance(engine, browser, counter):
                if number:  # the first instance warms the caches
                    seconds.append(spent)
                    statements.append(asked)
                    commits.append(committed)
                    floor.append(browser.timed("GET", "/healthz"))
    return {
        "bench": "http",
        "database": "sqlite",
        "python": platform.python_version(),
        "completions": len(seconds),
        "p50_ms": _ms(statistics.median(seconds)),
        "p95_ms": _ms(statistics.quantiles(seconds, n=20)[-1]),
        "statements": max(statements),
        "commits": max(commits),
        "floor": {"what": "GET /healthz on the same server", "p50_ms": _ms(statistics.median(floor))},
    }


def _complete_instance(engine: Engine, browser: Browser, counter: Counter) -> Iterator[tuple[float, int, int]]:
    with engine.begin(SYSTEM) as work:
        instance = work.instances.start("bench-linear", {}, business_key=None, org_unit="1").id
    for _ in range(TASKS):
        with engine.begin(SYSTEM, write=False) as work:
            task = next(task.id for task in work.tasks.of_instance(instance) if task.state == "open")
        form = {**browser.hidden(f"/tasks/{task}"), "note": "done"}
        asked, committed = counter.statements, counter.commits
        spent = browser.timed("POST", f"/tasks/{task}", form, expect=(302, 303))
        yield spent, counter.statements - asked, counter.commits - committed


class Browser:
    """One keep-alive connection with cookies, which is all of a browser that the measurement needs."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._cookies: dict[str, str] = {}

    def request(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Return status and body."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, urlencode(form) if form is not None else None, headers)
        response = self._connection.getresponse()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.split(";", 1)[0]
        return response.status, response.read().decode()

    def timed(
        self, method: str, path: str, form: dict[str, str] | None = None, expect: tuple[int, ...] = (200,)
    ) -> float:
        """Return the seconds a request took; raise RuntimeError for another status than expected."""
        begin = time.perf_counter()
        status, body = self.request(method, path, form)
        spent = time.perf_counter() - begin
        if status not in expect:
            raise RuntimeError(f"{method} {path} answered {status}: {body[:300]}")
        return spent

    def hidden(self, path: str) -> dict[str, str]:
        """Return the hidden fields of the page's form."""
        return dict(HIDDEN.findall(self.request("GET", path)[1]))

    def login(self) -> None:
        """Log in as the measurement's person."""
        form = {**self.hidden("/login"), "login": LOGIN, "password": PASSWORD}
        self.timed("POST", "/login", form, expect=(302, 303))


@contextmanager
def _server() -> Iterator[tuple[Engine, int]]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            home=Path(folder),
            database_url=f"sqlite:///{folder}/bench.db",
            processes=Path(folder),
            host="127.0.0.1",
            port=0,
            secret_key="bench" * 10,
            secure_cookies=False,
            threads=4,
            strict_plugins=False,
        )
        engine = build_engine(settings)
        _furnish(engine)
        with WebServer(create_app(engine, settings), settings) as server:
            yield engine, server.port
        engine.stop_workers()


def _furnish(engine: Engine) -> None:
    with engine.begin(SYSTEM) as work:
        work.session.add(OrgUnit(code="1", name="bench", kind="bench", path="/1/"))
        work.session.add(Person(id="bench", login=LOGIN, name="bench", password_hash=hash_password(PASSWORD)))
        work.session.flush()
        post = PersonPost(id=new_id(), person_id="bench", group="staff", org_unit="1", valid_from=date(2020, 1, 1))
        work.session.add(post)
        work.definitions.deploy(linear(), "bench")


def linear(tasks: int = TASKS) -> Bundle:
    """Return a bundle with a process of `tasks` user tasks in a row, each with a form of one field."""
    nodes = [f"task{number}" for number in range(tasks)]
    lane = "".join(f"<flowNodeRef>{node}</flowNodeRef>" for node in ["start", *nodes, "end"])
    elements = '<startEvent id="start"/>' + "".join(_user_task(node) for node in nodes) + '<endEvent id="end"/>'
    flows = "".join(
        f'<sequenceFlow id="flow{number}" sourceRef="{source}" targetRef="{target}"/>'
        for number, (source, target) in enumerate(zip(["start", *nodes], [*nodes, "end"], strict=True))
    )
    bpmn = f"{PROCESS_HEAD}{lane}</lane></laneSet>{elements}{flows}</process></definitions>"
    return Bundle("bench", {"linear.bpmn": bpmn.encode(), "note.form.json": json.dumps(FORM).encode()})


def _user_task(element_id: str) -> str:
    return (
        f'<userTask id="{element_id}" name="{element_id}"><extensionElements><spiffworkflow:properties>'
        '<spiffworkflow:property name="form" value="note"/></spiffworkflow:properties></extensionElements></userTask>'
    )


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
