"""Processes that check and try files, each watched: 10 seconds and 512 MiB a file, then it is killed and replaced.

The seconds are processor time: a busy machine is no file's fault. It has BUSY times as long by the clock.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import resource
import selectors
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from engine.declaration import Handler
from engine.description import describe_handler
from engine.findings import Finding, Severity
from engine.trial.lines import Line, finding_as_json
from engine.trial.trial import FAILED
from engine.trial.units import Unit

Request = Mapping[str, Any]

BUSY = 5
"""How many times its processor time a file may take by the clock."""

MOST_DATA = 1536 * 1024 * 1024
"""Bytes that a process may ask for, used or not: V8 asks for more than it uses. What it uses is watched."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: seconds of processor time, bytes of memory. A process is replaced after `files`."""

    seconds: float = 10.0
    memory: int = 512 * 1024 * 1024
    files: int = 2_000


class Broken(Exception):
    """The process did not answer; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Child:
    """One process. Not shared between threads."""

    def __init__(self, handlers: Mapping[str, Handler], field_types: Collection[str] | None, limits: Limits) -> None:
        self._limits = limits
        said = {id_: _said(handler) for id_, handler in handlers.items()}
        types = None if field_types is None else sorted(field_types)
        self._said = {"do": "prepare", "handlers": said, "field_types": types}
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0

    def ask(self, request: Request) -> Iterator[Mapping[str, Any]]:
        """Give the answers to a request, `done` last; raise Broken, after which the next request has a new process."""
        if self._process is None or self._files >= self._limits.files:
            self.close()
            self._start()
        self._files += 1
        yield from self._exchange(request, self._limits.seconds)

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "engine.trial.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            start_new_session=True,
            preexec_fn=_bound,  # noqa: PLW1509  sets two numbers; nothing else of ours runs in the copy
        )
        self._files = 0
        # starting takes a second on an idle machine; it is no file's fault when it takes longer
        list(self._exchange(self._said, 60.0))

    def _exchange(self, request: Request, seconds: float) -> Iterator[Mapping[str, Any]]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise Broken("check.crashed")
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError as error:
            raise self._broken("check.crashed") from error
        pending, until, spent = b"", monotonic() + BUSY * seconds, self._spent() + seconds
        with selectors.DefaultSelector() as waiting:
            waiting.register(process.stdout, selectors.EVENT_READ)
            while True:
                ready = waiting.select(timeout=0.05)
                self._watch(until, spent)
                if not ready:
                    continue
                received = os.read(process.stdout.fileno(), 1 << 16)
                if not received:
                    raise self._broken("check.crashed")
                *lines, pending = (pending + received).split(b"\n")
                for line in lines:
                    message = json.loads(line)
                    yield message
                    if "done" in message:
                        return

    def _watch(self, until: float, spent: float) -> None:
        if monotonic() > until or self._spent() > spent:
            raise self._broken("check.time-limit")
        if self._held() > self._limits.memory:
            raise self._broken("check.memory-limit")

    def _held(self) -> int:
        """Return the memory the process holds, in bytes; 0 where the system does not say."""
        return int(self._told("statm", 1)) * resource.getpagesize()

    def _spent(self) -> float:
        """Return the processor time that the process has used, in seconds; 0 where the system does not say."""
        return (int(self._told("stat", 13)) + int(self._told("stat", 14))) / os.sysconf("SC_CLK_TCK")

    def _told(self, file: str, field: int) -> str:
        """Return a field of what Linux says of the process, counted from 0; "0" where there is none."""
        try:
            return Path(f"/proc/{self._process.pid}/{file}").read_text().split()[field]  # type: ignore[union-attr]  # asked while it runs
        except (OSError, IndexError):
            return "0"

    def _broken(self, code: str) -> Broken:
        self.close()
        return Broken(code)

    def close(self) -> None:
        """Kill the process, and whatever it has started."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        process.wait()


def check(
    units: Iterable[Unit],
    handlers: Mapping[str, Handler],
    field_types: Collection[str] | None = None,
    *,
    processes: int = 2,
    limits: Limits = Limits(),
) -> Iterator[tuple[Unit, list[Line]]]:
    """Check many units in several processes; give each with its findings as JSON, as they are ready."""
    todo, done = iter(units), queue.Queue[tuple[Unit, list[Line]] | None]()
    lock = threading.Lock()

    def work() -> None:
        child = Child(handlers, field_types, limits)
        try:
            while True:
                with lock:
                    unit = next(todo, None)
                if unit is None:
                    return
                done.put((unit, check_one(child, unit)))
        finally:
            child.close()
            done.put(None)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(processes)]
    for thread in threads:
        thread.start()
    running = len(threads)
    while running:
        result = done.get()
        if result is None:
            running -= 1
        else:
            yield result


def check_one(child: Child, unit: Unit) -> list[Line]:
    """Return the findings of a unit as JSON; that it took too long, or too much, is one of them."""
    found: list[Line] = []
    request = {"do": "check", "path": unit.path, "files": unit.files, "beside": unit.beside}
    try:
        for message in child.ask(request):
            found += message.get("findings", [])
    except Broken as broken:
        found.append(finding_as_json(limit_of(unit.path, broken.code)))
    return found


def run(request: Request, write: Callable[[Line], None], limits: Limits = Limits()) -> int:
    """Run a trial in a process of its own; give each line to `write`, and return the exit code."""
    child, code = Child({}, None, limits), FAILED
    try:
        for message in child.ask({"do": "run", **request}):
            if "line" in message:
                write(message["line"])
            code = message.get("done", code)
    except Broken as broken:
        finding = limit_of(str(request["path"]), broken.code)
        write({"event": "error", "element": None, "code": broken.code, "data": finding_as_json(finding)})
    finally:
        child.close()
    return code


def limit_of(path: str, code: str) -> Finding:
    """Return what is said of a file whose check was stopped, by the code of why."""
    zh, en = {
        "check.time-limit": ("检查超过时限，已中止", "took longer than is allowed, and was stopped"),
        "check.memory-limit": ("检查占用内存超过上限，已中止", "took more memory than is allowed, and was stopped"),
        "check.crashed": ("检查进程意外退出", "the process that checked it came to an unexpected end"),
    }[code]
    return Finding(
        Severity.ERROR, code, path, 0, None, zh, en, "请拆分或简化该文件。", "Split the file, or make it simpler."
    )


def _said(handler: Handler) -> dict[str, Any]:
    """Return what the gate asks of a handler, as JSON: its description, or names alone of fields that have none."""
    try:
        described = describe_handler(handler)
    except ValueError:  # a core plugin's field of its own
        described = {
            "inputs": {name: bool(field.required) for name, field in handler.inputs().fields.items()},
            "outputs": {name: bool(field.required) for name, field in handler.outputs().fields.items()},
            "errors": dict(handler.errors),
        }
    return {"only_in": handler.only_in, "described": described}


def _bound() -> None:
    """A process that grows faster than it is watched meets the system's own limit."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_DATA, MOST_DATA))
