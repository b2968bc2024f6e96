"""Events, and the groups that tie them to an activity or a gateway."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    EndEvent,
    EventBasedGateway,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    ReceiveTask,
    StartEvent,
)
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import ErrorEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import timers
from engine.bpmn.nodes import FlowNode
from engine.bpmn.timers import BadTimer, Schedule
from engine.bpmn.tokens import Token
from engine.errors import ProcessFailed


class BeginEvent(FlowNode, StartEvent):  # type: ignore[misc]  # the library is untyped
    """A none start event."""


class PassEvent(FlowNode, IntermediateThrowEvent):  # type: ignore[misc]  # the library is untyped
    """A none intermediate event: a milestone in the drawing."""


class FinishEvent(FlowNode, EndEvent):  # type: ignore[misc]  # the library is untyped
    """An end event: none, terminate or error. A process or subprocess ends when no token is left in it."""

    def _on_complete(self, my_task: Token) -> None:
        process = my_task.workflow
        if process is process.top_workflow:
            process.last_end = my_task.element_id
        if isinstance(self.event_definition, TerminateEventDefinition):
            process.cancel_all()
        elif isinstance(self.event_definition, ErrorEventDefinition):
            self._throw(my_task, self.event_definition.code or "")

    def _throw(self, my_task: Token, code: str) -> None:
        top = my_task.workflow.top_workflow
        catcher = top.catcher_of(my_task, code)
        if catcher is None:
            raise ProcessFailed(f"没有事件捕获错误 {code}。", element_id=my_task.element_id)
        top.fire(catcher, {})


class Catching(FlowNode):
    """An event that waits: for a time, a message or an error. It never looks whether its time has come by itself.

    `variable` takes what a message carries; without it each value becomes a variable.
    """

    event_definition: Any
    variable = ""

    def _update_hook(self, my_task: Token) -> bool:
        if isinstance(self.event_definition, TimerEventDefinition) and "due" not in my_task.internal_data:
            self.arm(my_task, self._schedule(my_task))
        my_task._set_state(TaskState.WAITING)
        return False

    def arm(self, my_task: Token, schedule: Schedule) -> None:
        """Note when the timer is due."""
        my_task.internal_data.update(due=schedule.due_at, again=schedule.again, every=schedule.every)

    def _schedule(self, my_task: Token) -> Schedule:
        top = my_task.workflow.top_workflow
        text = self.event_definition.expression
        try:
            value = text if timers.is_literal(text) else top.evaluate(my_task, text)
            return timers.schedule(value, top.now)
        except BadTimer as error:
            raise ProcessFailed(f"定时无法确定时间：{error}", element_id=my_task.element_id) from error

    def next_schedule(self, my_task: Token) -> Schedule | None:
        """Return when a cycle fires next, or None."""
        known = my_task.internal_data
        return Schedule(known["due"], known["again"], known["every"]).next() if "due" in known else None

    def _run_hook(self, my_task: Token) -> bool:
        return True

    def receive(self, my_task: Token, variables: Mapping[str, Any]) -> None:
        """Take what the event carries."""
        if self.variable:
            my_task.data[self.variable] = dict(variables)
        else:
            my_task.data.update(variables)

    def lurks(self, my_task: Token) -> bool:
        """An event on an activity, or after an event gateway, is entered when it happens."""
        return my_task.parent is not None and bool(my_task.parent.task_spec.is_group)

    @property
    def message(self) -> str | None:
        """The name of the message it waits for, or None."""
        return self.event_definition.name if isinstance(self.event_definition, MessageEventDefinition) else None

    def catches_error(self, code: str | None) -> bool:
        """See FlowNode."""
        return isinstance(self.event_definition, ErrorEventDefinition) and (self.event_definition.code or None) == code


class CatchEvent(Catching, IntermediateCatchEvent):  # type: ignore[misc]  # the library is untyped
    """An intermediate timer or message event."""


class MessageTask(Catching, ReceiveTask):  # type: ignore[misc]  # the library is untyped
    """A receive task."""


class AttachedEvent(Catching, BoundaryEvent):  # type: ignore[misc]  # the library is untyped
    """A boundary event. A non-interrupting message is awaited again after each; the stock class takes one only."""

    def again(self, my_task: Token) -> None:
        """Wait once more, for the next message or round of the cycle."""
        schedule = self.next_schedule(my_task)
        if self.message is None and schedule is None:
            return
        following = my_task.parent._add_child(self)
        if schedule is not None:
            self.arm(following, schedule)
        self._update(following)


class Attachment(FlowNode, BoundaryEventSplit):  # type: ignore[misc]  # the library is untyped
    """An activity with its boundary events: its children. The stock class finds its way back by recursion."""

    is_group = True

    def member_left(self, my_task: Token, member: Token) -> None:
        """The activity is done: its events are over. An interrupting event happened: so is the activity."""
        if isinstance(member.task_spec, AttachedEvent) and not member.task_spec.cancel_activity:
            member.task_spec.again(member)
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
