"""Writing and reading the history of instances. Append-only: there is no way here to change a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from engine.context import Context
from engine.feel.values import pack, unpack
from engine.handlers import Completion
from engine.services.ledger import Entry, Ledger
from engine.tables.history import HistoryEvent
from engine.tables.instances import ProcessInstance

EVENTS = (
    "instance.started",
    "instance.ended",
    "instance.cancelled",
    "instance.failed",
    "event.passed",
    "step.done",
    "gateway.decided",
    "task.opened",
    "task.claimed",
    "task.released",
    "task.completed",
    "task.cancelled",
    "task.due-moved",
    "job.done",
    "job.failed",
    "job.dead",
    "job.revived",
    "message.received",
    "message.sent",
    "message.failed",
    "signal.received",
    "signal.sent",
    "signal.failed",
    "variables.edited",
    "step.skipped",
    "token.moved",
    "instance.migrated",
    "archive.made",
)

CLOCKS_DIFFER = timedelta(days=1)
"""How far apart the clocks of the processes that write one instance's history may be."""


class History:
    """The history, seen from one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def write(
        self,
        instance: ProcessInstance,
        event: str,
        *,
        element_id: str | None = None,
        element_name: str = "",
        token_id: str | None = None,
        detail: Mapping[str, Any] | None = None,
        changes: Mapping[str, Any] | None = None,
    ) -> None:
        """Append one event of the present actor and moment; it is written at the end of the transaction.

        Args:
            instance: whose.
            event: one of EVENTS.
            element_id: of the diagram.
            element_name: as drawn.
            token_id: of the task or job.
            detail: what was given or found.
            changes: {field: {"before", "after"}} of what was changed.
        """
        actor = self._context.actor
        Ledger.of(self._context.session).add(
            Entry(
                county=instance.county,
                instance_id=instance.id,
                definition_id=instance.definition_id,
                at=self._context.clock.now(),
                actor_id=actor.id,
                actor_name=actor.name,
                event=event,
                element_id=element_id,
                element_name=element_name,
                token_id=token_id,
                detail=pack(dict(detail or {})),
                changes=pack(dict(changes or {})),
            )
        )

    def of(self, instance_id: str) -> Sequence[HistoryEvent]:
        """Return the events of an instance, oldest first."""
        session = self._context.session
        select = sa.select(HistoryEvent).where(*self._of(instance_id)).order_by(HistoryEvent.id)
        return [*session.scalars(select), *Ledger.of(session).pending(instance_id)]

    def newest(self, instance_id: str) -> int:
        """Return the id of the newest event of an instance, 0 when it has none: whether there is anything new."""
        select = sa.select(sa.func.max(HistoryEvent.id)).where(*self._of(instance_id))
        return self._context.session.scalar(select) or 0

    def completions(self, instance_id: str, element_id: str) -> list[Completion]:
        """Return the completions of one user task of an instance, oldest first."""
        select = (
            sa.select(HistoryEvent)
            .where(
                *self._of(instance_id),
                HistoryEvent.element_id == element_id,
                HistoryEvent.event == "task.completed",
            )
            .order_by(HistoryEvent.id)
        )
        session = self._context.session
        unwritten = [
            row
            for row in Ledger.of(session).pending(instance_id)
            if row.element_id == element_id and row.event == "task.completed"
        ]
        return [
            Completion(row.actor_id, row.actor_name, row.at, unpack(row.detail))
            for row in (*session.scalars(select), *unwritten)
        ]

    def _of(self, instance_id: str) -> tuple[sa.ColumnElement[bool], ...]:
        """Return the condition for an instance's rows; months before it began are not looked into."""
        instance = self._context.session.get(ProcessInstance, instance_id)
        mine = HistoryEvent.instance_id == instance_id
        return (mine,) if instance is None else (mine, HistoryEvent.at >= instance.started_at - CLOCKS_DIFFER)
