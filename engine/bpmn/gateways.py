"""Exclusive, parallel and inclusive gateways."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import ExclusiveGateway, InclusiveGateway, ParallelGateway
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.nodes import FlowNode
from engine.bpmn.tokens import Token


class ChoiceGateway(FlowNode, ExclusiveGateway):  # type: ignore[misc]  # the library is untyped
    """An exclusive gateway: the first flow in the order of the file whose condition holds, else the default.

    The stock class asks in the order in which the targets are drawn from top to bottom.
    """

    def connect(self, taskspec: Any) -> None:
        """Connect; conditions are in `ways`."""
        FlowNode.connect(self, taskspec)

    def choose(self, my_task: Token) -> list[Any]:
        """Return the one node that the token goes on to; raise ProcessFailed."""
        if not any(way.condition for way in self.ways):
            return list(self.outputs)
        return self._specs(my_task, self._holding(my_task, first=True))


class Join(FlowNode):
    """A gateway at which tokens wait for each other.

    A token that arrives waits, and remembers by which flow it came. When the join lets go, one token of each flow is
    consumed, the oldest; further ones stay for the next round, as the standard asks. The stock class counts the
    arrivals of earlier rounds of a loop again, and throws surplus tokens away.
    """

    def _update_hook(self, my_task: Token) -> bool:
        if len(self._inputs) < 2:
            return True
        my_task.internal_data["from"] = my_task.parent.task_spec.name
        my_task._set_state(TaskState.WAITING)
        return False

    def lurks(self, my_task: Token) -> bool:
        """A token that waits for others has not passed yet."""
        return True

    def arrivals(self, my_task: Token) -> dict[str, Token]:
        """Return the oldest waiting token of each flow that has one."""
        found: dict[str, Token] = {}
        for token in my_task.workflow.live():
            if token.task_spec is self and token._state == TaskState.WAITING:
                found.setdefault(token.internal_data["from"], token)
        return found

    def let_go(self, arrivals: dict[str, Token]) -> None:
        """Consume the arrivals; the last goes on."""
        *others, last = sorted(arrivals.values(), key=lambda token: token.order)
        for token in others:
            token._set_state(TaskState.COMPLETED)
        last._ready()


class ForkGateway(Join, ParallelGateway):  # type: ignore[misc]  # the library is untyped
    """A parallel gateway."""

    def _update_hook(self, my_task: Token) -> bool:
        if super()._update_hook(my_task):
            return True
        arrivals = self.arrivals(my_task)
        if len(arrivals) == len(set(self._inputs)):
            self.let_go(arrivals)
        return False


class SomeGateway(Join, InclusiveGateway):  # type: ignore[misc]  # the library is untyped
    """An inclusive gateway: as a join it waits for the tokens that can still come, looked at when all else rests."""

    def connect(self, taskspec: Any) -> None:
        """Connect; conditions are in `ways`."""
        FlowNode.connect(self, taskspec)

    def release(self, my_task: Token) -> bool:
        """See FlowNode. A token elsewhere keeps the join closed when it can reach an empty flow, and no filled one."""
        arrivals = self.arrivals(my_task)
        if self.is_expected(my_task, set(arrivals)):
            return False
        self.let_go(arrivals)
        return True

    def is_expected(self, my_task: Token, filled: set[str]) -> bool:
        """Return whether a token elsewhere can still come by a flow that is not filled (and by no filled one)."""
        empty = set(self._inputs) - filled
        for token in my_task.workflow.live():
            if token.task_spec is self or _on_activity(token):
                continue
            reachable = self._reachable(token)
            if reachable & empty and not reachable & filled:
                return True
        return False

    def _reachable(self, token: Token) -> set[str]:
        """Return the names of nodes that a token can come to without passing this gateway, its own included."""
        seen: set[str] = set()
        ahead = [token.task_spec]
        if token.parent is not None and token.parent.task_spec.is_group:
            ahead.append(token.parent.task_spec)
        while ahead:
            spec = ahead.pop()
            if spec is not self and spec.name not in seen:
                seen.add(spec.name)
                ahead.extend(spec.outputs)
        return seen


def _on_activity(token: Token) -> bool:
    """Return whether the token is only an event that waits beside its activity's own token."""
    return bool(token.task_spec.lurks(token)) and hasattr(token.task_spec, "cancel_activity")
