"""Compensation: what was done is undone, latest first; and cancelling a transaction, which undoes all of it.

The stock classes pass a thrown compensation over, and refuse the boundary event.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.nodes import FlowNode
from engine.bpmn.propagation import catcher_of
from engine.bpmn.throwing import FinishEvent, ThrowEvent
from engine.bpmn.tokens import Token


class Record(FlowNode, BpmnSpecMixin):  # type: ignore[misc]  # the library is untyped
    """Remembers that an activity is done and how to undo it: a token waits here until its scope ends.

    Attributes:
        of: id of the activity.
        undoing: name of the activity that undoes it.
    """

    def __init__(self, wf_spec: Any, name: str, of: str, undoing: str) -> None:
        super().__init__(wf_spec, name)
        self.of = of
        self.undoing = undoing

    def _update_hook(self, my_task: Token) -> bool:
        my_task._set_state(TaskState.WAITING)
        return False

    def lurks(self, my_task: Token) -> bool:
        """See FlowNode."""
        return True

    def idles(self, my_task: Token) -> bool:
        """See FlowNode."""
        return True


class Undoing(FlowNode):
    """An element that undoes what its scope has done, one activity after the other, and waits for each."""

    def _run_hook(self, my_task: Token) -> bool | None:
        known = my_task.internal_data
        if "undoing" not in known:
            self.begin(my_task)
            known["undoing"] = []
            records = [token for token in my_task.workflow.live() if isinstance(token.task_spec, Record)]
            for record in reversed(records):
                if self.trigger.name in ("", record.task_spec.of):
                    known["undoing"].append(record.task_spec.undoing)
                    record._set_state(TaskState.COMPLETED)
        if not known["undoing"]:
            return True
        my_task._set_state(TaskState.STARTED)
        self._undo_next(my_task)
        return None

    def begin(self, my_task: Token) -> None:
        """Do what comes before anything is undone."""

    def _undo_next(self, my_task: Token) -> None:
        spec = self._wf_spec.task_specs[my_task.internal_data["undoing"][0]]
        child = my_task._add_child(spec)
        spec._update(child)

    def member_left(self, my_task: Token, member: Token) -> None:
        """An activity is undone: the next, or on."""
        pending = my_task.internal_data.get("undoing")
        if pending and member.task_spec.name == pending[0]:
            del pending[0]
            my_task._set_state(TaskState.READY)


class UndoEvent(Undoing, ThrowEvent):
    """An intermediate event that throws compensation."""


class UndoEnd(Undoing, FinishEvent):
    """An end event that throws compensation."""


class CancelEnd(UndoEnd):
    """An end event that cancels the transaction around it: all else stops, what was done is undone."""

    def begin(self, my_task: Token) -> None:
        """See Undoing."""
        for other in my_task.workflow.live():
            if other is not my_task and not isinstance(other.task_spec, Record):
                other.cancel()

    def _on_complete(self, my_task: Token) -> None:
        super()._on_complete(my_task)
        catcher = catcher_of(my_task, "cancel", "")
        if catcher is not None:
            my_task.workflow.top_workflow.fire(catcher, {})
