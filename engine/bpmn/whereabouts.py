"""Where the tokens of an instance are, to look at: what they wait for, and which processes run inside of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.nodes import ParkedTask, PersonTask

if TYPE_CHECKING:
    from engine.bpmn.definition import Definition
    from engine.bpmn.running import RunningProcess
    from engine.bpmn.tokens import Token


@dataclass(frozen=True, slots=True)
class Place:
    """A token.

    Attributes:
        token: its id.
        element_id: where it is, in `definition`.
        kind: task, job, timer, message, signal, conditional; `inside` of an activity with elements of its own, and
            `other`.
        name: of the message or signal.
        due: when the timer is.
        called: the process that runs inside, of a call activity.
    """

    token: str
    element_id: str
    definition: Definition
    kind: str
    name: str = ""
    due: datetime | None = None
    called: Definition | None = None


def places(process: RunningProcess) -> list[Place]:
    """Return where all live tokens are, those of called processes too, outer before inner.

    The group of a repeated activity is a place beside those of its repetitions.
    """
    live = (token for each in process.processes() for token in each.live())
    return [_place(process, token) for token in live if token.element_id in token.workflow.definition.elements]


def _place(process: RunningProcess, token: Token) -> Place:
    definition = token.workflow.definition
    inner = process.subprocesses.get(token.id)
    if inner is not None:
        called = inner.definition if inner.definition is not definition else None
        return Place(token.token_id, token.element_id, definition, "inside", called=called)
    if isinstance(token.task_spec, PersonTask | ParkedTask):
        kind = "task" if isinstance(token.task_spec, PersonTask) else "job"
        return Place(token.token_id, token.element_id, definition, kind)
    trigger = token.task_spec.trigger
    if not trigger.kind or token._state != TaskState.WAITING:
        return Place(token.token_id, token.element_id, definition, "other")
    due = token.internal_data.get("due")
    return Place(token.token_id, token.element_id, definition, trigger.kind, trigger.name, due)
