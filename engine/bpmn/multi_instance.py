"""Activities that repeat: for each item of a list, a number of times, or while a condition holds."""

from __future__ import annotations

from collections import ChainMap
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.nodes import FlowNode
from engine.bpmn.throwing import payload, throw
from engine.bpmn.tokens import Token
from engine.bpmn.triggers import Trigger
from engine.errors import ProcessFailed

MAX_INSTANCES = 10_000


class Repeat(FlowNode, BpmnSpecMixin, LoopTask):  # type: ignore[misc]  # the library is untyped
    """An activity that repeats another node, its `body`."""

    def __init__(self, wf_spec: Any, bpmn_id: str, body: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.task_spec = body

    def is_instance(self, spec: Any) -> bool:
        """See FlowNode."""
        return bool(spec.name == self.task_spec)

    def member_left(self, my_task: Token, member: Token) -> None:
        """See FlowNode. Other children are tokens further on, made by this one when it left."""
        if self.is_instance(member.task_spec):
            self.instance_left(my_task, member)

    def instance_left(self, my_task: Token, instance: Token) -> None:
        """Learn that an instance is done."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Behavior:
    """What is thrown when an instance is done: if the condition holds ("": always), by the `first` alone or by each."""

    trigger: Trigger
    condition: str = ""
    first: bool = False


class ForEach(Repeat):
    """A multi-instance activity: once for each item of a list or a number of times, all at once or in a row.

    Each instance has variables of its own on top of those around it, the item among them; what it leaves there is
    dropped but for its result. Results keep the order of the items, whatever order the instances end in. The stock
    classes collect in the order of ending, take only a variable's name, and refuse a second round of a loop because
    the output exists.

    Attributes:
        items: FEEL, the list; or "".
        cardinality: FEEL, how often, when there is no list; an instance then has its number as `loopCounter`, from 1.
        item: the variable that holds the item in an instance.
        output: the variable that takes the list of results; "" when they are not wanted.
        result: FEEL over an instance's variables, its result.
        until: FEEL, asked when an instance is done; when it holds, the others are taken away. It knows
            `numberOfInstances`, `numberOfCompletedInstances` and `numberOfActiveInstances`, also as `nrOf…`.
        behaviors: the events that it throws when instances are done.
    """

    items = ""
    cardinality = ""
    item = ""
    output = ""
    result = ""
    until = ""
    sequential = False
    behaviors: tuple[Behavior, ...] = ()

    def _update_hook(self, my_task: Token) -> bool:
        items = self._list(my_task)
        my_task.internal_data.update(items=items, results=[None] * len(items), started=0, ended=0)
        if not items:
            self._deliver(my_task)
            return True
        my_task._set_state(TaskState.STARTED)
        for _ in items[:1] if self.sequential else items:
            self._start_next(my_task)
        return False

    def _list(self, my_task: Token) -> list[Any]:
        if self.cardinality:
            return list(range(1, self._number(my_task) + 1))
        items = my_task.workflow.top_workflow.evaluate(my_task, self.items)
        if not isinstance(items, list):
            raise ProcessFailed(f"多实例的集合 {self.items} 不是列表。", element_id=my_task.element_id)
        return items

    def _number(self, my_task: Token) -> int:
        number = my_task.workflow.top_workflow.evaluate(my_task, self.cardinality)
        whole = isinstance(number, int | float) and not isinstance(number, bool) and number == int(number)
        if not whole or not 0 <= number <= MAX_INSTANCES:
            text = f"多实例的次数 {self.cardinality} 不是 0 到 {MAX_INSTANCES} 的整数：{number}"
            raise ProcessFailed(text, element_id=my_task.element_id)
        return int(number)

    def _start_next(self, my_task: Token) -> None:
        known = my_task.internal_data
        index = known["started"]
        known["started"] = index + 1
        body = self._wf_spec.task_specs[self.task_spec]
        child = my_task._add_child(body)
        child.internal_data["index"] = index
        own = {self.item: known["items"][index]} if self.item else {}
        if self.cardinality:
            own["loopCounter"] = index + 1
        child.data = self.layer(own, my_task.data)
        body._update(child)

    def instance_left(self, my_task: Token, instance: Token) -> None:
        """Take the result, start the next, or go on."""
        known = my_task.internal_data
        if self.result:
            result = my_task.workflow.top_workflow.evaluate(instance, self.result)
            known["results"][instance.internal_data["index"]] = result
        known["ended"] += 1
        self._throw(my_task, instance)
        if not my_task.live:
            return  # what caught an event has interrupted the activity
        if known["ended"] == len(known["items"]) or self._is_enough(my_task, instance):
            for other in instance.siblings:
                other.cancel()
            self._deliver(my_task)
            my_task._set_state(TaskState.READY)
        elif self.sequential:
            self._start_next(my_task)

    def _is_enough(self, my_task: Token, instance: Token) -> bool:
        return bool(self.until) and self._holds(my_task, instance, self.until)

    def _throw(self, my_task: Token, instance: Token) -> None:
        for behavior in self.behaviors:
            counts = not behavior.first or my_task.internal_data["ended"] == 1
            if counts and (not behavior.condition or self._holds(my_task, instance, behavior.condition)):
                throw(my_task, behavior.trigger, payload(instance, behavior.trigger))

    def _holds(self, my_task: Token, instance: Token, condition: str) -> bool:
        known = my_task.internal_data
        counts = {
            "Instances": len(known["items"]),
            "CompletedInstances": known["ended"],
            "ActiveInstances": known["started"] - known["ended"],
        }
        names = {f"{prefix}{name}": count for prefix in ("numberOf", "nrOf") for name, count in counts.items()}
        variables = ChainMap(names, instance.data)
        return my_task.workflow.top_workflow.evaluate_over(my_task, [condition], variables)[0] is True

    def _deliver(self, my_task: Token) -> None:
        if self.output:
            my_task.data[self.output] = my_task.internal_data["results"]


class While(Repeat):
    """A standard loop: one instance after the other, on the variables around it.

    Attributes:
        condition: FEEL, whether to go round once more; it knows `loopCounter`, how often the activity has run. "": yes.
        maximum: how often at most; 0: as often as the condition says.
        asks_first: whether it asks before the first time too.
    """

    condition = ""
    maximum = 0
    asks_first = False

    def _update_hook(self, my_task: Token) -> bool:
        my_task.internal_data["ended"] = 0
        if self.asks_first and not self._goes_on(my_task):
            return True
        my_task._set_state(TaskState.STARTED)
        self._start(my_task)
        return False

    def _start(self, my_task: Token) -> None:
        body = self._wf_spec.task_specs[self.task_spec]
        body._update(my_task._add_child(body))

    def _goes_on(self, my_task: Token) -> bool:
        ended = my_task.internal_data["ended"]
        if self.maximum and ended >= self.maximum:
            return False
        variables = ChainMap({"loopCounter": ended}, my_task.data)
        asked = [self.condition or "true"]
        return my_task.workflow.top_workflow.evaluate_over(my_task, asked, variables)[0] is True

    def instance_left(self, my_task: Token, instance: Token) -> None:
        """Go round once more, or on."""
        my_task.internal_data["ended"] += 1
        if self._goes_on(my_task):
            self._start(my_task)
        else:
            my_task._set_state(TaskState.READY)
