"""One run: start the processes, kill them and restart the database at random, let them come to rest, count."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.application import Engine
from engine.tables.instances import ProcessInstance
from engine.types import SYSTEM, InstanceState
from web.chaos.process import complete_some, ready_file
from web.chaos.tally import Tally, count
from web.chaos.world import build, furnish, somebody
from web.embedded_postgres import PostgresMissing, PostgresServer

KINDS = ("worker", "worker", "desk", "desk")
BETWEEN = (0.4, 2.5)
"""Seconds between two kills."""

STARTING = 0.03
"""How likely a process that is still starting may be the next to be killed."""

RESTART_EVERY = 6.0
REST_SECONDS = 90.0
"""How long the cases may take to come to rest once nobody is killed any more."""

DATABASES = ("sqlite", "postgresql")


def chaos(seconds: float, databases: tuple[str, ...] = DATABASES, seed: int | None = None) -> dict[str, Any]:
    """Run on each database in turn, `seconds` together.

    Returns:
        by database what `_report` says, or why it was left out; `violated`: whether anything was lost or done twice.
    """
    report: dict[str, Any] = {"seconds": seconds, "seed": seed if seed is not None else time.time_ns() % 10**6}
    for name in databases:
        dice = random.Random(f"{report['seed']}{name}")  # noqa: S311  it only chooses whom to kill, and when
        try:
            report[name] = _on(name, seconds / len(databases), dice)
        except PostgresMissing as missing:
            report[name] = {"left_out": str(missing), "violated": False}
    report["violated"] = any(report[name]["violated"] for name in databases)
    return report


def _on(name: str, seconds: float, dice: random.Random) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="onegrid-chaos-") as place, ExitStack() as stack:
        folder = Path(place)
        restart: Callable[[], None] | None = None
        url = f"sqlite:///{folder / 'chaos.db'}"
        if name == "postgresql":
            # its processes are killed too, so what is committed must be in the log before the answer
            server = PostgresServer(synchronous_commit="on", max_connections="200")
            stack.callback(server.stop)
            server.create("chaos")
            url = server.url("chaos")
            restart = lambda: server.restart(dice.choice((signal.SIGINT, signal.SIGQUIT)))  # noqa: E731  see above
        furnish(url, folder)
        return _run(url, folder, seconds, dice, restart)


def _run(
    url: str, folder: Path, seconds: float, dice: random.Random, restart: Callable[[], None] | None
) -> dict[str, Any]:
    kills, restarts = dict.fromkeys(KINDS, 0), 0
    with _processes(url, folder) as processes:
        _wait(lambda: all(process.ready for process in processes))
        ends, restarts_at = time.monotonic() + seconds, time.monotonic() + RESTART_EVERY
        while time.monotonic() < ends:
            time.sleep(dice.uniform(*BETWEEN))
            for process in processes:
                process.revive()
            # mostly those that are at work; a start is a moment like others, too
            working = [process for process in processes if process.ready or dice.random() < STARTING]
            if working:
                victim = dice.choice(working)
                victim.kill()
                kills[victim.kind] += 1
            if restart is not None and time.monotonic() >= restarts_at:
                restart()
                restarts, restarts_at = restarts + 1, time.monotonic() + RESTART_EVERY
        for process in processes:
            process.revive()
            if process.kind == "desk":
                process.stop()
        engine = build(url, folder)
        rest = _come_to_rest(engine)
        unclean = sum(process.stop() != 0 for process in processes if process.kind == "worker")
    tally = count(engine, folder / "calls", folder / "log")
    engine.stop_workers()
    engine.database.dispose()
    return _report(tally, kills, restarts, rest, unclean)


def _report(tally: Tally, kills: dict[str, int], restarts: int, rest: float, unclean: int) -> dict[str, Any]:
    return {
        "kills": kills,
        "restarts": restarts,
        **tally.as_json(),
        "seconds_to_rest": round(rest, 1),
        "unclean_stops": unclean,
        "violated": tally.violated or bool(unclean),
    }


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + REST_SECONDS
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)  # other processes' work


def _come_to_rest(engine: Engine) -> float:
    """Complete what is open until every case has ended; return the seconds that took, at most REST_SECONDS."""
    begin = time.monotonic()
    actor = somebody("last")
    active = sa.select(sa.func.count(ProcessInstance.id)).where(ProcessInstance.state == InstanceState.ACTIVE)
    while time.monotonic() - begin < REST_SECONDS:
        if not complete_some(engine, actor, limit=50):
            with engine.begin(SYSTEM, write=False) as work:
                if not work.session.scalar(active):
                    break
            time.sleep(0.1)  # the rest is other processes' work
    return time.monotonic() - begin


class Process:
    """One of the processes, across its lives."""

    def __init__(self, kind: str, url: str, folder: Path) -> None:
        self.kind = kind
        self._command = [sys.executable, "-m", "web.chaos.process", kind, url, str(folder)]
        self._log = folder / "log"
        self._folder = folder
        self._start()

    @property
    def ready(self) -> bool:
        """Whether it has begun to work."""
        return ready_file(self._folder, self._process.pid).exists()

    def revive(self) -> None:
        """Begin another life if this one has ended; a supervisor does that for real workers."""
        if self._process.poll() is not None:
            self._start()

    def _start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  our own module by our own interpreter
                self._command, cwd=Path(__file__).parents[2], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """End it without a word."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """Ask it to end; return its exit status."""
        self._process.terminate()
        try:
            return self._process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            return -signal.SIGKILL


@contextmanager
def _processes(url: str, folder: Path) -> Iterator[list[Process]]:
    processes = [Process(kind, url, folder) for kind in KINDS]
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
