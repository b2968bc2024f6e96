"""Events with several definitions that wait: for any of them, or for all (parallel multiple)."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.events import AttachedEvent, CatchEvent, Catching
from engine.bpmn.scopes import EventSubprocess
from engine.bpmn.tokens import Token

PART = "{} [{}]"


class Part(Catching, BpmnSpecMixin):  # type: ignore[misc]  # the library is untyped
    """One definition of an event that has several: it waits under the event's own token."""

    def lurks(self, my_task: Token) -> bool:
        """See FlowNode."""
        return True

    def idles(self, my_task: Token) -> bool:
        """See FlowNode."""
        return my_task.parent is not None and bool(my_task.parent.task_spec.idles(my_task.parent))


class Several(Catching):
    """An event with several definitions.

    Attributes:
        parts: the names of the nodes that each wait for one of them.
        together: whether all have to happen; else any.
    """

    parts: tuple[str, ...] = ()
    together = False

    def _update_hook(self, my_task: Token) -> bool:
        my_task._set_state(TaskState.WAITING)
        for name in self.parts:
            part = self._wf_spec.task_specs[name]
            part._update(my_task._add_child(part))
        return False

    def is_instance(self, spec: Any) -> bool:
        """See FlowNode."""
        return spec.name in self.parts

    def listeners(self, my_task: Token) -> list[Token]:
        """See FlowNode."""
        return [part for part in my_task.children if self.is_instance(part.task_spec)]

    def member_left(self, my_task: Token, member: Token) -> None:
        """One of the definitions happened."""
        if not self.is_instance(member.task_spec):
            return
        waiting = [part for part in self.listeners(my_task) if part.live]
        if self.together and waiting:
            return
        if not self.together and self.stays(my_task):
            self._happen_beside(my_task, member)
            return
        for part in waiting:
            part.cancel()
        my_task._ready()
        my_task.run()

    def stays(self, my_task: Token) -> bool:
        """Return whether the event goes on to wait, for it takes nothing away when it happens."""
        return False

    def _happen_beside(self, my_task: Token, member: Token) -> None:
        """The one that happened waits again, the others still do, and the event happens at a token of its own."""
        member.task_spec.wait_again(member)
        happening = my_task.parent._add_child(self)
        happening._ready()
        happening.run()

    def wait_again(self, my_task: Token) -> None:
        """Wait for all of them anew; where any was waited for, the token that waits is still there."""
        if self.together:
            self._update(my_task.parent._add_child(self))


class SeveralCatch(Several, CatchEvent):
    """An intermediate event."""


class SeveralAttached(Several, AttachedEvent):
    """A boundary event."""

    def stays(self, my_task: Token) -> bool:
        """See Several."""
        return not self.cancel_activity


class SeveralSubprocess(Several, EventSubprocess):
    """An event subprocess whose start event has several definitions."""

    def stays(self, my_task: Token) -> bool:
        """See Several."""
        return not self.interrupts


def part_of(specification: Any, whole: Several, number: int) -> Part:
    """Return the node of one definition of an event."""
    part = Part(specification, PART.format(whole.name, number))
    part.bpmn_id = whole.bpmn_id
    part._inputs = [whole.name]
    return part
