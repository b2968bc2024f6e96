"""Circuit breakers: a plugin that fails time and again is left alone for a while. Shared by all workers.

Closed → open after `THRESHOLD` failures in a row; open → one job let through after a pause that doubles with every
opening; that job's success closes it, its failure opens it again. Declared errors are successes: the plugin answered.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from engine.context import Context
from engine.db import insert_of
from engine.services.plugin_log import PluginLog
from engine.tables.plugins import PluginBreaker

log = logging.getLogger(__name__)

THRESHOLD = 5
"""Failures in a row, of all jobs of the plugin together."""

PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=10)

FRESH = timedelta(minutes=1)
"""How exactly the last success is known: one statement a minute and plugin, not one a job."""

ERROR_LENGTH = 500


class BreakerState(StrEnum):
    """Whether a plugin's jobs are run."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


def state_of(breaker: PluginBreaker | None, now: datetime) -> BreakerState:
    """Return the state of a breaker at a moment."""
    if breaker is None or breaker.retry_at is None:
        return BreakerState.CLOSED
    return BreakerState.OPEN if now < breaker.retry_at else BreakerState.HALF_OPEN


def lets_through(breaker: PluginBreaker | None, now: datetime) -> bool:
    """Return whether a job may be tried: the breaker is closed, or half-open and nobody else is trying."""
    match state_of(breaker, now):
        case BreakerState.CLOSED:
            return True
        case BreakerState.OPEN:
            return False
    return breaker is None or breaker.probe_until is None or breaker.probe_until <= now


def is_worth_noting(breaker: PluginBreaker | None, now: datetime) -> bool:
    """Return whether a success would change what is known."""
    if breaker is None or breaker.failures or breaker.retry_at is not None or breaker.last_success_at is None:
        return True
    return breaker.last_success_at + FRESH <= now


class Breakers:
    """The breakers, seen from one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._log = PluginLog(context)

    def all(self) -> dict[str, PluginBreaker]:
        """Return the rows that there are, by plugin."""
        return {breaker.plugin: breaker for breaker in self._context.session.scalars(sa.select(PluginBreaker))}

    def probe(self, breaker: PluginBreaker, seconds: float) -> bool:
        """Take the right to try whether the plugin of a half-open breaker is back; False when another tries.

        Nobody else may for `seconds`, should this worker die over it.
        """
        self._context.session.refresh(breaker, with_for_update=True)
        now = self._context.clock.now()
        if breaker.retry_at is None:
            return True
        if not lets_through(breaker, now):
            return False
        breaker.probe_until = now + timedelta(seconds=seconds)
        return True

    def succeeded(self, plugin: str) -> None:
        """Note that the plugin answered; close its breaker."""
        breaker = self._locked(plugin)
        if breaker.retry_at is not None:
            self._log.write(plugin, "breaker.closed")
            log.info("breaker closed", extra={"plugin": plugin})
        _reset(breaker)
        breaker.last_success_at = self._context.clock.now()

    def failed(self, plugin: str, error: str) -> None:
        """Note a crash, a time-out or an exception; open the breaker when it is one too many."""
        breaker, now = self._locked(plugin), self._context.clock.now()
        was = state_of(breaker, now)
        breaker.failures += 1
        breaker.last_error, breaker.last_failure_at = error[:ERROR_LENGTH], now
        if was is BreakerState.HALF_OPEN or (was is BreakerState.CLOSED and breaker.failures >= THRESHOLD):
            self._open(breaker, now)

    def close(self, plugin: str, reason: str) -> None:
        """Close a breaker by hand; its jobs go on at once. Nothing happens when it is closed."""
        breaker = self._locked(plugin)
        if breaker.retry_at is not None:
            _reset(breaker)
            self._log.write(plugin, "breaker.closed", reason=reason)

    def _open(self, breaker: PluginBreaker, now: datetime) -> None:
        pause = min(PAUSE * 2 ** min(breaker.trips, 10), LONGEST_PAUSE)
        breaker.trips += 1
        breaker.retry_at, breaker.probe_until = now + pause, None
        if breaker.trips == 1:  # the openings after it are the same trouble
            self._log.write(breaker.plugin, "breaker.opened", reason=breaker.last_error)
        log.warning("breaker opened", extra={"plugin": breaker.plugin, "seconds": pause.total_seconds()})

    def _locked(self, plugin: str) -> PluginBreaker:
        """Return the plugin's row, made if there is none, locked until the end of the transaction."""
        session = self._context.session
        breaker = session.get(PluginBreaker, plugin, with_for_update=True)
        if breaker is None:
            insert = insert_of(session)
            empty = {"plugin": plugin, "failures": 0, "trips": 0, "last_error": ""}
            session.execute(insert(PluginBreaker).on_conflict_do_nothing(), empty)
            breaker = session.get_one(PluginBreaker, plugin, with_for_update=True)
        return breaker


def _reset(breaker: PluginBreaker) -> None:
    breaker.failures = breaker.trips = 0
    breaker.retry_at = breaker.probe_until = None
