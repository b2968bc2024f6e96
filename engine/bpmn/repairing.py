"""What an operator may do to an instance that its diagram does not foresee: other data, a token somewhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from engine.bpmn import opening
from engine.bpmn.definition import Definition
from engine.bpmn.events import AttachedEvent, BeginEvent
from engine.bpmn.execution import Execution
from engine.bpmn.gateways import Join
from engine.bpmn.nodes import FlowNode, ParkedTask, PersonTask
from engine.bpmn.scopes import EventSubprocess
from engine.bpmn.specification import GROUP
from engine.bpmn.step import Step
from engine.bpmn.tokens import Token
from engine.errors import RepairRefused, TokenNotWaiting
from engine.types import TokenId


@dataclass(frozen=True, slots=True)
class Waiting:
    """A token that waits. `kind`: task, job, timer, message or signal; `movable`: it may be put somewhere else.

    `definition` is that of the process which has the element: the instance's own, or one that it called.
    """

    token: TokenId
    element_id: str
    name: str
    kind: str
    movable: bool
    definition: Definition


class Repairing(Execution):
    """An instance under an operator's hands. As with each step, it runs to rest afterwards."""

    @classmethod
    def of(cls, execution: Execution) -> Self:
        """Return the same instance; what is done to the one is done to the other."""
        return cls(execution._process)

    def waiting(self) -> list[Waiting]:
        """Return what the instance waits for, those that have waited longest first."""
        return [
            Waiting(
                token.token_id,
                token.element_id,
                token.element.name,
                _kind(token),
                _movable(_whole(token)),
                token.workflow.definition,
            )
            for token in self._waiting.values()
        ]

    def standing(self) -> Step:
        """Return what waits as if it had just begun to wait, evaluated with the variables of now; nothing moves.

        Raises:
            ProcessFailed, FeelError: what a token waits for cannot be determined.
        """
        step = Step()
        for token in self._waiting.values():
            opening.note(step, self._process, token)
        return step

    def edit(self, values: Mapping[str, Any], removed: Iterable[str]) -> Step:
        """Give variables of the process other values, take some away, and go on where a condition holds now."""

        def act() -> None:
            variables = self._process.task_tree.data
            variables.update(values)
            for name in removed:
                variables.pop(name, None)
            self._process.run_to_rest()

        return self._step(act)

    def skip(self, token: TokenId, outputs: Mapping[str, Any]) -> Step:
        """Let a user or service task be done with these outputs; raise TokenNotWaiting."""
        if isinstance(self._at(token).task_spec, PersonTask):
            return self.complete_user_task(token, outputs)
        return self.complete_service_task(token, outputs)

    def move(self, token: TokenId, element_id: str) -> Step:
        """Take a waiting token away and begin at another element of the same scope.

        A token at one instance of a repeated activity stands for all of them: the whole activity is taken away.

        Raises:
            TokenNotWaiting: no such token.
            RepairRefused: the token or the element is none that can be moved from or to.
        """
        at = _whole(self._at(token))
        if not _movable(at):
            raise RepairRefused("此处的等待附属于其他步骤，不能单独移动。", element_id=at.element_id)
        home = at.workflow
        target = _entrance(home.spec.task_specs, element_id)

        def act() -> None:
            group = at.parent
            for each in group.children if group.task_spec.is_group else [at]:
                each.cancel()
            target._update(home.task_tree._add_child(target))
            self._process.run_to_rest()

        return self._step(act)

    def _at(self, token: TokenId) -> Token:
        if token not in self._waiting:
            raise TokenNotWaiting(token=token)
        return self._waiting[token]


def _kind(token: Token) -> str:
    if isinstance(token.task_spec, PersonTask):
        return "task"
    return "job" if isinstance(token.task_spec, ParkedTask) else str(token.task_spec.trigger.kind)


def _movable(token: Token) -> bool:
    return not isinstance(token.task_spec, AttachedEvent | EventSubprocess)


def _whole(token: Token) -> Token:
    """Return the token at the repeated activity that a token is an instance of; else the token itself."""
    parent = token.parent
    while parent is not None and parent.live and parent.task_spec.is_instance(token.task_spec):
        token, parent = parent, parent.parent
    return token


def _entrance(specs: Mapping[str, Any], element_id: str) -> FlowNode:
    """Return the node at which an element is entered; raise RepairRefused when that needs more than one token."""
    spec = specs.get(element_id)
    if spec is None or not spec.drawn:
        raise RepairRefused(f"同一层中没有元素“{element_id}”。", element_id=element_id)
    is_join = isinstance(spec, Join) and len(spec.inputs) > 1
    if (
        is_join
        or not spec.inputs
        or getattr(spec, "entry", False)
        or isinstance(spec, AttachedEvent | EventSubprocess | BeginEvent)
    ):
        raise RepairRefused(f"流程不能从元素“{element_id}”开始：没有单独的令牌进入它。", element_id=element_id)
    entrance: FlowNode = specs.get(GROUP.format(element_id)) or spec
    return entrance
