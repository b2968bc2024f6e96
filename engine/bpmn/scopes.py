"""Activities with elements of their own inside: subprocesses of each kind, and what handles an event."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.copying import Layer
from engine.bpmn.definition import Definition
from engine.bpmn.events import Catching
from engine.bpmn.nodes import FlowNode
from engine.bpmn.tokens import Token


class Scope(FlowNode):
    """What holds elements of its own.

    Attributes:
        spec: names their specification in the definition.
        objects: the variables that live inside of it alone: its data objects and properties.
    """

    spec = ""
    objects: tuple[str, ...] = ()

    def inside(self, my_task: Token) -> tuple[Definition, Any, Any]:
        """Return what runs inside: the definition, the specification, and the variables it works on."""
        definition = my_task.workflow.definition
        objects = my_task.internal_data.get("objects")
        variables = my_task.data if objects is None else Layer(objects, my_task.data)
        return definition, definition.subprocesses[self.spec], variables

    def open(self, my_task: Token) -> None:
        """Begin what is inside."""
        if self.objects:
            my_task.internal_data["objects"] = dict.fromkeys(self.objects)
        inner = my_task.workflow.top_workflow.open_inside(my_task)
        inner.task_tree._ready()

    def goes_on(self, my_task: Token, inner: Any, last: Token) -> bool:
        """Return whether there is something left to do inside, after a token has moved there."""
        return bool(inner.alive)

    def remember(self, my_task: Token, inner: Any) -> bool:
        """Keep what is inside when it is done; return whether that is so."""
        return False

    def _on_cancel(self, my_task: Token) -> None:
        inner = my_task.workflow.top_workflow.subprocesses.pop(my_task.id, None)
        if inner is not None:
            inner.cancel_all()


class InnerTask(Scope, BpmnSpecMixin):  # type: ignore[misc]  # the library is untyped
    """An embedded subprocess. It shares the variables around it; the stock class copies them in and out.

    `memory`: name of the node that remembers it when it is done, for it may have to be undone; "": nothing in it can.
    """

    memory = ""

    def remember(self, my_task: Token, inner: Any) -> bool:
        """See Scope."""
        return bool(self.memory) and bool(self._wf_spec.task_specs[self.memory].remember(my_task, inner))

    def _update_hook(self, my_task: Token) -> bool:
        my_task._set_state(TaskState.STARTED)
        self.open(my_task)
        return False


class EventSubprocess(Scope, Catching, BpmnSpecMixin):  # type: ignore[misc]  # the library is untyped
    """An event subprocess: its token waits beside the others of its scope, and opens what is inside when it happens.

    An interrupting one takes all other tokens of the scope away. One that does not waits again at once. The stock
    class starts it like a plain subprocess, or never interrupts.
    """

    handles_event = True
    interrupts = True

    def lurks(self, my_task: Token) -> bool:
        """See FlowNode."""
        return self.idles(my_task)

    def idles(self, my_task: Token) -> bool:
        """See FlowNode."""
        return bool(my_task._state == TaskState.WAITING)

    def _run_hook(self, my_task: Token) -> bool | None:
        if my_task.internal_data.get("opened"):
            return True
        my_task.internal_data["opened"] = True
        self.displace(my_task)
        my_task._set_state(TaskState.STARTED)
        self.open(my_task)
        return None  # the library's word for STARTED

    def displace(self, my_task: Token) -> None:
        """Take the others of the scope away, or wait again beside them."""
        if not self.interrupts:
            self.wait_again(my_task)
            return
        for other in my_task.workflow.live():
            if other is not my_task:
                other.cancel()
