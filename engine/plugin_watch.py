"""A thread that keeps a process up to date: plugins that changed on disk, reloads asked for, reports; the calendar."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from engine.contents import inspect_contents
from engine.plugin_health import facts, health_checks, installation_settings
from engine.types import SYSTEM

if TYPE_CHECKING:
    from engine.application import Engine

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
"""How often the watch looks for changes."""

REPORT_SECONDS = 30.0
"""How often a worker says how its plugins are."""


class PluginWatch:
    """The thread. A plugin that hangs while it starts holds up this thread and nothing else."""

    def __init__(self, engine: Engine, *, reports: bool) -> None:
        """Prepare the watch; `reports`: whether this process runs jobs, so that operators want to hear of it."""
        self._engine = engine
        self._reports = reports
        self._reloads: dict[str, int] | None = None
        self._reported = 0.0
        self._inspected = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="plugin watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what it does now is let finish."""
        self._stopping.set()
        self._thread.join(timeout=1.0)

    def look(self) -> list[str]:
        """Do one round; return the names of the plugins that were replaced."""
        with suppress(SQLAlchemyError):  # the calendar stays as it was while the database is away
            self._engine.follow_calendar()
        changed = self._engine.plugins.refresh(self._asked_for())
        if changed or not self._inspected:
            self._inspected = True
            with self._engine.begin(SYSTEM, write=False) as work:
                inspect_contents(self._engine, work)
        if self._reports and (changed or time.monotonic() - self._reported >= REPORT_SECONDS):
            self.report()
        return changed

    def report(self) -> None:
        """Write down how the plugins are in this process."""
        host = self._engine.plugins
        with self._engine.begin(SYSTEM, write=False) as work:
            settings = {record.name: installation_settings(work, record) for record in host.records}
        details = {
            record.name: facts(record, health_checks(host, record, settings[record.name]))
            for record in host.records
            if record.name in settings
        }
        place = self._engine.runtime.queue.worker.partition(":")[0]
        with self._engine.begin(SYSTEM) as work:
            work.plugin_figures.report(place, details)
        self._reported = time.monotonic()

    def _asked_for(self) -> list[str]:
        """Return the plugins for which a reload was asked since the last round."""
        try:
            with self._engine.begin(SYSTEM, write=False) as work:
                newest = work.plugin_log.newest("reload")
        except SQLAlchemyError:  # what changed on disk is replaced though the database is away
            return []
        known, self._reloads = self._reloads, newest
        if known is None:
            return []  # what was asked before this process began has been done by its beginning
        return [plugin for plugin, number in newest.items() if number > known.get(plugin, 0)]

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except Exception:  # nobody calls a thread; the next round is its second chance
                log.exception("looking after plugins failed")
            self._stopping.wait(LOOK_SECONDS)
