"""One active instance a key: what a start event with a `correlation` asks before a message starts another."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.context import Context
from engine.db import insert_of
from engine.tables.correlated_starts import CorrelatedStart
from engine.tables.instances import ProcessInstance
from engine.tables.messages import Message, Subscription
from engine.types import InstanceState


class CorrelatedStarts:
    """The instances that messages with a key have started, seen from one transaction."""

    def __init__(self, context: Context) -> None:
        self._session: Session = context.session

    def reserve(self, start: Subscription, message: Message) -> CorrelatedStart | None:
        """Return the row of the message's key, locked, for the instance to come; None while one is active.

        Two messages of one key that come at the same time queue at the row.
        """
        key = {"definition_key": start.definition_key, "name": message.name, "correlation": message.correlation}
        insert = insert_of(self._session)
        self._session.execute(insert(CorrelatedStart).values(**key).on_conflict_do_nothing())
        select = sa.select(CorrelatedStart).filter_by(**key).with_for_update().execution_options(populate_existing=True)
        row = self._session.scalars(select).one()
        running = sa.select(ProcessInstance.id).where(
            ProcessInstance.id == row.instance_id, ProcessInstance.state == InstanceState.ACTIVE
        )
        return None if self._session.scalar(running) else row

    def held_back(self, limit: int) -> list[str]:
        """Return ids of messages that wait although a process would start: its key has become free, or it is new."""
        active = (
            sa.select(CorrelatedStart.name)
            .join(ProcessInstance, ProcessInstance.id == CorrelatedStart.instance_id)
            .where(
                CorrelatedStart.name == Message.name,
                CorrelatedStart.correlation == Message.correlation,
                ProcessInstance.state == InstanceState.ACTIVE,
            )
        )
        starting = sa.select(Subscription.name).where(
            Subscription.kind == "message", Subscription.instance_id.is_(None)
        )
        select = (
            sa.select(Message.id)
            .where(
                Message.delivered_at.is_(None),
                Message.last_error.is_(None),
                Message.name.in_(starting),
                ~active.exists(),
            )
            .order_by(Message.published_at, Message.id)
            .limit(limit)
        )
        return list(self._session.scalars(select))

    def forget_ended(self, limit: int) -> int:
        """Delete rows of instances that are over, at most so many; return how many."""
        over = (
            sa.select(CorrelatedStart)
            .join(ProcessInstance, ProcessInstance.id == CorrelatedStart.instance_id)
            .where(ProcessInstance.state != InstanceState.ACTIVE)
            .limit(limit)
            .with_for_update(of=CorrelatedStart, skip_locked=True)
        )
        rows = self._session.scalars(over).all()
        for row in rows:
            self._session.delete(row)
        return len(rows)
