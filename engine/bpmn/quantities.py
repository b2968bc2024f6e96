"""Activities that take several tokens to begin. The library reads over it."""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.nodes import FlowNode
from engine.bpmn.tokens import Token


class Gather(FlowNode, BpmnSpecMixin):  # type: ignore[misc]  # the library is untyped
    """Stands before an activity until `needed` tokens have come, by whichever flows; they go on as one."""

    needed = 1

    def _update_hook(self, my_task: Token) -> bool:
        my_task._set_state(TaskState.WAITING)
        here = [token for token in my_task.workflow.live() if token.task_spec is self]
        waiting = [token for token in here if token._state == TaskState.WAITING]
        if len(waiting) >= self.needed:
            for token in waiting[1 : self.needed]:
                token._set_state(TaskState.COMPLETED)
            waiting[0]._ready()
        return False

    def lurks(self, my_task: Token) -> bool:
        """See FlowNode."""
        return True
