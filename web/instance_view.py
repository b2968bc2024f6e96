"""What the page of an instance shows: progress, tokens on the diagram, waiting steps and the history, in words.

Read from rows alone (tasks, jobs, history): the instance's state is not loaded to look at it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import lazy_gettext

from engine.access import OPERATOR, may_do
from engine.services.held import Hold
from engine.tables.instances import ProcessInstance
from engine.types import InstanceState, JobKind, JobState, TaskState, new_id
from web import formats
from web.due_view import due_of
from web.history_view import UNSAID, Event, told
from web.language import translated
from web.texts import gettext

if TYPE_CHECKING:
    from engine.bpmn.definition import Definition
    from engine.services.instances import Sendable
    from engine.tables.history import HistoryEvent
    from engine.tables.jobs import Job
    from engine.tables.tasks import UserTask
    from engine.types import Actor
    from engine.work import Work

MOVES_WITHIN = timedelta(seconds=10)
"""A job that is due within this span counts as moving: the page waits for it. A later retry does not."""

MARKS = {
    InstanceState.ACTIVE: "mark-active",
    InstanceState.COMPLETED: "mark-done",
    InstanceState.CANCELLED: "",
    InstanceState.FAILED: "mark-late",
}

HELD = {
    Hold.BREAKER: lazy_gettext("部门的系统暂时没有响应；办件已妥善保存，恢复后会自动继续"),
    Hold.DISABLED: lazy_gettext("部门的系统在本地暂停使用；办件已妥善保存，恢复后会自动继续"),
    Hold.MISSING: lazy_gettext("部门的系统目前没有接入；办件已妥善保存，接入后会自动继续"),
}
"""What whoever waits for a case is told of a step whose department is not at hand."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A step that waits for a person or a moment. `url`: where the reader can do it."""

    name: str
    text: str
    url: str | None = None
    deadline: formats.Deadline | None = None


@dataclass(frozen=True, slots=True)
class InstancePage:
    """Everything the page shows. `moving`: names of the steps that the system is working on, empty at rest."""

    instance: ProcessInstance
    title: str
    process: str
    milestone: str
    mark: str
    ended_text: str
    moving: Sequence[str]
    waits: Sequence[Wait]
    messages: Sequence[Sendable]
    events: Sequence[Event]
    tokens: dict[str, dict[str, Any]]
    names: dict[str, str]
    repairable: bool
    key: str


def instance_page(work: Work, instance_id: str) -> InstancePage:
    """Return what the page of an instance shows to the actor; raise NotFound."""
    instance = work.instances.get(instance_id)
    definition = work.definitions.of(instance.definition_id)
    tasks = [task for task in work.tasks.of_instance(instance_id) if task.state == TaskState.OPEN]
    jobs = [job for job in work.jobs.of_instance(instance_id) if job.state in {JobState.WAITING, JobState.DEAD}]
    history = work.history.of(instance_id)
    now = work.clock.now()
    operator = work.actor.holds(OPERATOR)
    return InstancePage(
        instance=instance,
        title=instance.title or translated(definition, definition.name),
        process=translated(definition, definition.name),
        milestone=translated(definition, instance.milestone),
        mark=MARKS[InstanceState(instance.state)],
        ended_text=_ended(instance),
        moving=[translated(definition, job.name or job.element_id) for job in jobs if _is_moving(job, now)],
        waits=[*_task_waits(work, definition, tasks), *_job_waits(definition, jobs, now)],
        messages=_messages(work, definition, instance),
        events=[told(definition, event, operator=operator) for event in reversed(history) if event.event not in UNSAID],
        tokens={
            place: token for place, token in _tokens(tasks, jobs, history).items() if place in definition.elements
        },  # an element of an earlier version is not drawn any more
        names=dict(definition.translations) if translated(definition, definition.name) != definition.name else {},
        repairable=operator and instance.state == InstanceState.ACTIVE,
        key=new_id(),
    )


def _ended(instance: ProcessInstance) -> str:
    if instance.state == InstanceState.COMPLETED:
        return gettext("流程已于 %(at)s 结束。", at=formats.moment(instance.ended_at))
    if instance.state == InstanceState.CANCELLED:
        return gettext("流程已于 %(at)s 取消。", at=formats.moment(instance.ended_at))
    if instance.state == InstanceState.FAILED:
        return gettext("流程已于 %(at)s 因错误结束。", at=formats.moment(instance.ended_at))
    return ""


def _is_moving(job: Job, now: datetime) -> bool:
    return job.state == JobState.WAITING and job.held is None and job.due_at <= now + MOVES_WITHIN


def _task_waits(work: Work, definition: Definition, tasks: Sequence[UserTask]) -> list[Wait]:
    return [
        Wait(
            name=translated(definition, task.name),
            text=gettext("等待办理"),
            url=_url(work.actor, task),
            deadline=due_of(work, task),
        )
        for task in tasks
    ]


def _url(actor: Actor, task: UserTask) -> str | None:
    mine = may_do(actor, task) and task.assignee in {None, actor.id}
    return url_for("task.show", task_id=task.id) if mine else None


def _job_waits(definition: Definition, jobs: Sequence[Job], now: datetime) -> list[Wait]:
    waits = []
    for job in jobs:
        name = translated(definition, job.name or job.element_id)
        if job.state == JobState.DEAD:
            waits.append(Wait(name, gettext("多次失败，等待运维处理")))
        elif job.held is not None:
            waits.append(Wait(name, str(HELD[Hold(job.held)])))
        elif not _is_moving(job, now):
            at = formats.moment(job.due_at)
            is_timer = job.kind == JobKind.TIMER
            waits.append(Wait(name, gettext("等到 %(at)s", at=at) if is_timer else gettext("%(at)s 重试", at=at)))
    return waits


def _messages(work: Work, definition: Definition, instance: ProcessInstance) -> list[Sendable]:
    return [
        replace(message, label=translated(definition, message.label or message.name))
        for message in work.instances.sendable(instance)
    ]


def _tokens(
    tasks: Sequence[UserTask], jobs: Sequence[Job], history: Sequence[HistoryEvent]
) -> dict[str, dict[str, Any]]:
    tokens: dict[str, dict[str, Any]] = {
        event.element_id: {"state": "done", "count": 0, "label": gettext("已完成")}
        for event in history
        if event.element_id
    }
    for task in tasks:
        _add(tokens, task.element_id, "waiting", gettext("等待办理"))
    for job in jobs:
        state = "dead" if job.state == JobState.DEAD else "waiting" if job.kind == JobKind.TIMER else "running"
        _add(tokens, job.element_id, state, gettext("系统处理") if state == "running" else gettext("等待"))
    return tokens


def _add(tokens: dict[str, dict[str, Any]], element_id: str, state: str, label: str) -> None:
    before = tokens.get(element_id)
    count = before["count"] if before and before["state"] == state else 0
    tokens[element_id] = {"state": state, "count": count + 1, "label": label}
