"""Multi-instance activities over a list."""

from __future__ import annotations

from collections import ChainMap
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.nodes import FlowNode
from engine.bpmn.tokens import Token
from engine.errors import ProcessFailed


class ForEach(FlowNode, BpmnSpecMixin, LoopTask):  # type: ignore[misc]  # the library is untyped
    """An activity repeated for each item of a list, all at once or one after the other.

    Each instance has variables of its own on top of those around it, the item among them; what it leaves there is
    dropped but for its result. Results keep the order of the items, whatever order the instances end in. The stock
    classes collect in the order of ending, take only a variable's name, and refuse a second round of a loop because
    the output exists.

    Attributes:
        items: FEEL, the list.
        item: the variable that holds the item in an instance.
        output: the variable that takes the list of results; "" when they are not wanted.
        result: FEEL over an instance's variables, its result.
    """

    items = ""
    item = ""
    output = ""
    result = ""
    sequential = False

    def __init__(self, wf_spec: Any, bpmn_id: str, body: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.task_spec = body

    def is_instance(self, spec: Any) -> bool:
        """See FlowNode."""
        return bool(spec.name == self.task_spec)

    def _update_hook(self, my_task: Token) -> bool:
        items = my_task.workflow.top_workflow.evaluate(my_task, self.items)
        if not isinstance(items, list):
            raise ProcessFailed(f"多实例的集合 {self.items} 不是列表。", element_id=my_task.element_id)
        my_task.internal_data.update(items=items, results=[None] * len(items), started=0, ended=0)
        if not items:
            self._deliver(my_task)
            return True
        my_task._set_state(TaskState.STARTED)
        for _ in items[:1] if self.sequential else items:
            self._start_next(my_task)
        return False

    def _start_next(self, my_task: Token) -> None:
        known = my_task.internal_data
        index = known["started"]
        known["started"] = index + 1
        body = self._wf_spec.task_specs[self.task_spec]
        child = my_task._add_child(body)
        child.internal_data["index"] = index
        child.data = ChainMap({self.item: known["items"][index]} if self.item else {}, my_task.data)
        body._update(child)

    def member_left(self, my_task: Token, member: Token) -> None:
        """An instance is done: take its result, start the next, or go on."""
        if not self.is_instance(member.task_spec):
            return  # a token further on, made by this one when it left
        known = my_task.internal_data
        if self.result:
            result = my_task.workflow.top_workflow.evaluate(member, self.result)
            known["results"][member.internal_data["index"]] = result
        known["ended"] += 1
        if known["ended"] == len(known["items"]):
            self._deliver(my_task)
            my_task._set_state(TaskState.READY)
        elif self.sequential:
            self._start_next(my_task)

    def _deliver(self, my_task: Token) -> None:
        if self.output:
            my_task.data[self.output] = my_task.internal_data["results"]
