"""Compensation: what was done is undone, latest first; and cancelling a transaction, which undoes all of it.

The stock classes pass a thrown compensation over, and refuse the boundary event.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.nodes import FlowNode
from engine.bpmn.propagation import catcher_of
from engine.bpmn.scopes import EventSubprocess
from engine.bpmn.throwing import FinishEvent, ThrowEvent
from engine.bpmn.tokens import Token

UNDO_ALL = "process [undo]"
"""Name of the node inside a subprocess at which a token undoes what was done there."""


class Record(FlowNode, BpmnSpecMixin):  # type: ignore[misc]  # the library is untyped
    """Remembers that an activity is done and how to undo it: a token waits here until its scope ends.

    Attributes:
        of: id of the activity.
        undoing: name of the node that undoes it.
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

    def take(self, my_task: Token) -> None:
        """Learn that the activity is about to be undone."""
        my_task._set_state(TaskState.COMPLETED)


class CompensationSubprocess(EventSubprocess):
    """An event subprocess that undoes the subprocess it is in, once that is done. It takes nothing away."""

    def displace(self, my_task: Token) -> None:
        """See EventSubprocess."""


class Undoing(FlowNode):
    """An element that undoes what its scope has done, one activity after the other, and waits for each.

    In an event subprocess that undoes, that is what the subprocess around it has done, too.
    """

    def _run_hook(self, my_task: Token) -> bool | None:
        known = my_task.internal_data
        if "undoing" not in known:
            self.begin(my_task)
            known["undoing"] = list(self._take(my_task))
            known["around"] = _is_within_undoing(my_task)
        if known["undoing"]:
            my_task._set_state(TaskState.STARTED)
            self._undo_next(my_task)
            return None
        if known["around"]:
            known["around"] = False
            my_task._set_state(TaskState.STARTED)
            self._undo_around(my_task)
            return None
        return True

    def begin(self, my_task: Token) -> None:
        """Do what comes before anything is undone."""

    def wanted(self, my_task: Token) -> str:
        """Return the id of the activity to be undone; "" is all."""
        return str(self.trigger.name)

    def _take(self, my_task: Token) -> Iterator[str]:
        records = [token for token in my_task.workflow.live() if isinstance(token.task_spec, Record)]
        for record in sorted(records, key=lambda token: token.order, reverse=True):
            if record._state == TaskState.WAITING and self.wanted(my_task) in ("", record.task_spec.of):
                yield record.task_spec.undoing
                record.task_spec.take(record)

    def _undo_next(self, my_task: Token) -> None:
        spec = self._wf_spec.task_specs[my_task.internal_data["undoing"][0]]
        child = my_task._add_child(spec)
        spec._update(child)

    def _undo_around(self, my_task: Token) -> None:
        """Let a token of the scope around undo what was done there, and wait for it."""
        around = my_task.workflow.owner.workflow
        spec = around.spec.task_specs[UNDO_ALL]
        token = around.task_tree._add_child(spec)
        token.internal_data.update({"only": self.wanted(my_task), "for": my_task.id.hex})
        spec._update(token)

    def member_left(self, my_task: Token, member: Token) -> None:
        """An activity is undone: the next, or on."""
        pending = my_task.internal_data.get("undoing")
        if pending and member.task_spec.name == pending[0]:
            del pending[0]
            my_task._set_state(TaskState.READY)


class UndoAll(Undoing, BpmnSpecMixin):  # type: ignore[misc]  # the library is untyped
    """Undoes what was done inside a subprocess, on behalf of whoever undoes the subprocess."""

    def wanted(self, my_task: Token) -> str:
        """See Undoing."""
        return str(my_task.internal_data.get("only", ""))

    def _on_complete(self, my_task: Token) -> None:
        super()._on_complete(my_task)
        if "for" in my_task.internal_data:
            top = my_task.workflow.top_workflow
            top.get_task_from_id(UUID(hex=my_task.internal_data["for"]))._set_state(TaskState.READY)


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


def _is_within_undoing(my_task: Token) -> bool:
    owner = my_task.workflow.owner
    return owner is not None and isinstance(owner.task_spec, CompensationSubprocess)
