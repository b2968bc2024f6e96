"""What instances throw at each other: messages to one that waits, signals to all of a county.

All of it happens in the transaction of the step that threw. A receiver that cannot go on keeps its state, and the
sender is not held up by it: the message waits on, and the receiver's history says why.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from engine.bpmn.execution import Execution
from engine.bpmn.step import Step, Thrown
from engine.context import Context
from engine.errors import EngineError, InstanceChanged, MessageInvalid, ProcessFailed
from engine.feel.values import pack, unpack
from engine.services.correlated import CorrelatedStarts
from engine.services.history import History
from engine.services.subscriptions import Subscriptions
from engine.tables.instances import ProcessInstance
from engine.tables.messages import Message, Subscription
from engine.types import TokenId, Variables

KEPT = timedelta(days=7)
"""How long a message waits for its catcher when its sender does not say."""
MOST_TRIED = 10
"""Messages that came early and are tried when somebody begins to wait for one."""
MAX_DELIVERIES = 1000
"""Deliveries in one transaction; more is instances that answer each other without end."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to publish. `id` makes it one message however often it is sent; `org_unit` is the sender's."""

    id: str
    name: str
    correlation: str
    variables: Variables
    org_unit: str
    kept: timedelta = KEPT


class Stepping(Protocol):
    """What routing needs of the instances."""

    def step(self, instance: ProcessInstance, act: Callable[[Execution], Step | None]) -> Step | None:
        """Take an instance further."""
        ...

    def begin_at(self, start: Subscription, variables: Variables, org_unit: str) -> ProcessInstance:
        """Start an instance at a start event."""
        ...

    def key_of(self, start: Subscription, variables: Variables) -> str | None:
        """Return the key that a start event reads from what a message carries; None for one that has no keys."""
        ...


