"""Who catches an error or an escalation: the innermost event around the token that throws it.

Level by level outwards: the boundary events of the activity, the event subprocesses of the scope, the boundary events
of the subprocess or call activity that the scope is in. On one level the exact code comes before an event without one.
"""

from __future__ import annotations

from collections.abc import Iterator

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.tokens import Token


def catcher_of(token: Token, kind: str, name: str) -> Token | None:
    """Return the event that catches what is thrown at a token, or None."""
    for level in _levels(token):
        heard: list[Token] = [listener for event in level for listener in event.task_spec.listeners(event)]
        waiting = [event for event in heard if _waits_for(event, kind)]
        for wanted in (name, ""):
            for event in waiting:
                if event.task_spec.trigger.name == wanted:
                    return event
    return None


def _waits_for(event: Token, kind: str) -> bool:
    return bool(event._state == TaskState.WAITING and event.task_spec.trigger.kind == kind)


def _levels(token: Token) -> Iterator[list[Token]]:
    at: Token | None = token
    while at is not None:
        if at.parent is not None and at.parent.task_spec.is_group:
            yield at.siblings
        if at.parent is not None and at.parent.task_spec.is_instance(at.task_spec):
            at = at.parent
            continue
        yield _event_subprocesses(at)
        at = at.workflow.owner


def _event_subprocesses(at: Token) -> list[Token]:
    """Return those of the token's scope; what an event subprocess throws is not for itself."""
    return [
        token for token in at.workflow.live() if token.task_spec.handles_event and token.task_spec is not at.task_spec
    ]
