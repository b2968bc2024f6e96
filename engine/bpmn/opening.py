"""What a token that has begun to wait waits for: the user tasks, jobs, timers and subscriptions of a step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn import timers
from engine.bpmn.definition import Element
from engine.bpmn.markup import expression_of
from engine.bpmn.nodes import ParkedTask, PersonTask
from engine.bpmn.running import RunningProcess
from engine.bpmn.step import OpenedServiceTask, OpenedTimer, OpenedUserTask, Step, Subscribed
from engine.bpmn.timers import BadTimer
from engine.bpmn.tokens import Token
from engine.errors import ProcessFailed

SAID_OF_DUE = ("explanation_zh", "explanation_en", "provisional")
"""What the property `due` may say beside `at`, when it is a context: why the task is due then."""

SUBSCRIBING = ("message", "signal")
"""Kinds of events that may come from outside of the instance."""


def waits(token: Token) -> bool:
    """Return whether a live token waits for a person, a job, a time, a message or a signal."""
    if isinstance(token.task_spec, PersonTask | ParkedTask):
        return True
    if token.internal_data.get("opened"):
        return False  # an event subprocess that has happened
    if token.task_spec.trigger.kind == "message" and "senders" in token.element.properties:
        return False  # people send it, to this instance: nothing from elsewhere may take their part
    return token.task_spec.trigger.kind in ("timer", *SUBSCRIBING) and token._state == TaskState.WAITING


def note(step: Step, process: RunningProcess, token: Token) -> None:
    """Add what a token waits for to a step; raise ProcessFailed or FeelError."""
    if isinstance(token.task_spec, PersonTask):
        step.user_tasks.append(_user_task(process, token))
    elif isinstance(token.task_spec, ParkedTask):
        step.service_tasks.append(_service_task(token))
    elif "due" in token.internal_data:
        element = token.element
        step.timers.append(OpenedTimer(token.token_id, element.id, element.name, token.internal_data["due"]))
    else:
        step.subscribed.append(_subscription(process, token))


def close(step: Step, token: Token) -> None:
    """Add to a step that a token no longer waits for what it waited for."""
    cancelled = step.closed[token.token_id] = token._state == TaskState.CANCELLED
    if token.task_spec.trigger.kind in SUBSCRIBING:
        step.unsubscribed.append(token.token_id)
    elif cancelled:
        kept = step.withdrawn if isinstance(token.task_spec, PersonTask) else step.dropped
        kept.append(token.token_id)


def _subscription(process: RunningProcess, token: Token) -> Subscribed:
    trigger = token.task_spec.trigger
    return Subscribed(token.token_id, token.element_id, trigger.kind, trigger.name, process.correlation(token))


def _service_task(token: Token) -> OpenedServiceTask:
    element, spec = token.element, token.task_spec
    return OpenedServiceTask(
        token=token.token_id,
        element_id=element.id,
        name=element.name,
        handler=spec.handler,
        inputs=spec.inputs(token),
        definition=token.workflow.definition,
    )


def _user_task(process: RunningProcess, token: Token) -> OpenedUserTask:
    element = token.element
    lane, properties = element.lane, element.properties
    if lane is None:
        raise ProcessFailed("用户任务不在任何泳道中。", element_id=element.id)
    asked = [expression_of(properties.get(name, "")) or "null" for name in ("title", "assignee")]
    unit, title, assignee = process.evaluate_all(token, [expression_of(lane.unit), *asked])
    if not isinstance(unit, str) or not unit:
        raise ProcessFailed(f"泳道“{lane.name}”的机构表达式没有得到机构编码。", element_id=element.id)
    due_at, due_basis = _due(process, token, expression_of(properties.get("due", "")) or "null")
    return OpenedUserTask(
        token=token.token_id,
        element_id=element.id,
        name=element.name,
        title="" if title is None else str(title),
        form=properties.get("form"),
        candidate_group=lane.candidate_group,
        org_unit=unit,
        assignee=None if assignee is None else str(assignee),
        due_at=due_at,
        due_basis=due_basis,
        variables=dict(token.data),
        definition=token.workflow.definition,
    )


def _due(process: RunningProcess, token: Token, expression: str) -> tuple[datetime | None, dict[str, Any] | None]:
    """Return until when a task is due, and why: by the working-time function asked, or as a context with `at` says."""
    due, counted = process.evaluate_counted(token, expression)
    basis = None if counted is None else counted.as_json()
    if isinstance(due, dict):
        basis = {name: due[name] for name in SAID_OF_DUE if name in due} or None
        due = due.get("at")
    return (None if due is None else _moment(process, token.element, due)), basis


def _moment(process: RunningProcess, element: Element, due: Any) -> datetime:
    try:
        return timers.moment(due, process.now)
    except BadTimer as error:
        raise ProcessFailed(f"办理期限无法确定：{error}", element_id=element.id) from error
