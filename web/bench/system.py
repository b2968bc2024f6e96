"""A whole system in processes of its own, as operators start it: `onegrid up --no-workers` and `onegrid worker`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from engine.bundle import Bundle
from web.bench.databases import Place

READY = re.compile(rb"OneGrid (?:worker )?ready: (?:http://[^:]+:(\d+))?")


@dataclass
class Running:
    """The web's ports, and the process ids of web and workers."""

    ports: list[int] = field(default_factory=list)
    web: list[int] = field(default_factory=list)
    workers: list[int] = field(default_factory=list)


@contextmanager
def system(at: Place, bundle: Bundle, web: int, workers: int) -> Iterator[Running]:
    """Run so many web and worker processes on the place's database.

    Raises:
        RuntimeError: a process did not start; with what it wrote.
    """
    folder = at.folder / "processes" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in bundle.files.items():
        (folder / path).write_bytes(content)
    with ExitStack() as stack:
        running = Running()
        for number in range(web):
            pid, port = stack.enter_context(_process(at, f"web{number}", "up", "--no-workers"))
            running.ports.append(port)
            running.web.append(pid)
        for number in range(workers):
            running.workers.append(stack.enter_context(_process(at, f"worker{number}", "worker"))[0])
        yield running


@contextmanager
def _process(at: Place, name: str, *arguments: str) -> Iterator[tuple[int, int]]:
    """Run one command until the end of the block; give its process id and its port, 0 for a worker."""
    log = at.folder / f"{name}.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("onegrid"), *arguments],
            env={
                **os.environ,
                "ONEGRID_HOME": str(at.folder),
                "ONEGRID_DATABASE_URL": at.url,
                "ONEGRID_PROCESSES": str(at.folder / "processes"),
                "PORT": "0",
                "PYTHONUNBUFFERED": "1",
            },
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    try:
        yield process.pid, _port(process, log)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    for line in process.stdout or ():
        if found := READY.search(line):
            return int(found[1] or 0)
    raise RuntimeError(f"{process.args!r} did not start:\n{log.read_text()}")
