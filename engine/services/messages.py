"""Messages to an instance: something outside the process happened that the diagram waits for."""

from __future__ import annotations

from engine.context import Context
from engine.errors import MessageNotAwaited
from engine.services.history import History
from engine.services.instances import Instances
from engine.services.locking import lock_instance
from engine.services.routing import Letter
from engine.tables.instances import ProcessInstance
from engine.tables.messages import Message
from engine.types import Variables


class Messages:
    """Messages, seen from one transaction and by one actor."""

    def __init__(self, context: Context, instances: Instances, history: History) -> None:
        self._context = context
        self._instances = instances
        self._history = history

    def publish(self, letter: Letter) -> Message:
        """Give a message to whatever instance waits for its name and correlation, start what it starts, or keep it.

        The same id is the same message, however often it comes.
        """
        return self._instances.routing.publish(letter)

    def send(self, instance_id: str, name: str, variables: Variables) -> ProcessInstance:
        """Send a message that the instance waits for; its variables join the data of the token that catches it.

        Raises:
            NotFound: no such instance for this actor.
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
