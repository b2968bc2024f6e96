"""The processes of one plugin, each a lane: more while its queue grows, fewer when it is idle."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from engine.declaration import Handler
from engine.outcome import Answered, Failed, Outcome
from engine.plugins.process import Answer, PluginProcess
from engine.plugins.running import DEFAULT_LIMITS, Limits
from engine.plugins.sources import Source

GROW_AFTER = 0.1
"""Seconds that a job waits for a lane before the plugin gets another: quick handlers never need one."""

PATIENCE = 20.0
"""Seconds that a job waits for a lane at all; then it goes back to the queue, and that was no attempt."""

IDLE_SECONDS = 60.0
"""Seconds that a lane has nothing to do before its process is stopped, all but one."""

LAST_IDLE_SECONDS = 900.0
"""The same of that one."""


class PluginLanes:
    """A plugin's processes in this operating-system process. Callers share them; each runs one job or hook at a time.

    Attributes:
        source: where the plugin is.
        most: how many processes there may be at a time.
        stale: whether a process, started again, declared something else: the plugin changed on disk.
    """

    def __init__(self, source: Source, limits: Limits = DEFAULT_LIMITS, most: int = 1) -> None:
        self.source = source
        self.most = most
        self.stale = False
        self._limits = limits
        self._change = threading.Condition()
        self._idle: list[tuple[PluginProcess, float]] = []
        self._busy: set[PluginProcess] = set()
        self._ended = {"starts": 0, "restarts": 0, "kills": 0}
        self._closed = False
        self._first = PluginProcess(source, limits)
        self._idle.append((self._first, time.monotonic()))

    @property
    def processes(self) -> list[PluginProcess]:
        """The processes, those that have nothing to do first, the one used last behind the others of these."""
        with self._change:
            return self._all()

    @property
    def count(self) -> int:
        """How many processes there are, those not started yet left out."""
        return sum(process.alive for process in self.processes)

    @property
    def starts(self) -> int:
        """How often a process was started."""
        return self._sum("starts")

    @property
    def restarts(self) -> int:
        """How often one was started again because the one before had died or was killed."""
        return self._sum("restarts")

    @property
    def kills(self) -> int:
        """How often one was stopped at a time limit."""
        return self._sum("kills")

    def own(self, address: str) -> None:
        """Tell the processes, those to come too, where the plugin's own database is."""
        self.source = replace(self.source, database=address)
        for process in self.processes:
            process.source = self.source

    def launch(self) -> None:
        """Start the first process without waiting for it; raise Unfit when there is no such interpreter."""
        self._first.launch()

    def describe(self) -> dict[str, Any]:
        """Wait for the first process, return what the plugin declares; raise Unfit, see `PluginProcess.describe`."""
        return self._first.describe()

    def run(self, handler: Handler, job: Mapping[str, Any], answer: Answer) -> Outcome:
        """Run one attempt at a job in a lane; return how it ended. Never raises for what the plugin does."""
        with self._lane(PATIENCE) as process:
            if process is None:
                return Failed(f"no process of {self.source.name} is free", counts=False, spared=True)
            return process.run(handler, job, answer)

    def call(
        self, name: str, payload: Mapping[str, Any], context: Mapping[str, Any], timeout: float, answer: Answer
    ) -> Answered | Failed:
        """Call a hook in a lane; see `PluginProcess.call`. The time limit includes the wait for a lane."""
        began = time.monotonic()
        with self._lane(timeout) as process:
            left = timeout - (time.monotonic() - began)
            if process is None or left <= 0:
                return Failed(f"the plugin's process was busy for {timeout:g} s", counts=False, spared=True)
            return process.call(name, payload, context, left, answer)

    def rest(self, idle: float = 0.0, last_idle: float = 0.0) -> None:
        """Stop processes that have had nothing to do for so many seconds, the last one only for `last_idle`."""
        now = time.monotonic()
        with self._change:
            spare = [process for process, since in self._idle if now - since >= idle and process.alive]
            if len(spare) == len(self._all()):
                spare = spare if all(now - since >= last_idle for _, since in self._idle) else spare[:-1]
            self._idle = [(process, since) for process, since in self._idle if process not in spare]
        self._end(spare)

    def retire(self) -> None:
        """Take no more work; the processes end as soon as what they do now is done. Returns at once."""
        with self._change:
            self._closed = True
            idle = [process for process, _ in self._idle]
            self._idle.clear()
            self._change.notify_all()
        self._end(idle)

    def close(self) -> None:
        """Stop all processes, also in the middle of a job; none can be started again."""
        self.retire()
        with self._change:
            busy = list(self._busy)
        for process in busy:
            process.close()

    @contextmanager
    def _lane(self, patience: float) -> Iterator[PluginProcess | None]:
        process = self._take(time.monotonic() + patience)
        try:
            yield process
        finally:
            if process is not None:
                self._give_back(process)

    def _take(self, deadline: float) -> PluginProcess | None:
        """Return a process that is free, or a new one when none becomes free soon; None when the time is over."""
        grow_at = time.monotonic() + GROW_AFTER
        with self._change:
            while not self._closed and (now := time.monotonic()) < deadline:
                process = self._free(grow=now >= grow_at)
                if process is not None:
                    self._busy.add(process)
                    return process
                full = len(self._busy) >= self.most
                self._change.wait(deadline - now if full else max(min(grow_at, deadline) - now, 0))
        return None

    def _free(self, *, grow: bool) -> PluginProcess | None:
        if self._idle:
            return self._idle.pop()[0]  # the one used last, so that the others' idleness shows
        if len(self._busy) < self.most and (grow or not self._busy):
            return PluginProcess(self.source, self._limits, self._first.described)
        return None

    def _give_back(self, process: PluginProcess) -> None:
        with self._change:
            self._busy.discard(process)
            self.stale = self.stale or process.stale
            over = self._closed
            if not over:
                self._idle.append((process, time.monotonic()))
            self._change.notify()
        if over:
            self._end([process])

    def _end(self, processes: list[PluginProcess]) -> None:
        for process in processes:
            process.close()
            with self._change:
                for what in self._ended:
                    self._ended[what] += getattr(process, what)

    def _all(self) -> list[PluginProcess]:
        return [*(process for process, _ in self._idle), *self._busy]

    def _sum(self, what: str) -> int:
        with self._change:
            return self._ended[what] + sum(int(getattr(process, what)) for process in self._all())
