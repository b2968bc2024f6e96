"""Complex gateways: let go when a condition over the tokens that have come holds, then take the late ones in.

The library has none.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.gateways import SomeGateway
from engine.bpmn.tokens import Token

NAMES = ("activationCount", "waitingForStart")
"""What the conditions at a complex gateway know beside variables and, as the tokens on it, each incoming flow's id."""

_OF_PHASE = re.compile(r"\bwaitingForStart\b")


class ComplexGateway(SomeGateway):
    """A complex gateway.

    In its first phase it waits for its condition, takes one token of each flow that has one, and sends tokens out. It
    then remembers, at a token of its own, by which flows they came, and takes in one of each other flow, as long as one
    can still come (as at an inclusive join). That resets it, and it sends tokens out by what its flows' conditions say
    of this second phase.

    Attributes:
        activation: FEEL, the condition.
        flows: id of an incoming flow → name of the node that it comes from.
    """

    activation = ""
    flows: Mapping[str, str] = {}

    def _update_hook(self, my_task: Token) -> bool:
        if super()._update_hook(my_task):
            return True
        self._activate(my_task)
        return False

    def idles(self, my_task: Token) -> bool:
        """See FlowNode."""
        return "consumed" in my_task.internal_data

    def release(self, my_task: Token) -> bool:
        """See FlowNode."""
        if self.idles(my_task):
            return self._reset(my_task)
        return self._activate(my_task)

    def arrivals(self, my_task: Token) -> dict[str, Token]:
        """See Join."""
        found: dict[str, Token] = {}
        for token in self._at_gateway(my_task):
            if not self.idles(token):
                found.setdefault(token.internal_data["from"], token)
        return found

    def _at_gateway(self, my_task: Token) -> list[Token]:
        waiting = [token for token in my_task.workflow.live() if token.task_spec is self]
        return [token for token in waiting if token._state == TaskState.WAITING]

    def _activate(self, my_task: Token) -> bool:
        """Let go if the condition holds and no reset is due; say whether."""
        at_gateway = self._at_gateway(my_task)
        if any(self.idles(token) for token in at_gateway):
            return False
        counts = {
            flow: sum(token.internal_data["from"] == source for token in at_gateway)
            for flow, source in self.flows.items()
        }
        known = {**counts, "activationCount": len(at_gateway), "waitingForStart": True}
        top = my_task.workflow.top_workflow
        if top.evaluate_over(my_task, [self.activation], ChainMap(known, my_task.data))[0] is not True:
            return False
        arrivals = self.arrivals(my_task)
        memory = my_task.workflow.task_tree._add_child(self)
        memory.internal_data["consumed"] = sorted(arrivals)
        memory._set_state(TaskState.WAITING)
        self.let_go(arrivals)
        return True

    def _reset(self, memory: Token) -> bool:
        """Take in the late tokens once no other can come; say whether."""
        arrivals, consumed = self.arrivals(memory), memory.internal_data["consumed"]
        if self.is_expected(memory, {*arrivals, *consumed}):
            return False
        for source, token in arrivals.items():
            if source not in consumed:
                token._set_state(TaskState.COMPLETED)
        if self._of_second_phase(memory):
            memory._ready()
        else:
            memory._set_state(TaskState.COMPLETED)
            memory.workflow.top_workflow.close_if_over(memory)
        return True

    def choose(self, my_task: Token) -> list[Any]:
        """Return the nodes that the token goes on to; raise ProcessFailed when there is none in the first phase."""
        if self.idles(my_task):
            return [self._wf_spec.task_specs[name] for name in self._of_second_phase(my_task)]
        names = [way.target for way in self.ways if way.condition is None and not way.is_default]
        asked = [(way.condition, way.target) for way in self.ways if way.condition]
        return self._specs(my_task, names + self._true(my_task, asked, start=True))

    def _of_second_phase(self, memory: Token) -> list[str]:
        asked = [(way.condition, way.target) for way in self.ways if _OF_PHASE.search(way.condition or "")]
        return self._true(memory, asked, start=False)

    def _true(self, my_task: Token, asked: list[Any], *, start: bool) -> list[str]:
        variables = ChainMap({"waitingForStart": start}, my_task.data)
        texts = [condition for condition, _ in asked]
        answers = my_task.workflow.top_workflow.evaluate_over(my_task, texts, variables) if texts else []
        return [target for (_, target), answer in zip(asked, answers, strict=True) if answer is True]
