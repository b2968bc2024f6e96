"""Takes instances one step further in processes that die at a chosen SQL statement.

Run as a module it answers requests on its standard input, one JSON object a line, and forks a process for each: what
is slow to import is imported once, and nothing that does not survive a fork (V8, threads, connections) is made before.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from engine.application import Engine
from engine.clock import SystemClock
from engine.db import connect
from engine.jobs.dbos_queue import DbosQueue
from engine.plugins.host import PluginHost
from engine.tables.jobs import Job
from engine.types import SYSTEM, Actor, JobId, JobState, Post

CLERK = Actor("clerk", "店员", posts=(Post("clerk", "1", "/1/"),))


@dataclass(frozen=True)
class Request:
    """Complete the task of an instance, or perform its waiting job; die before SQL statement number `die_at`."""

    url: str
    instance: str
    step: str
    die_at: int | None


def build(url: str) -> Engine:
    """Return the engine that every process of these tests builds."""
    plugins = PluginHost().load(core=("tests.durability.depot",), departments=(), strict=True)
    database, clock = connect(url), SystemClock()
    queue = DbosQueue(database, clock, polling_seconds=0.05)
    queue.connect()
    return Engine(database, plugins, clock=clock, queue=queue)


def complete(engine: Engine, instance: str) -> None:
    with engine.begin(CLERK, write=False) as work:
        task = next(task.id for task in work.tasks.of_instance(instance) if task.state == "open")
    with engine.begin(CLERK) as work:
        work.tasks.complete(task, {"note": "好"})


def perform(engine: Engine, instance: str) -> None:
    due = Job.due_at <= engine.clock.now()
    select = sa.select(Job.id, Job.attempt).where(Job.instance_id == instance, Job.state == JobState.WAITING, due)
    with engine.begin(SYSTEM, write=False) as work:
        job, attempt = work.session.execute(select).one()
    engine.perform(JobId(job), attempt)


STEPS = {"complete": complete, "perform": perform}


class Statements:
    """Counts what is asked of a database, the commits too, and kills this process before a chosen one."""

    def __init__(self, database: sa.Engine, die_at: int | None) -> None:
        self.seen = 0
        self._die_at = die_at
        event.listen(database, "before_cursor_execute", self._one)
        event.listen(database, "commit", self._one)

    def _one(self, *_: Any) -> None:
        if self.seen == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.seen += 1


class Crashing:
    """The process that forks, seen from the test."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.durability.crashing"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Crashing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._process:
            self._process.kill()

    def run(self, request: Request) -> int | None:
        """Return how many statements the step took, or None when its process was killed by its own signal."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(request)) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert answer["status"] in (0, -signal.SIGKILL), "the step failed; its traceback is in the captured output"
        return int(answer["statements"]) if answer["status"] == 0 else None


def _serve() -> None:
    for line in sys.stdin:
        request = Request(**json.loads(line))
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            _step(request, writing)
        os.close(writing)
        with os.fdopen(reading) as said:
            statements = said.read()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(json.dumps({"status": status, "statements": statements}) + "\n")
        sys.stdout.flush()


def _step(request: Request, writing: int) -> None:
    try:
        engine = build(request.url)
        statements = Statements(engine.database, request.die_at)
        STEPS[request.step](engine, request.instance)
        os.write(writing, str(statements.seen).encode())
        if request.die_at is not None:
            os.kill(os.getpid(), signal.SIGKILL)  # right after the commit, with nothing closed
        os._exit(0)
    except BaseException:  # noqa: BLE001  a forked process must not go on in its parent's code
        sys.excepthook(*sys.exc_info())
        os._exit(1)


if __name__ == "__main__":
    _serve()
