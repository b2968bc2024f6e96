"""The host's side of one process of a department's plugin: start, one job at a time, time limit, kill, restart."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from marshmallow import ValidationError

from engine.declaration import Handler
from engine.outcome import Answered, Completed, Failed, Outcome, Raised
from engine.plugins.broker import Asker, Broker
from engine.plugins.checks import Unfit
from engine.plugins.pipe import Pipe, PipeBroken, PipeTimeout, encode
from engine.plugins.running import DEFAULT_LIMITS, Limits, RunningProcess
from engine.plugins.secrets import Secrets
from engine.plugins.sources import Source

CONTEXT = ("id", "attempt", "idempotency_key", "county", "org_unit", "business_key")
"""What a plugin's process is told of a case, beside the inputs of a job or the payload of a hook."""

DESCRIBED = ("plugin", "handlers", "hooks", "declared")
"""What a plugin may not say differently when its process starts again."""

OURS = frozenset({"changed", "closed"})
"""Stages at which a process does not start for the host's reasons: it replaces the plugin, or stops."""

NO_CASE: Mapping[str, Any] = {
    "id": "",
    "attempt": 1,
    "idempotency_key": "",
    "county": "",
    "org_unit": "",
    "org_path": "",
    "business_key": None,
}
"""What a hook is told that is called for no case."""

T = TypeVar("T")

MAX_AFTER = 86400.0
"""Seconds that a handler may ask the host to wait before the next attempt."""


Answer = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Answers a question that a process asks."""


class PluginProcess:
    """One process of a plugin. It runs one job or hook at a time; more callers wait for each other.

    Attributes:
        starts, kills: how often it was started, and stopped at a time limit.
        described: what the plugin declares, once it said so; a process must not say otherwise.
        stale: whether it did, because the plugin changed on disk.
    """

    def __init__(
        self, source: Source, limits: Limits = DEFAULT_LIMITS, described: dict[str, Any] | None = None
    ) -> None:
        self.source = source
        self.starts = 0
        self.kills = 0
        self.described = described
        self.stale = False
        self._limits = limits
        self._lane = threading.Lock()
        self._running: RunningProcess | None = None
        self._job = 0
        self._closed = False
        self._secrets = Secrets()

    @property
    def alive(self) -> bool:
        """Whether it was started and not stopped since; it may have died unnoticed."""
        return self._running is not None

    @property
    def restarts(self) -> int:
        """How often it was started again."""
        return max(self.starts - 1, 0)

    def launch(self) -> RunningProcess:
        """Start the process without waiting for it; raise Unfit when there is no such interpreter."""
        if self._closed:
            raise Unfit("closed", "the host is stopping")
        self.starts += 1
        try:
            self._running = RunningProcess(self.source, self._limits)
        except OSError as error:
            raise Unfit("start", str(error)) from error
        return self._running

    def describe(self) -> dict[str, Any]:
        """Wait until the process, launched if it is not yet, has imported the plugin; return what it declares.

        Raises:
            Unfit: the plugin is not fit, or did not say so within the start limit. The process is gone then.
        """
        running = self._running or self.launch()
        try:
            described = running.ready()
        except Unfit:
            self._stop()
            raise
        if self.described is None:
            self.described = described
        elif any(described.get(part) != self.described.get(part) for part in DESCRIBED):
            self._stop()
            self.stale = True
            raise Unfit("changed", "its declarations have changed since they were loaded; it will be loaded anew")
        return described

    def run(self, handler: Handler, job: Mapping[str, Any], answer: Answer) -> Outcome:
        """Run one attempt at a job; return how it ended. Never raises for what the plugin does."""
        message = {"handler": handler.id, "inputs": job["inputs"], **_circumstances(job)}
        with self._lane:
            return self._attempt(message, handler.timeout, answer, partial(outcome, handler))

    def call(
        self, name: str, payload: Mapping[str, Any], context: Mapping[str, Any], timeout: float, answer: Answer
    ) -> Answered | Failed:
        """Call a hook, or a function that a hook declared; return what it returned, unchecked. Raises as `run` does.

        Args:
            name: of the hook or function.
            payload: its arguments.
            context: `id, attempt, idempotency_key, county, org_unit, business_key`, and `settings`.
            timeout: seconds, those included that it waits for what the process does now.
            answer: answers its questions.
        """
        began = time.monotonic()
        if not self._lane.acquire(timeout=timeout):
            return Failed(f"the plugin's process was busy for {timeout:g} s")
        try:
            left = max(timeout - (time.monotonic() - began), 0.0)
            message = {"call": name, "payload": payload, "timeout": timeout, **_circumstances(context)}
            return self._attempt(message, left, answer, _answered)
        finally:
            self._lane.release()

    def _attempt(
        self, message: Mapping[str, Any], timeout: float, answer: Answer, conclude: Callable[[dict[str, Any]], T]
    ) -> T | Failed:
        """Hand a message over and hear it out. The lane is the caller's."""
        self._job += 1
        try:
            line = encode({"job": self._job, **self._address(), **message})
        except TypeError as error:
            return Failed(f"its inputs are not JSON: {error}", retryable=False)
        self._secrets = Secrets(message["settings"].values())
        result = self._hear(line, timeout, answer, conclude)
        return self._secrets.hide_failure(result) if isinstance(result, Failed) else result

    def _hear(self, line: bytes, timeout: float, answer: Answer, conclude: Callable[[dict[str, Any]], T]) -> T | Failed:
        try:
            return self._converse(line, timeout, answer, conclude)
        except Unfit as unfit:
            ours = unfit.stage in OURS
            return Failed(f"the plugin's process does not start: {unfit}", counts=not ours, spared=ours)
        except PipeTimeout:
            self.kills += 1
            self._stop()
            return Failed(f"took longer than {timeout:g} s and was stopped")
        except PipeBroken as error:
            self._stop()
            return Failed(f"the plugin's process broke off: {error}")
        except (ValidationError, ArithmeticError, TypeError, ValueError) as error:
            # the process applies the same checks, so what got past them was not said by its own loop
            self._stop()
            return Failed(f"its outputs do not fit its declaration: {error}", retryable=False)

    def _address(self) -> dict[str, str]:
        owns = "onegrid_models" in (self.described or {}).get("hooks", ())
        return {"database": self.source.database} if owns and self.source.database else {}

    def _converse(self, line: bytes, timeout: float, answer: Answer, conclude: Callable[[dict[str, Any]], T]) -> T:
        pipe = self._hand_over(line, timeout)
        deadline = time.monotonic() + timeout
        while "ask" in (said := self._of_this_job(pipe.receive(deadline))):
            pipe.send(encode(answer(said)), deadline)
        self._secrets.refuse(said)
        return conclude(said)

    def _hand_over(self, line: bytes, timeout: float) -> Pipe:
        """Give a job to the process; to a new one when there is none, it has died, or it speaks out of turn."""
        if self._running is not None and not self._running.pipe.quiet():
            self._stop()
        running = self._running or self._start()
        running.hide(self._secrets)
        running.pipe.send(line, time.monotonic() + timeout)
        return running.pipe

    def _start(self) -> RunningProcess:
        running = self.launch()
        self.describe()
        return running

    def _of_this_job(self, message: dict[str, Any]) -> dict[str, Any]:
        if message.get("job") != self._job:
            raise PipeBroken("it speaks of another job")
        return message

    def close(self) -> None:
        """Stop the process, also in the middle of a job; it cannot be started again."""
        self._closed = True
        if (running := self._running) is not None:
            running.kill()
        with self._lane:
            self._stop()

    def _stop(self) -> None:
        if self._running is not None:
            self._running.stop()
            self._running = None


