"""Who waits for which message or signal: rows, so that finding out never loads an instance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from engine.bpmn.definition import Definition
from engine.bpmn.opening import SUBSCRIBING
from engine.bpmn.step import Step, Subscribed
from engine.context import Context
from engine.tables.definitions import ProcessDefinition
from engine.tables.instances import ProcessInstance
from engine.tables.messages import Message, Subscription
from engine.types import InstanceState, new_id


class Subscriptions:
    """The subscriptions, seen from one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def write(self, instance: ProcessInstance, step: Step) -> None:
        """Store what a step has begun to wait for, and drop what no longer waits."""
        session = self._context.session
        if step.unsubscribed:
            session.execute(sa.delete(Subscription).where(Subscription.id.in_(step.unsubscribed)))
        session.add_all(self._row(instance, subscribed) for subscribed in step.subscribed)

    def write_starts(self, rows: Iterable[ProcessDefinition], definitions: Mapping[str, Definition]) -> None:
        """Let the start events of new versions take the place of those of the versions before."""
        session, now = self._context.session, self._context.clock.now()
        for row in rows:
            session.execute(
                sa.delete(Subscription).where(
                    Subscription.definition_key == row.key, Subscription.instance_id.is_(None)
                )
            )
            self._try_again(start.name for start in definitions[row.key].starts if start.kind == "message")
            session.add_all(
                Subscription(
                    id=new_id(),
                    kind=start.kind,
                    name=start.name,
                    definition_id=row.id,
                    definition_key=row.key,
                    element_id=start.element_id,
                    created_at=now,
                )
                for start in definitions[row.key].starts
                if start.kind in SUBSCRIBING
            )

    def _try_again(self, names: Iterable[str]) -> None:
        """Let messages that could start nothing be tried once more: by a new version."""
        found = list(names)
        if found:
            waiting = sa.update(Message).where(Message.name.in_(found), Message.delivered_at.is_(None))
            self._context.session.execute(waiting.values(last_error=None))

    def catcher(self, name: str, correlation: str) -> Subscription | None:
        """Return the event of an active instance that has waited longest for such a message, or None."""
        select = (
            sa.select(Subscription)
            .join(ProcessInstance, ProcessInstance.id == Subscription.instance_id)
            .where(
                Subscription.kind == "message",
                Subscription.name == name,
                Subscription.correlation == correlation,
                ProcessInstance.state == InstanceState.ACTIVE,
            )
            .order_by(Subscription.created_at, Subscription.id)
            .limit(1)
        )
        return self._context.session.scalars(select).one_or_none()

    def starts(self, kind: str, name: str) -> list[Subscription]:
        """Return the start events of newest versions that wait for a message or signal."""
        select = (
            sa.select(Subscription)
            .where(Subscription.kind == kind, Subscription.name == name, Subscription.instance_id.is_(None))
            .order_by(Subscription.definition_key)
        )
        return list(self._context.session.scalars(select))

    def hearing(self, signal: str, county: str) -> list[str]:
        """Return the ids of the active instances of a county in which an event waits for a signal, oldest first."""
        select = (
            sa.select(Subscription.instance_id)
            .join(ProcessInstance, ProcessInstance.id == Subscription.instance_id)
            .where(
                Subscription.kind == "signal",
                Subscription.name == signal,
                Subscription.county == county,
                ProcessInstance.state == InstanceState.ACTIVE,
            )
            .group_by(Subscription.instance_id)
            .order_by(sa.func.min(Subscription.created_at), Subscription.instance_id)
        )
        return [instance_id for instance_id in self._context.session.scalars(select) if instance_id is not None]

    def _row(self, instance: ProcessInstance, subscribed: Subscribed) -> Subscription:
        return Subscription(
            id=subscribed.token,
            kind=subscribed.kind,
            name=subscribed.name,
            correlation=subscribed.correlation,
            instance_id=instance.id,
            definition_id=instance.definition_id,
            definition_key=instance.definition_key,
            element_id=subscribed.element_id,
            county=instance.county,
            created_at=self._context.clock.now(),
        )
