"""Conditional events: asked whenever an element has run, for that is when variables change."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from SpiffWorkflow.util.task import TaskState

if TYPE_CHECKING:
    from engine.bpmn.running import RunningProcess
    from engine.bpmn.tokens import Token


class Conditions:
    """The conditional events that wait in an instance.

    One happens when its condition becomes true: at once if it is true when the event begins to wait, and again only
    after it has been false. The stock classes ask when something else happens to wake them, or never.
    """

    def __init__(self) -> None:
        self._waiting: dict[UUID, Token] = {}

    def watch(self, token: Token) -> None:
        """Take note of an event that waits."""
        self._waiting[token.id] = token

    def settle(self, process: RunningProcess) -> None:
        """Let those happen whose condition has become true, before anything else that is ready; raise FeelError."""
        for token in list(self._waiting.values()):
            if token._state != TaskState.WAITING:
                del self._waiting[token.id]
                continue
            holds = process.evaluate(token, token.task_spec.trigger.expression) is True
            becomes = holds and not token.internal_data.get("held")
            token.internal_data["held"] = holds
            if becomes:
                process.fire(token, {})