class Routing:
    """Messages and signals between instances, seen from one transaction.

    `refused`: id of a message → why its receiver, which waits on, would not have what it carries.
    """

    def __init__(self, context: Context, instances: Stepping, history: History) -> None:
        self._context = context
        self._instances = instances
        self._history = history
        self._subscriptions = Subscriptions(context)
        self._correlated = CorrelatedStarts(context)
        self.refused: dict[str, MessageInvalid] = {}
        self._pending: deque[Callable[[], object]] = deque()
        self._draining = False
        self._failure: EngineError | None = None

    def after(self, instance: ProcessInstance, step: Step) -> None:
        """Store what the step waits for, send what it threw, and give it what came before it waited."""
        self._subscriptions.write(instance, step)
        for thrown in step.thrown:
            self._pending.append(partial(self._send, instance, thrown))
        for subscribed in step.subscribed:
            if subscribed.kind == "message":
                self._pending.append(partial(self._catch_up, subscribed.name, subscribed.correlation))
        self._drain()

    def publish(self, letter: Letter) -> Message:
        """Give a message to the one that waits for it, start what it starts, or keep it; once for each id."""
        session = self._context.session
        known = session.get(Message, letter.id)
        if known is not None:
            return known
        now = self._context.clock.now()
        message = Message(
            id=letter.id,
            name=letter.name,
            correlation=letter.correlation,
            variables=pack(letter.variables),
            org_unit=letter.org_unit,
            published_by=self._context.actor.id,
            published_at=now,
            expires_at=now + letter.kept,
        )
        try:
            with nullcontext() if self._draining else session.begin_nested():  # a token's id is nobody else's
                session.add(message)
                session.flush()
        except IntegrityError:  # the same message came by another way just now
            return session.get_one(Message, letter.id)
        self.deliver(message)
        return message

    def deliver(self, message: Message) -> None:
        """Give a message that nobody has taken to whoever takes it now; it waits on where nobody does."""
        self._pending.append(partial(self._deliver, message))
        self._drain()

    def broadcast(self, signal: str, variables: Variables, county: str, org_unit: str, source: str = "") -> None:
        """Give a signal to all active instances of a county that wait for it, and start what it starts.

        Args:
            signal: its name.
            variables: what it carries.
            county: whose instances hear it.
            org_unit: where instances that it starts belong.
            source: id of the instance that has heard it already, because it threw it.
        """
        for instance_id in self._subscriptions.hearing(signal, county):
            if instance_id != source:
                self._pending.append(partial(self._tell, instance_id, signal, variables))
        for start in self._subscriptions.starts("signal", signal):
            self._pending.append(partial(self._instances.begin_at, start, variables, org_unit))
        self._drain()

    def _send(self, instance: ProcessInstance, thrown: Thrown) -> None:
        detail = {"name": thrown.name, "variables": thrown.variables}
        self._history.write(
            instance, f"{thrown.kind}.sent", element_id=thrown.element_id, element_name=thrown.name, detail=detail
        )
        if thrown.kind == "signal":
            self.broadcast(thrown.name, thrown.variables, instance.county, instance.org_unit, instance.id)
        else:
            letter = Letter(thrown.token, thrown.name, thrown.correlation, thrown.variables, instance.org_unit)
            self.publish(letter)

    def _drain(self) -> None:
        """Deliver one after the other: what a delivery throws comes after what was thrown before it."""
        if self._draining:
            return
        self._draining = True
        try:
            for _ in range(MAX_DELIVERIES):
                if not self._pending:
                    return
                self._pending.popleft()()
            raise ProcessFailed("流程实例之间的消息往返不止。", element_id="")
        finally:
            self._draining = False

    def _deliver(self, message: Message) -> None:
        """Let the longest waiting catcher have it; without one, what it starts; without that, it waits."""
        if message.delivered_at is not None:
            return
        starts = self._starts(message) if not message.correlation else None  # for the key that the start event reads
        waiting = self._subscriptions.catcher(message.name, message.correlation)
        if waiting is not None and waiting.instance_id is not None:
            instance = self._context.session.get_one(ProcessInstance, waiting.instance_id)
            token, variables = TokenId(waiting.id), unpack(message.variables)

            def act(execution: Execution) -> Step | None:
                return execution.send_message(message.name, variables, token)

            if self._step(instance, act, "message", message.name, waiting.element_id):
                self._delivered(message, instance)
            else:
                self._failed(message)
            return
        for start in self._starts(message) if starts is None else starts:
            self._begin(message, start)

    def _starts(self, message: Message) -> list[Subscription]:
        """Return the start event that takes a message, if any; a message without a key is given the one it reads."""
        starts = self._subscriptions.starts("message", message.name)[:1]
        for start in starts:
            if not message.correlation:
                message.correlation = self._instances.key_of(start, unpack(message.variables)) or ""
        return starts

    def _begin(self, message: Message, start: Subscription) -> None:
        """Start an instance, unless the one that another message with this key has started is active: then it waits."""
        variables, session = unpack(message.variables), self._context.session
        pending = len(self._pending)
        try:
            with session.begin_nested():
                row = None
                if message.correlation and self._instances.key_of(start, variables) is not None:
                    row = self._correlated.reserve(start, message)
                    if row is None:
                        return
                instance = self._instances.begin_at(start, variables, message.org_unit)
                if row is not None:
                    row.instance_id = instance.id
        except InstanceChanged:
            raise
        except EngineError as error:
            self._forget(pending)
            self._failure = error
            self._failed(message)
        else:
            self._delivered(message, instance)

    def _failed(self, message: Message) -> None:
        """Let a message wait on that its receiver could not take."""
        error, self._failure = self._failure, None
        message.last_error = str(error or "接收的实例无法继续")
        if isinstance(error, MessageInvalid):
            self.refused[message.id] = error

    def _forget(self, pending: int) -> None:
        """Forget what a step threw that was undone."""
        while len(self._pending) > pending:
            self._pending.pop()

    def _delivered(self, message: Message, instance: ProcessInstance) -> None:
        message.delivered_at = self._context.clock.now()
        message.instance_id = instance.id

    def _tell(self, instance_id: str, signal: str, variables: Variables) -> None:
        instance = self._context.session.get_one(ProcessInstance, instance_id)
        self._step(instance, lambda execution: execution.send_signal(signal, variables), "signal", signal, None)

    def _step(
        self,
        instance: ProcessInstance,
        act: Callable[[Execution], Step | None],
        kind: str,
        name: str,
        element_id: str | None,
    ) -> bool:
        """Take a receiver further; when it cannot go on it stays as it was, and its history says why."""
        pending = len(self._pending)
        try:
            with self._context.session.begin_nested():
                self._history.write(instance, f"{kind}.received", element_id=element_id, element_name=name)
                taken = self._instances.step(instance, act) is not None
        except StaleDataError as stale:
            raise InstanceChanged(instance_id=instance.id) from stale
        except EngineError as error:
            self._forget(pending)
            self._failure = error
            detail = {"error": str(error)}
            self._history.write(instance, f"{kind}.failed", element_id=element_id, element_name=name, detail=detail)
            return False
        return taken

    def _catch_up(self, name: str, correlation: str) -> None:
        """Deliver the oldest message that came before anybody waited for it and that fits, unless its time is over."""
        select = (
            sa.select(Message)
            .where(
                Message.name == name,
                Message.correlation == correlation,
                Message.delivered_at.is_(None),
                Message.expires_at > self._context.clock.now(),
            )
            # those that somebody refused last: what does not fit must not be in the way of what does
            .order_by(Message.last_error.is_not(None), Message.published_at, Message.id)
            .limit(MOST_TRIED)
            .with_for_update(skip_locked=True)  # another instance may be taking it
        )
        for message in self._context.session.scalars(select).all():
            self._deliver(message)
            if message.delivered_at is not None:
                return
