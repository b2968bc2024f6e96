"""What all flow nodes have in common, and the tasks. Each class is SpiffWorkflow's specification, corrected."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask
from SpiffWorkflow.bpmn.specs.defaults import NoneTask, ScriptTask, ServiceTask, UserTask
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin

from engine.bpmn.step import Decided
from engine.bpmn.tokens import Token
from engine.bpmn.triggers import NONE, Trigger
from engine.errors import ProcessFailed


@dataclass(frozen=True, slots=True)
class Way:
    """A sequence flow (`flow` is its id) out of a node: the node it leads to, and its condition in FEEL."""

    target: str
    condition: str | None = None
    is_default: bool = False
    flow: str = ""


class FlowNode(BpmnTaskSpec):  # type: ignore[misc]  # the library is untyped
    """A node of the diagram.

    The stock protocol is kept (update → ready → run → complete); prediction is not, because a tree of tasks that
    may come grows with each round of a loop, and has to be thrown away at each choice.

    Attributes:
        drawn: whether it is an element of the diagram; instances of a multi-instance activity are not.
        is_group: whether its children belong together (an activity with its boundary events).
        ways: the flows out of it, in the order of the diagram.
        trigger: what an event waits for or throws.
        handles_event: whether it is an event subprocess.
        quantity: how many tokens it sends out by each flow.
        compensation: what remembers that an activity may have to be undone, or None.
    """

    drawn = False
    is_group = False
    ways: tuple[Way, ...] = ()
    trigger: Trigger = NONE
    handles_event = False
    quantity = 1
    compensation: FlowNode | None = None

    def _predict(self, my_task: Token, seen: Any = None, looked_ahead: int = 0, mask: int = 0) -> None:
        """Predict nothing."""

    def _update_hook(self, my_task: Token) -> bool:
        return True

    def _on_ready(self, my_task: Token) -> None:
        self._on_ready_hook(my_task)

    def _on_ready_hook(self, my_task: Token) -> None:
        """Nothing to do: the definition was checked when it was deployed."""

    def _run(self, my_task: Token) -> bool | None:
        result: bool | None = self._run_hook(my_task)
        return result

    def _run_hook(self, my_task: Token) -> bool | None:
        return True

    def _on_cancel(self, my_task: Token) -> None:
        """Learn that a token was taken away."""

    def _on_complete(self, my_task: Token) -> None:
        parent = my_task.parent
        if parent is not None:
            parent.task_spec.member_left(parent, my_task)
        if self.compensation is not None:
            self.compensation._update(my_task.workflow.task_tree._add_child(self.compensation))
        for spec in self.choose(my_task) * self.quantity:
            child = my_task._add_child(spec)
            spec._update(child)

    def choose(self, my_task: Token) -> list[Any]:
        """Return the nodes that the token goes on to: several flows out of any node fork, a condition may hold it.

        Raises:
            ProcessFailed: no condition holds and there is no default flow.
        """
        if not any(way.condition for way in self.ways):
            return list(self.outputs)
        names = [way.target for way in self.ways if way.condition is None and not way.is_default]
        names += self._holding(my_task, first=False)
        return self._specs(my_task, names)

    def _holding(self, my_task: Token, *, first: bool) -> list[str]:
        """Return the targets whose condition is true; of several, only the first when asked so."""
        asked = [(way.condition, way.target) for way in self.ways if way.condition]
        answers = my_task.workflow.top_workflow.evaluate_all(my_task, [condition for condition, _ in asked])
        holding = [target for (_, target), answer in zip(asked, answers, strict=True) if answer is True]
        return holding[:1] if first else holding

    def _specs(self, my_task: Token, names: list[str]) -> list[Any]:
        names = names or [way.target for way in self.ways if way.is_default]
        if not names:
            raise ProcessFailed("没有任何一个分支的条件成立，也没有默认分支。", element_id=my_task.element_id)
        my_task.workflow.top_workflow.chosen(my_task, self.ways, names)
        return [self._wf_spec.task_specs[name] for name in names]

    # what other nodes and the running process ask

    def lurks(self, my_task: Token) -> bool:
        """Return whether a token that waits here has not really entered the element yet."""
        return False

    def idles(self, my_task: Token) -> bool:
        """Return whether a token that waits here does not keep its process from ending."""
        return False

    def begins(self, at: str) -> bool:
        """Return whether a token is put here when its process begins at a start event ("": as its caller likes)."""
        return True

    def release(self, my_task: Token) -> bool:
        """Let a token that waits go on, if it waited only for others that can no longer come; say whether."""
        return False

    def member_left(self, my_task: Token, member: Token) -> None:
        """Learn that a child has completed."""

    def is_instance(self, spec: Any) -> bool:
        """Return whether a node is what this multi-instance activity repeats."""
        return False

    def listeners(self, my_task: Token) -> list[Token]:
        """Return the tokens that wait for the event at a token: one for each of its definitions."""
        return [my_task]

    def layer(self, own: dict[str, Any], around: Any) -> Any:
        """Return the variables of an instance: its own on top of those around it."""
        return ChainMap(own, around)


class Start(FlowNode, BpmnStartTask):  # type: ignore[misc]  # the library is untyped
    """The root above the start event, which the library needs. Event subprocesses wait before anything begins.

    `one_by_one`: of what no flow leads to, the first alone begins.
    """

    one_by_one = False

    def choose(self, my_task: Token) -> list[Any]:
        """Return the event subprocesses, and where the process begins; raise ProcessFailed."""
        at = my_task.internal_data.get("at", "")
        chosen = [spec for spec in self.outputs if spec.begins(at)]
        if all(spec.handles_event for spec in chosen):
            raise ProcessFailed("流程没有可由此启动的开始事件。", element_id=at)
        if self.one_by_one:
            begun = next(spec for spec in chosen if not spec.handles_event)
            chosen = [spec for spec in chosen if spec.handles_event or spec is begun]
        return sorted(chosen, key=lambda spec: not spec.handles_event)


class PassTask(FlowNode, NoneTask):  # type: ignore[misc]  # the library is untyped
    """A task without a type: nothing is to be done. The stock class waits for a person."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.manual = False


