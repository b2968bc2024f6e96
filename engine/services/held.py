"""Jobs that wait for their plugin: missing, switched off, or left alone by its breaker. They spend no attempt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from engine.context import Context
from engine.db import table_of
from engine.declaration import Handler
from engine.jobs.queue import REPLAY
from engine.services.breakers import Breakers, BreakerState, is_worth_noting, lets_through, state_of
from engine.services.history import History
from engine.services.projection import Projection
from engine.services.switches import setting
from engine.tables.instances import ProcessInstance
from engine.tables.jobs import Job
from engine.tables.plugins import PluginBreaker
from engine.types import InstanceState, JobState

_JOBS = table_of(Job)
_FOR_PLUGIN = sa.and_(Job.held.is_not(None), Job.held != REPLAY)

BATCH = 50
"""Jobs given a ticket in one transaction when their plugin is back."""


class Hold(StrEnum):
    """Why a job waits for its plugin."""

    MISSING = "missing"
    """It is not installed, is quarantined, or no longer has the handler."""
    DISABLED = "disabled"
    """It is switched off in the county."""
    BREAKER = "breaker"
    """It failed too often and is left alone for a while."""


@dataclass(frozen=True, slots=True)
class Group:
    """Held jobs of one handler and county: how many, and when the oldest was due."""

    handler: str
    county: str
    jobs: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a job may be run now: `hold` says why not; `note` whether a success is news to the breaker."""

    hold: Hold | None
    note: bool = False


class Held:
    """Held jobs, seen from one transaction. Those of a replay are no business of plugins: `end_replay` is for them."""

    def __init__(self, context: Context, history: History, breakers: Breakers) -> None:
        self._context = context
        self._projection = Projection(context, history)
        self._breakers = breakers

    def admit(self, handler: Handler, county: str, seconds: float) -> Admission:
        """Say whether a job of a department's handler may be run now, for at most `seconds`.

        Takes the one place behind a half-open breaker, where there is one.
        """
        return self.admit_plugin(handler.plugin, county, seconds)

    def admit_plugin(self, plugin: str, county: str, seconds: float) -> Admission:
        """Say the same of any call of a plugin."""
        enabled, breaker = self._standing(plugin, county)
        if enabled is False:
            return Admission(Hold.DISABLED)
        now = self._context.clock.now()
        if breaker is not None and state_of(breaker, now) is not BreakerState.CLOSED:
            free = lets_through(breaker, now) and self._breakers.probe(breaker, seconds)
            return Admission(None if free else Hold.BREAKER, note=True)
        return Admission(None, is_worth_noting(breaker, now))

    def hold(self, job: Job, why: Hold) -> None:
        """Let a job wait without a ticket, until `release`. The ticket that it had is used up, its attempt is not."""
        job.attempt += 1
        job.spared += 1
        job.held = why

    def groups(self) -> list[Group]:
        """Return the held jobs by handler and county."""
        select = (
            sa.select(Job.handler, Job.county, sa.func.count(), sa.func.min(Job.due_at))
            .where(Job.state == JobState.WAITING, _FOR_PLUGIN)
            .group_by(Job.handler, Job.county)
            .order_by(Job.handler, Job.county)
        )
        found = self._context.session.execute(select)
        return [Group(handler or "", county, jobs, since) for handler, county, jobs, since in found]

    def release(self, handler: str, county: str) -> int:
        """Give tickets to held jobs whose plugin is at hand again, the oldest first; return how many.

        `BATCH` at a time when nothing is in the way, one behind a breaker that is half-open, none otherwise.
        Another worker that does the same meanwhile takes others.
        """
        enabled, breaker = self._standing(handler.split(".", 1)[0], county)
        now = self._context.clock.now()
        if enabled is False or not lets_through(breaker, now):
            return 0
        closed = state_of(breaker, now) is BreakerState.CLOSED
        select = (
            sa.select(Job)
            .join(ProcessInstance, ProcessInstance.id == Job.instance_id)
            .where(Job.handler == handler, Job.county == county, ProcessInstance.state == InstanceState.ACTIVE)
            .where(Job.state == JobState.WAITING, _FOR_PLUGIN)
            .order_by(Job.due_at, Job.id)
            .limit(BATCH if closed else 1)
            .with_for_update(of=Job, skip_locked=True)
        )
        released = self._context.session.scalars(select).all()
        for job in released:
            job.held = None
            job.due_at = max(job.due_at, now)
            self._projection.enqueue(job)
        return len(released)

    def end_replay(self) -> int:
        """Let workers have the jobs that replays have left; return how many. `Engine.tend` gives them their tickets."""
        unfinished = sa.update(_JOBS).where(
            _JOBS.c.held == REPLAY, _JOBS.c.state.in_((JobState.WAITING, JobState.DEAD))
        )
        session = self._context.session
        session.flush()
        found: sa.CursorResult[Any] = session.connection().execute(unfinished.values(held=None))
        return found.rowcount

    def _standing(self, plugin: str, county: str) -> tuple[bool | None, PluginBreaker | None]:
        """Return the plugin's switch for the county and its breaker, in one statement."""
        one = sa.select(sa.literal(plugin).label("plugin")).subquery()
        select = sa.select(setting(plugin, county), PluginBreaker).select_from(
            one.outerjoin(PluginBreaker, PluginBreaker.plugin == one.c.plugin)
        )
        enabled, breaker = self._context.session.execute(select).one()
        return enabled, breaker
