"""Figures of plugins from the database: their queues, and what the workers last said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine.context import Context
from engine.jobs.queue import REPLAY
from engine.tables.instances import ProcessInstance
from engine.tables.jobs import Job
from engine.tables.plugins import PluginReport
from engine.types import InstanceState, JobState

FRESH = timedelta(minutes=2)
"""What a worker said is believed for so long; it says something twice a minute."""

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Queue:
    """Jobs of a plugin. `waiting` includes the `held`; `oldest` is when the first of the waiting was due."""

    waiting: int = 0
    held: int = 0
    dead: int = 0
    oldest: datetime | None = None


class PluginFigures:
    """The figures, seen from one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def queues(self) -> dict[str, Queue]:
        """Return the queue of each plugin that has jobs waiting or dead."""
        found: dict[str, Queue] = {}
        select = (
            sa.select(Job.handler, Job.state, sa.func.count(), sa.func.count(Job.held), sa.func.min(Job.due_at))
            .join(ProcessInstance, ProcessInstance.id == Job.instance_id)
            .where(Job.state.in_((JobState.WAITING, JobState.DEAD)), Job.handler.is_not(None))
            .where(ProcessInstance.state == InstanceState.ACTIVE, sa.func.coalesce(Job.held, "") != REPLAY)
            .group_by(Job.handler, Job.state)
        )
        for handler, state, jobs, held, since in self._context.session.execute(select):
            plugin = (handler or "").split(".", 1)[0]
            queue = found.get(plugin, Queue())
            if state == JobState.DEAD:
                found[plugin] = replace(queue, dead=queue.dead + jobs)
            else:
                oldest = since if queue.oldest is None else min(since, queue.oldest)
                found[plugin] = replace(queue, waiting=queue.waiting + jobs, held=queue.held + held, oldest=oldest)
        return found

    def report(self, worker: str, details: Mapping[str, Mapping[str, Any]]) -> None:
        """Write down what a worker says of its plugins, in place of what it said before."""
        session, now = self._context.session, self._context.clock.now()
        session.execute(
            sa.delete(PluginReport).where(sa.or_(PluginReport.worker == worker, PluginReport.at < now - KEPT))
        )
        session.add_all(
            PluginReport(worker=worker, plugin=plugin, at=now, detail=dict(detail))
            for plugin, detail in details.items()
        )

    def reports(self) -> Sequence[PluginReport]:
        """Return what workers that live said last, by plugin and worker."""
        since = self._context.clock.now() - FRESH
        select = sa.select(PluginReport).where(PluginReport.at >= since)
        return self._context.session.scalars(select.order_by(PluginReport.plugin, PluginReport.worker)).all()
