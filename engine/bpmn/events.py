"""Events that wait, and the groups that tie them to an activity or a gateway."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    EventBasedGateway,
    IntermediateCatchEvent,
    ReceiveTask,
    StartEvent,
)
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import timers
from engine.bpmn.copying import Copy, perform
from engine.bpmn.nodes import FlowNode
from engine.bpmn.timers import BadTimer, Schedule
from engine.bpmn.tokens import Token
from engine.errors import ProcessFailed


class BeginEvent(FlowNode, StartEvent):  # type: ignore[misc]  # the library is untyped
    """A start event. `is_only`: there is no other, so that whoever starts the process starts it here."""

    is_only = False

    def begins(self, at: str) -> bool:
        """See FlowNode."""
        return self.name == at if at else self.is_only or not self.trigger.kind


class Catching(FlowNode):
    """An event that waits until it is told that it happened. It never looks whether its time has come by itself.

    Attributes:
        taken: what is copied from the event's data outputs, `carried`, which hold what it carries.
        entry: whether it starts its process, which begins when it has happened; `is_only`: nothing else does.
    """

    taken: tuple[Copy, ...] = ()
    carried: tuple[str, ...] = ()
    entry = False
    is_only = False

    def begins(self, at: str) -> bool:
        """See FlowNode."""
        return not self.entry or (self.name == at if at else self.is_only)

    def _update_hook(self, my_task: Token) -> bool:
        if self.entry and my_task.parent is my_task.workflow.task_tree:
            return True
        if self.trigger.kind == "timer" and "due" not in my_task.internal_data:
            self.arm(my_task, self._schedule(my_task))
        my_task._set_state(TaskState.WAITING)
        return False

    def arm(self, my_task: Token, schedule: Schedule) -> None:
        """Note when the timer is due."""
        my_task.internal_data.update(due=schedule.due_at, again=schedule.again, every=schedule.every)

    def _schedule(self, my_task: Token) -> Schedule:
        top = my_task.workflow.top_workflow
        text = self.trigger.expression
        try:
            value = text if timers.is_literal(text) else top.evaluate(my_task, text)
            return timers.schedule(value, top.now)
        except BadTimer as error:
            raise ProcessFailed(f"定时无法确定时间：{error}", element_id=my_task.element_id) from error

    def _run_hook(self, my_task: Token) -> bool | None:
        return True

    def receive(self, my_task: Token, variables: Mapping[str, Any]) -> None:
        """Take what the event carries."""
        if self.taken:
            outputs: dict[str, Any] = {name: dict(variables) for name in self.carried}
            perform(my_task, self.taken, ChainMap(outputs, my_task.data), my_task.data)
        elif self.trigger.variable:
            my_task.data[self.trigger.variable] = dict(variables)
        else:
            my_task.data.update(variables)

    def lurks(self, my_task: Token) -> bool:
        """An event on an activity, or after an event gateway, is entered when it happens."""
        return my_task.parent is not None and bool(my_task.parent.task_spec.is_group)

    def wait_again(self, my_task: Token) -> None:
        """Wait once more beside what the event began, for the next time it happens or the next round of the cycle."""
        known = my_task.internal_data
        schedule = Schedule(known["due"], known["again"], known["every"]).next() if "due" in known else None
        if self.trigger.kind == "timer" and schedule is None:
            return
        following = my_task.parent._add_child(self)
        if schedule is not None:
            self.arm(following, schedule)
        if self.trigger.kind == "conditional":
            following.internal_data["held"] = True  # it has to become false before it can become true
        self._update(following)


class CatchEvent(Catching, IntermediateCatchEvent):  # type: ignore[misc]  # the library is untyped
    """An intermediate event that waits."""


class MessageTask(Catching, ReceiveTask):  # type: ignore[misc]  # the library is untyped
    """A receive task."""


class AttachedEvent(Catching, BoundaryEvent):  # type: ignore[misc]  # the library is untyped
    """A boundary event. One that does not interrupt is awaited again each time; the stock class takes one only."""


class Attachment(FlowNode, BoundaryEventSplit):  # type: ignore[misc]  # the library is untyped
    """An activity with its boundary events: its children. The stock class finds its way back by recursion."""

    is_group = True

    def member_left(self, my_task: Token, member: Token) -> None:
        """The activity is done: its events are over. An interrupting event happened: so is the activity."""
        if isinstance(member.task_spec, AttachedEvent) and not member.task_spec.cancel_activity:
            member.task_spec.wait_again(member)
            return
        for other in member.siblings:
            if isinstance(member.task_spec, AttachedEvent) or isinstance(other.task_spec, AttachedEvent):
                other.cancel()


class FirstEvent(FlowNode, EventBasedGateway):  # type: ignore[misc]  # the library is untyped
    """An event-based gateway: the first of the events after it decides. The stock class confuses two timers."""

    is_group = True

    def connect(self, taskspec: Any) -> None:
        """Connect, leaving the event's definition where it is."""
        FlowNode.connect(self, taskspec)

    def member_left(self, my_task: Token, member: Token) -> None:
        """One of the events happened: the others are over."""
        for other in member.siblings:
            other.cancel()
