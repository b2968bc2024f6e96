"""A change planned for an instance. What it would do is tried on a copy in memory; nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.execution import Execution
from engine.bpmn.repairing import Repairing, Waiting
from engine.bpmn.step import Step
from engine.errors import RepairRefused, VariableInvalid
from engine.feel.values import pack, unpack
from engine.types import InstanceState

Act = Callable[[Repairing], Step]


@dataclass(frozen=True, slots=True)
class Preview:
    """The state that a change would lead to.

    Attributes:
        state: of the instance, afterwards.
        tokens: (element id, waiting | ready | started), afterwards.
        opens, closes: what would begin to wait, and what would wait no longer.
        passes: names of the elements that tokens would leave behind, in order.
        sends: messages and signals that would be thrown; what they do to other instances is not foreseen.
        variables: name → (before, after) of those that would change, packed; None: not there.
    """

    state: InstanceState
    tokens: list[tuple[str, str]]
    opens: list[Waiting]
    closes: list[Waiting]
    passes: list[str]
    sends: list[str]
    variables: dict[str, tuple[Any, Any]]


def foresee(execution: Execution, act: Act, ends: InstanceState = InstanceState.COMPLETED) -> Preview:
    """Make the change to this execution, which is then to be thrown away, and say what it did.

    Args:
        execution: loaded for this and nothing else.
        act: the change.
        ends: the state of an instance that has no token left afterwards.

    Raises:
        EngineError: the change is not possible; the message says why.
    """
    hands = Repairing.of(execution)
    before = {waiting.token: waiting for waiting in hands.waiting()}
    variables = pack(hands.variables)
    step = act(hands)
    after = {waiting.token: waiting for waiting in hands.waiting()}
    failed = step.ended is not None and step.ended.error is not None
    state = InstanceState.FAILED if failed else ends if hands.ended else InstanceState.ACTIVE
    return Preview(
        state=state,
        tokens=hands.tokens(),
        opens=[waiting for token, waiting in after.items() if token not in before],
        closes=[waiting for token, waiting in before.items() if token not in after],
        passes=[moved.name for moved in step.trace if moved.event == "leave"],
        sends=[thrown.name for thrown in step.thrown],
        variables=changed(variables, pack(hands.variables)),
    )


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return name → (before, after) of what differs; None stands for what is not there."""
    names = [*before, *(name for name in after if name not in before)]
    differing = (name for name in names if (name in before, before.get(name)) != (name in after, after.get(name)))
    return {name: (before.get(name), after.get(name)) for name in differing}


@dataclass(frozen=True)
class Planned:
    """A change that can be looked at (`preview`) and carried out (`apply`)."""

    _execution: Callable[[], Execution]
    _act: Act
    _apply: Callable[[str], object] = field(repr=False)
    _ends: InstanceState = InstanceState.COMPLETED

    def preview(self) -> Preview:
        """Return what it would lead to; nothing is written. Raises EngineError when it is not possible."""
        return foresee(self._execution(), self._act, self._ends)

    def apply(self, reason: str) -> None:
        """Carry it out; raise RepairRefused without a reason, EngineError when it is not possible."""
        if not reason.strip():
            raise RepairRefused("请填写理由：它会记入办理历史。")
        self._apply(reason.strip())


def check_variable(name: str, value: Any) -> None:
    """Raise VariableInvalid unless the value can be stored, and comes back as it was."""
    if not name.strip() or name != name.strip():
        raise VariableInvalid(f"变量名“{name}”不能使用。", name=name)
    try:
        same = unpack(pack(value)) == value
    except (TypeError, ValueError) as error:
        raise VariableInvalid(f"变量“{name}”的值不能保存：{error}", name=name) from error
    if not same:
        raise VariableInvalid(f"变量“{name}”的值不能保存。", name=name)
