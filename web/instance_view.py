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

from engine.access import may_do
from engine.feel.values import unpack
from engine.services.held import Hold
from engine.tables.instances import ProcessInstance
from engine.types import SYSTEM, InstanceState, JobKind, JobState, TaskState, new_id
from web import formats
from web.language import translated
from web.texts import gettext
from web.values_view import described

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

WHAT = {
    "instance.started": lazy_gettext("开始：%(name)s"),
    "instance.ended": lazy_gettext("结束：%(name)s"),
    "instance.cancelled": lazy_gettext("流程已取消"),
    "instance.failed": lazy_gettext("因错误结束：%(name)s"),
    "event.passed": lazy_gettext("经过：%(name)s"),
    "step.done": lazy_gettext("自动完成：%(name)s"),
    "task.opened": lazy_gettext("到达：%(name)s"),
    "task.claimed": lazy_gettext("签收：%(name)s"),
    "task.released": lazy_gettext("退回签收：%(name)s"),
    "task.completed": lazy_gettext("办结：%(name)s"),
    "task.cancelled": lazy_gettext("任务取消：%(name)s"),
    "job.done": lazy_gettext("自动完成：%(name)s"),
    "job.failed": lazy_gettext("失败，将重试：%(name)s"),
    "job.dead": lazy_gettext("失败，等待运维处理：%(name)s"),
    "job.revived": lazy_gettext("重新排队：%(name)s"),
    "message.received": lazy_gettext("收到：%(name)s"),
    "message.sent": lazy_gettext("发出消息：%(name)s"),
    "message.failed": lazy_gettext("收到消息，但无法继续：%(name)s"),
    "signal.received": lazy_gettext("收到信号：%(name)s"),
    "signal.sent": lazy_gettext("发出信号：%(name)s"),
    "signal.failed": lazy_gettext("收到信号，但无法继续：%(name)s"),
    "variables.edited": lazy_gettext("运维修改了数据"),
    "step.skipped": lazy_gettext("运维跳过：%(name)s"),
    "token.moved": lazy_gettext("运维移走：%(name)s"),
    "instance.migrated": lazy_gettext("转到流程的另一版本"),
    "archive.made": lazy_gettext("制作了档案"),
}
KIND = {
    "task.completed": "person",
    "message.received": "person",
    "instance.ended": "end",
    "instance.cancelled": "trouble",
    "instance.failed": "trouble",
    "message.failed": "trouble",
    "signal.failed": "trouble",
    "job.failed": "trouble",
    "job.dead": "trouble",
}
MARKS = {
    InstanceState.ACTIVE: "mark-active",
    InstanceState.COMPLETED: "mark-done",
    InstanceState.CANCELLED: "",
    InstanceState.FAILED: "mark-late",
}
REPAIRED = frozenset(
    {"variables.edited", "step.skipped", "token.moved", "instance.migrated", "job.revived", "archive.made"}
)
"""Events that an operator gives a reason for."""
TOLD = frozenset({"task.completed", "message.received", "instance.cancelled", "job.failed", "job.dead"})
"""Events whose detail is the reason or content that people want to read."""


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
class Event:
    """A line of the history. `why`: (label, text) pairs, what was written or decided."""

    at: datetime
    who: str
    what: str
    kind: str
    element_id: str | None
    why: Sequence[tuple[str, str]]


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
    key: str


def instance_page(work: Work, instance_id: str) -> InstancePage:
    """Return what the page of an instance shows to the actor; raise NotFound."""
    instance = work.instances.get(instance_id)
    definition = work.definitions.of(instance.definition_id)
    tasks = [task for task in work.tasks.of_instance(instance_id) if task.state == TaskState.OPEN]
    jobs = [job for job in work.jobs.of_instance(instance_id) if job.state in {JobState.WAITING, JobState.DEAD}]
    history = work.history.of(instance_id)
    now = work.clock.now()
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
        events=[_event(definition, event) for event in reversed(history)],
        tokens={
            place: token for place, token in _tokens(tasks, jobs, history).items() if place in definition.elements
        },  # an element of an earlier version is not drawn any more
        names=dict(definition.translations) if translated(definition, definition.name) != definition.name else {},
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
            deadline=formats.deadline(task.due_at, work.clock.now()),
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


def _event(definition: Definition, event: HistoryEvent) -> Event:
    name = translated(definition, event.element_name or event.element_id or "")
    what = str(WHAT.get(event.event, "%(name)s")) % {"name": name}
    why: Sequence[tuple[str, str]] = ()
    if event.event in REPAIRED:
        why = described(definition, None, {"reason": unpack(event.detail).get("reason")})
    elif event.event in TOLD and event.detail:
        why = _why(definition, event)
    kind = KIND.get(event.event, "")
    who = gettext("系统") if event.actor_id == SYSTEM.id else event.actor_name
    return Event(event.at, who, what, kind, event.element_id, why)


def _why(definition: Definition, event: HistoryEvent) -> list[tuple[str, str]]:
    """Return (label, text) of what was written; `before → after` where the case had it otherwise."""
    told = described(definition, event.element_id, unpack(event.detail))
    earlier = {name: change["before"] for name, change in unpack(event.changes).items()}
    before = dict(described(definition, event.element_id, earlier)) if earlier else {}
    return [(label, f"{before[label]} → {text}" if before.get(label, text) != text else text) for label, text in told]


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
