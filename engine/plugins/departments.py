"""The departments' plugins of one host: loaded one by one, and replaced while everything else goes on."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping

from engine.plugins.checks import Unfit
from engine.plugins.described import accept, quarantine
from engine.plugins.lanes import IDLE_SECONDS, LAST_IDLE_SECONDS, PluginLanes
from engine.plugins.record import PluginRecord, PluginState
from engine.plugins.running import Limits
from engine.plugins.sources import Source

log = logging.getLogger(__name__)

TRY_AGAIN = 300.0
"""Seconds after which a plugin that was not fit is tried again: the machine may have been too busy to start it."""


Settle = Callable[[PluginRecord], None]
"""What is still to be done for a plugin whose description was taken up. Raises Unfit."""


class Departments:
    """Departments' plugins and their processes. Readers see a list that is replaced as a whole, never changed.

    Attributes:
        records: one a source, in the order of loading.
    """

    def __init__(self, limits: Limits, capabilities: Collection[str], settle: Settle) -> None:
        """Prepare for plugins that may ask for the capabilities; `settle` checks a record that was taken up."""
        self.records: tuple[PluginRecord, ...] = ()
        self._limits = limits
        self._capabilities = capabilities
        self._settle = settle
        self._refreshing = threading.Lock()
        self._tried: dict[str, tuple[Source, float]] = {}
        self._closed = False

    def settle_by(self, settle: Settle) -> None:
        """Have each plugin that is ready, and each that comes, settled; those for which that fails are quarantined."""
        self._settle = settle
        for record in self.records:
            if record.state is PluginState.READY:
                self._attempt(record, settle)

    def load(self, sources: Iterable[Source], taken: Mapping[str, str]) -> None:
        """Load what is found; a plugin that fails is quarantined, the others go on.

        Args:
            sources: where the plugins are.
            taken: names that core plugins have, and their modules.
        """
        # all are started before the first is waited for
        for record in [self._launched(source) for source in sources]:
            self._check(record, {**taken, **{each.name: each.distribution or each.module for each in self.records}})
            self.records = (*self.records, record)

    def refresh(self, sources: Iterable[Source], taken: Mapping[str, str], forced: Collection[str] = ()) -> list[str]:
        """Load plugins that are new, replace those of another version, let go those that are gone; return their names.

        A new version is started, asked and checked while the old one works; only then it takes over, and the old
        processes end with what they do. One that is not fit is refused, and the old one goes on.

        Args:
            sources: where the plugins are now.
            taken: names that core plugins have, and their modules.
            forced: names of plugins to replace though nothing seems to have changed.
        """
        with self._refreshing:
            found: dict[str, Source] = {}
            for source in sources:
                found.setdefault(source.name, source)
            changed = [record.name for record in self.records if record.name not in found]
            for name in changed:
                self._swap(name, None)
            for source in found.values():
                if self._is_due(source, source.name in forced) and self._replace(source, taken):
                    changed.append(source.name)
            for record in self.records:
                if record.process is not None:
                    record.process.rest(IDLE_SECONDS, LAST_IDLE_SECONDS)
            return changed

    def find(self, name: str) -> PluginRecord | None:
        """Return the record of a plugin that is ready."""
        ready = (each for each in self.records if each.name == name and each.state is PluginState.READY)
        return next(ready, None)

    def close(self) -> None:
        """Stop all processes. What they declared stays known."""
        self._closed = True
        for record in self.records:
            if record.process is not None:
                record.process.close()

    def _is_due(self, source: Source, forced: bool) -> bool:
        record = next((each for each in self.records if each.name == source.name), None)
        if record is None or record.process is None or forced or record.process.stale:
            return True
        if record.process.source == source and record.state is PluginState.READY:
            return False
        tried, at = self._tried.get(source.name, (None, 0.0))
        return tried != source or time.monotonic() - at >= TRY_AGAIN

    def _replace(self, source: Source, taken: Mapping[str, str]) -> bool:
        """Load the source in place of the plugin of its name; return whether it took over."""
        self._tried[source.name] = (source, time.monotonic())
        old = self.find(source.name)
        record = self._launched(source)
        self._check(record, taken)
        if record.state is PluginState.QUARANTINED and old is not None:
            old.warnings = (f"{source.version} was not taken up: {record.stage}: {record.reason}",)
            return False
        self._swap(source.name, record)
        if record.state is PluginState.QUARANTINED:
            return False
        log.info("plugin replaced", extra={"plugin": source.name, "version": source.version})
        return True

    def _swap(self, name: str, record: PluginRecord | None) -> None:
        """Put a record in the place of those with its name, whose processes end when their work is done."""
        old = [each for each in self.records if each.name == name]
        rest = [each for each in self.records if each.name != name]
        self.records = (*rest, *([record] if record else []))
        for each in old:
            if each.process is not None:
                each.process.retire()
        if record is not None and record.process is not None and self._closed:
            record.process.close()

    def _launched(self, source: Source) -> PluginRecord:
        lanes = PluginLanes(source, self._limits)
        record = PluginRecord(source.name, source.module, False, source.distribution, source.version, process=lanes)
        try:
            lanes.launch()
        except Unfit as unfit:
            self._quarantine(record, unfit)
        return record

    def _check(self, record: PluginRecord, taken: Mapping[str, str]) -> None:
        """Wait for a launched plugin's description and check it; quarantine it when that fails."""
        if record.state is not PluginState.READY or record.process is None:
            return
        try:
            if record.name in taken:
                raise Unfit("name", f"{taken[record.name]} has the name {record.name!r} already")
            accept(record, record.process.describe(), self._capabilities)
            record.process.most = record.info.lanes if record.info else 1
        except Exception as error:  # noqa: BLE001  one bad plugin must not keep the others from loading
            self._quarantine(record, error)
        else:
            self._attempt(record, self._settle)

    def _attempt(self, record: PluginRecord, settle: Settle) -> None:
        try:
            settle(record)
        except Exception as error:  # noqa: BLE001  one bad plugin must not keep the others from loading
            self._quarantine(record, error)

    def _quarantine(self, record: PluginRecord, error: Exception) -> None:
        quarantine(record, error)
        log.warning("plugin quarantined", extra={"plugin": record.name, "stage": record.stage})
