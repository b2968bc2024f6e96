"""Events that are thrown. Whoever catches one inside the instance hears of it at once; the others by the services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import EndEvent, IntermediateThrowEvent, SendTask

from engine.bpmn.copying import Copy, perform
from engine.bpmn.happenings import check_message
from engine.bpmn.nodes import FlowNode
from engine.bpmn.ownership import carries
from engine.bpmn.propagation import catcher_of
from engine.bpmn.step import Thrown
from engine.bpmn.tokens import Token
from engine.bpmn.triggers import Trigger
from engine.errors import ProcessFailed


class Throwing(FlowNode):
    """An element that throws what its triggers say, and goes on unless what catches it takes it away.

    Attributes:
        triggers: all that it throws, messages and signals before escalations, an error last.
        given: what is copied into its data input, which is what it carries then.
    """

    triggers: tuple[Trigger, ...] = ()
    given: tuple[Copy, ...] = ()

    def _run_hook(self, my_task: Token) -> bool | None:
        for kinds in (("message", "signal"), ("escalation",)):
            for trigger in self.triggers:
                if trigger.kind in kinds:
                    throw(my_task, trigger, self.payload(my_task, trigger))
        return True

    def payload(self, my_task: Token, trigger: Trigger) -> dict[str, Any]:
        """Return what the thrown event carries; raise ProcessFailed when it is no context."""
        if not self.given:
            return payload(my_task, trigger)
        own: dict[str, Any] = {}
        perform(my_task, self.given, my_task.data, own)
        return _context(my_task, own[self.given[0].target])


def payload(my_task: Token, trigger: Trigger) -> dict[str, Any]:
    """Return what a thrown event carries by the words of its trigger; raise ProcessFailed when it is no context."""
    if not trigger.payload:
        return {}
    return _context(my_task, my_task.workflow.top_workflow.evaluate(my_task, trigger.payload))


def _context(my_task: Token, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ProcessFailed("抛出的内容不是 FEEL 上下文。", element_id=my_task.element_id)
    return dict(value)


def throw(my_task: Token, trigger: Trigger, carried: Mapping[str, Any]) -> None:
    """Throw a message, a signal or an escalation at a token.

    Raises:
        ProcessFailed: its owner may not throw it.
        MessageInvalid: it carries what the bundle declares otherwise.
    """
    top = my_task.workflow.top_workflow
    if trigger.kind == "escalation":
        _escalate(my_task, trigger.name, carried)
        return
    if not carries(trigger.name, my_task.workflow.definition.owner):
        raise ProcessFailed(f"插件的流程不能发出“{trigger.name}”。", element_id=my_task.element_id)
    if trigger.kind == "message":
        check_message(my_task.workflow.definition, trigger.name, carried, my_task.element_id)
    correlation = top.correlation(my_task)
    top.note(trigger.kind, my_task, trigger.name)
    top.thrown.append(
        Thrown(trigger.kind, trigger.name, my_task.token_id, my_task.element_id, correlation, dict(carried))
    )
    if trigger.kind == "signal":
        top.broadcast(trigger.name, carried)


def _escalate(my_task: Token, code: str, carried: Mapping[str, Any]) -> None:
    """An escalation that nobody catches is no fault."""
    top = my_task.workflow.top_workflow
    top.note("escalation", my_task, code)
    catcher = catcher_of(my_task, "escalation", code)
    if catcher is not None:
        top.fire(catcher, carried)


class ThrowEvent(Throwing, IntermediateThrowEvent):  # type: ignore[misc]  # the library is untyped
    """An intermediate throwing event; a none event is a milestone in the drawing."""


class SendingTask(Throwing, SendTask):  # type: ignore[misc]  # the library is untyped
    """A send task. The stock class waits for an answer of its own kind."""


class FinishEvent(Throwing, EndEvent):  # type: ignore[misc]  # the library is untyped
    """An end event. A process or subprocess ends when no token is left in it."""

    def _on_complete(self, my_task: Token) -> None:
        process = my_task.workflow
        top = process.top_workflow
        if process is top or (process.owner.workflow is top and process.owner.task_spec.handles_event):
            top.last_end = my_task.element_id
        kinds = {trigger.kind: trigger for trigger in self.triggers}
        if "error" in kinds:
            top.throw_error(my_task, kinds["error"].name, "", self.payload(my_task, kinds["error"]))
        elif "terminate" in kinds:
            process.cancel_all()
