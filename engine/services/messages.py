"""Messages to an instance: something outside the process happened that the diagram waits for."""

from __future__ import annotations

import sqlalchemy as sa

from engine.context import Context
from engine.errors import MessageNotAwaited
from engine.services.correlated import CorrelatedStarts
from engine.services.history import History
from engine.services.instances import Instances
from engine.services.locking import lock_instance
from engine.services.routing import KEPT, Letter
from engine.services.subscriptions import Subscriptions
from engine.tables.instances import ProcessInstance
from engine.tables.messages import Message
from engine.types import Variables, new_id


class Messages:
    """Messages, seen from one transaction and by one actor."""

    def __init__(self, context: Context, instances: Instances, history: History) -> None:
        self._context = context
        self._instances = instances
        self._history = history
        self._correlated = CorrelatedStarts(context)

    def publish(self, letter: Letter) -> Message:
        """Give a message to whatever instance waits for its name and correlation, start what it starts, or keep it.

        The same id is the same message, however often it comes.

        Raises:
            MessageInvalid: whoever takes it declares that it carries something else; nothing was kept of it.
        """
        message = self._instances.routing.publish(letter)
        refused = self._instances.routing.refused.pop(message.id, None)
        if refused is not None:
            raise refused
        return message

    def hand_over(self, name: str, correlation: str, variables: Variables, org_unit: str) -> None:
        """Give a message to the instance that waits for its name and correlation now; it is not kept for later.

        Who may do so is for the caller to decide: the actor is whoever asked, and need not see the instance.

        Raises:
            MessageNotAwaited: nobody waits for it. The transaction is to be rolled back.
            MessageInvalid: it carries something else than the bundle declares.
        """
        message = self.publish(Letter(new_id(), name, correlation, variables, org_unit))
        if message.delivered_at is None:
            raise MessageNotAwaited(name=name, correlation=correlation)

    def awaited(self, name: str, correlation: str) -> bool:
        """Return whether an instance waits for such a message now."""
        return Subscriptions(self._context).catcher(name, correlation) is not None

    def held_back(self, limit: int) -> list[str]:
        """Return ids of messages that nobody has taken yet and that a start event would take now, oldest first."""
        return self._correlated.held_back(limit)

    def deliver(self, message_id: str) -> None:
        """Give a message that waits to whoever takes it now, unless another does so already."""
        select = sa.select(Message).where(Message.id == message_id).with_for_update(skip_locked=True)
        message = self._context.session.scalars(select).one_or_none()
        if message is not None and message.expires_at > self._context.clock.now():
            self._instances.routing.deliver(message)

    def tidy(self, limit: int) -> int:
        """Delete messages whose time is over, delivered or not, at most so many; return how many.

        None younger than `KEPT`: until then the same id is known to be the same message.
        """
        session, now = self._context.session, self._context.clock.now()
        over = (
            sa.select(Message.id)
            .where(Message.expires_at <= now, Message.published_at <= now - KEPT)
            .order_by(Message.expires_at)
            .limit(limit)
        )
        ids = session.scalars(over).all()
        session.execute(sa.delete(Message).where(Message.id.in_(ids)))
        return max(len(ids), self._correlated.forget_ended(limit))

    def send(self, instance_id: str, name: str, variables: Variables) -> ProcessInstance:
        """Send a message that the instance waits for; its variables join the data of the token that catches it.

        Raises:
            NotFound: no such instance for this actor.
            MessageInvalid: it carries something else than the bundle declares.
            MessageNotAwaited: nothing in the instance waits for it, or the actor may not send it.
        """
        lock_instance(self._context.session, instance_id)
        instance = self._instances.get(instance_id)
        sendable = {message.name: message for message in self._instances.sendable(instance)}
        if name not in sendable:
            raise MessageNotAwaited(instance_id=instance_id, name=name)
        message = sendable[name]
        self._history.write(
            instance,
            "message.received",
            element_id=message.element_id,
            element_name=message.label,
            detail=variables,
        )
        self._instances.step(instance, lambda execution: execution.send_message(name, variables))
        return instance