def answering(broker: Broker, asker: Asker) -> Answer:
    """Return what answers the questions of an asker."""
    return partial(_answer, broker, asker)


def _answer(broker: Broker, asker: Asker, said: Mapping[str, Any]) -> dict[str, Any]:
    question, arguments, named = said["ask"], said.get("arguments"), said.get("named")
    if not (isinstance(question, str) and isinstance(arguments, list) and isinstance(named, dict)):
        raise PipeBroken("it asks no question")
    return broker.answer(asker, question, arguments, named)


def no_questions(_said: Mapping[str, Any]) -> dict[str, Any]:
    """Answer that nothing may be asked: there is no case whose place would say what may be known."""
    return {"denied": "nothing may be asked here"}


def _circumstances(case: Mapping[str, Any]) -> dict[str, Any]:
    return {"context": {name: case[name] for name in CONTEXT}, "settings": case.get("settings", {})}


def _answered(said: dict[str, Any]) -> Answered | Failed:
    if "answer" in said:
        return Answered(said["answer"])
    return _failure(said)


def outcome(handler: Handler, said: Mapping[str, Any]) -> Outcome:
    """Return what a process's last word on a job means. The process is not trusted: it may say anything.

    Raises:
        ValidationError: outputs that do not fit the declaration.
        PipeBroken: nothing that ends a job.
    """
    match said:
        case {"outputs": dict(outputs)}:
            return Completed(handler.dump_outputs(outputs))
        case {"raised": str(code), "message": str(message), "variables": dict(variables)}:
            if code in handler.errors:
                return Raised(code, message, variables)
            return Failed(f"it raised {code}, which it does not declare", retryable=False)
    return _failure(said)


def _failure(said: Mapping[str, Any]) -> Failed:
    if not isinstance(message := said.get("failed"), str):
        raise PipeBroken("it says nothing that ends a job")
    after = said.get("after")
    return Failed(
        message,
        retryable=said.get("retryable") is not False,
        after=min(max(float(after), 0.0), MAX_AFTER) if isinstance(after, int | float) else None,
        trace=str(said.get("trace", "")),
    )