class PersonTask(FlowNode, UserTask):  # type: ignore[misc]  # the library is untyped
    """A user task. `variable` takes what the person entered; without it each field becomes a variable."""

    variable = ""

    def accept(self, my_task: Token, values: Mapping[str, Any]) -> None:
        """Take what the person entered."""
        my_task.data.update({self.variable: dict(values)} if self.variable else values)


class ParkedTask(FlowNode, ServiceTask):  # type: ignore[misc]  # the library is untyped
    """A service task: it parks until a job has run its handler. The stock class calls the service inside the step.

    `handler` is the handler's id, `parameters` maps input → FEEL.
    """

    handler = ""
    parameters: Mapping[str, str] = {}
    variable = ""

    def _run_hook(self, my_task: Token) -> None:
        return None  # the library's word for STARTED

    def inputs(self, my_task: Token) -> dict[str, Any]:
        """Return the evaluated parameters."""
        values = my_task.workflow.top_workflow.evaluate_all(my_task, list(self.parameters.values()))
        return dict(zip(self.parameters, values, strict=True))

    def accept(self, my_task: Token, outputs: Mapping[str, Any]) -> None:
        """Take the handler's result."""
        if self.variable:
            my_task.data[self.variable] = dict(outputs)


class FeelTask(FlowNode, ScriptTask):  # type: ignore[misc]  # the library is untyped
    """A script task in FEEL: the value goes to `variable`; without it the entries of a context become variables."""

    variable = ""

    def _run_hook(self, my_task: Token) -> bool:
        value = my_task.workflow.top_workflow.evaluate(my_task, self.script)
        if self.variable:
            my_task.data[self.variable] = value
        elif isinstance(value, Mapping):
            my_task.data.update(value)
        else:
            raise ProcessFailed("脚本没有结果变量，其结果也不是上下文。", element_id=my_task.element_id)
        return True


class RuleTask(FlowNode, BpmnSpecMixin):  # type: ignore[misc]  # the library is untyped
    """A business rule task: our own DMN, because the library's gives the first hit whatever the hit policy says."""

    decision = ""
    variable = ""

    def _run_hook(self, my_task: Token) -> bool:
        top = my_task.workflow.top_workflow
        decision = my_task.workflow.definition.decisions[self.decision]
        result = decision.evaluate(top.environment.feel, my_task.data, top.now)
        my_task.data[self.variable] = result.value
        top.decisions.append(Decided(my_task.element_id, self.decision, result))
        return True
