"""Call activities: another process, with variables of its own, runs as a part of this one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.definition import Definition
from engine.bpmn.ownership import may_call
from engine.bpmn.scopes import Scope
from engine.bpmn.tokens import Token
from engine.errors import ProcessFailed

MAX_DEPTH = 200
"""Levels of calls and subprocesses inside each other. More is a call of itself that does not come to its end."""


class CallTask(Scope, BpmnSpecMixin):  # type: ignore[misc]  # the library is untyped
    """A call activity. Which version it runs is settled when it begins, and stays.

    Attributes:
        called: FEEL, the key of the called process.
        given: variable of the called process → FEEL over ours; None: it gets a copy of all.
        taken: variable of ours → FEEL over those of the called process at its end; None: all come back.
    """

    called = ""
    given: Mapping[str, str] | None = None
    taken: Mapping[str, str] | None = None

    def _update_hook(self, my_task: Token) -> bool:
        top = my_task.workflow.top_workflow
        if _depth(my_task) >= MAX_DEPTH:
            raise ProcessFailed(f"流程与子流程相互嵌套超过 {MAX_DEPTH} 层。", element_id=my_task.element_id)
        key = top.evaluate(my_task, self.called)
        if not isinstance(key, str) or not key:
            raise ProcessFailed("调用活动的表达式没有得到流程编号。", element_id=my_task.element_id)
        definition = top.environment.find_called(my_task.workflow.definition, key)
        if definition is None:
            raise ProcessFailed(f"没有部署流程“{key}”。", element_id=my_task.element_id)
        if not may_call(my_task.workflow.definition, definition):
            raise ProcessFailed(f"流程“{key}”不允许被其他插件的流程调用。", element_id=my_task.element_id)
        my_task.internal_data.update(
            called=[definition.key, definition.digest], variables=_mapped(my_task, self.given, my_task.data)
        )
        my_task._set_state(TaskState.STARTED)
        self.open(my_task)
        return False

    def inside(self, my_task: Token) -> tuple[Definition, Any, Any]:
        """See Scope."""
        top = my_task.workflow.top_workflow
        definition = top.environment.pinned(my_task.workflow.definition, *my_task.internal_data["called"])
        return definition, definition.process, my_task.internal_data["variables"]

    def _run_hook(self, my_task: Token) -> bool:
        my_task.data.update(_mapped(my_task, self.taken, my_task.internal_data.pop("variables")))
        return True


def _mapped(my_task: Token, mapping: Mapping[str, str] | None, variables: Mapping[str, Any]) -> dict[str, Any]:
    if mapping is None:
        return dict(variables)
    values = my_task.workflow.top_workflow.evaluate_over(my_task, list(mapping.values()), variables)
    return dict(zip(mapping, values, strict=True))


def _depth(my_task: Token) -> int:
    """Return how many calls and subprocesses are around a token."""
    depth, owner = 0, my_task.workflow.owner
    while owner is not None:
        depth, owner = depth + 1, owner.workflow.owner
    return depth
