"""Subprocesses that can be undone: what was done inside one is remembered after it has ended.

Its own event subprocess undoes it when it has one, else all that was done inside is undone, latest first, as the
standard says.
"""

from __future__ import annotations

from collections import ChainMap
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.compensation import UNDO_ALL, CompensationSubprocess, Record
from engine.bpmn.copying import Layer
from engine.bpmn.scopes import Scope
from engine.bpmn.tokens import Token


class ScopeRecord(Record, Scope):
    """Remembers a subprocess that is done: its inside is kept under the token here. `spec`: see Scope."""

    def __init__(self, wf_spec: Any, name: str, of: str, undoing: str) -> None:
        super().__init__(wf_spec, name, of, undoing)
        self.spec = of

    def remember(self, owner: Token, inner: Any) -> bool:
        """Keep what may have to be undone of a subprocess that ends; return whether there is anything."""
        kept = [token for token in inner.live() if _undoes(token)]
        for token in inner.live():
            if token not in kept:
                token.cancel()
        if not kept:
            return False
        record = owner.workflow.task_tree._add_child(self)
        own = _own(owner)
        if own:
            record.internal_data["objects"] = own
            inner.task_tree.data = Layer(own, record.data)
            for token in kept:
                token.data = inner.task_tree.data
        _adopt(inner, record)
        self._update(record)
        return True

    def take(self, my_task: Token) -> None:
        """See Record. The inside is still there, until its turn comes."""
        my_task._set_state(TaskState.STARTED)


class UndoInside(Scope, BpmnSpecMixin):  # type: ignore[misc]  # the library is untyped
    """Undoes a subprocess. `record`: name of the node that remembers it."""

    record = ""

    def _update_hook(self, my_task: Token) -> bool:
        top = my_task.workflow.top_workflow
        taken = [token for token in my_task.workflow.live() if token.task_spec.name == self.record]
        record = max((token for token in taken if token._state == TaskState.STARTED), key=lambda token: token.order)
        my_task.internal_data.update(record.internal_data)
        inner = top.subprocesses[record.id]
        _adopt(inner, my_task)
        record._set_state(TaskState.COMPLETED)
        my_task._set_state(TaskState.STARTED)
        handler = next((each for each in inner.live() if isinstance(each.task_spec, CompensationSubprocess)), None)
        if handler is not None:
            top.fire(handler, {})
        else:
            spec = inner.spec.task_specs[UNDO_ALL]
            spec._update(inner.task_tree._add_child(spec))
        return False


def _undoes(token: Token) -> bool:
    return isinstance(token.task_spec, Record | CompensationSubprocess)


def _own(owner: Token) -> dict[str, Any]:
    """Return the variables that a subprocess had of its own: those of its instance, and its data objects."""
    around, own = owner.data, dict(owner.internal_data.get("objects", {}))
    shared = owner.workflow.task_tree.data
    while around is not shared and isinstance(around, ChainMap):
        own = {**around.maps[0], **own}
        around = around.maps[1]
    return own


def _adopt(inner: Any, owner: Token) -> None:
    """Put what is inside of a subprocess under another token; whatever is inside comes after that token in order."""
    top = inner.top_workflow
    del top.subprocesses[inner.parent_task_id]
    inner.parent_task_id = owner.id
    top.subprocesses[owner.id] = inner
    _renumber(top, inner, owner)


def _renumber(top: Any, inner: Any, owner: Token) -> None:
    inner.rank = owner.order
    for token in sorted(inner.live(), key=lambda each: each.order):
        token.order = top.next_order()
        if token.id in top.subprocesses:
            _renumber(top, top.subprocesses[token.id], token)
