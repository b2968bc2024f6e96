"""What an instance waits for, as lines on its page: steps for people, moments, departments that are not at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import lazy_gettext

from engine.access import may_do
from engine.services.held import Hold
from engine.types import JobKind, JobState, TaskState
from web import formats
from web.due_view import due_of
from web.language import translated
from web.texts import gettext

if TYPE_CHECKING:
    from engine.bpmn.definition import Definition
    from engine.tables.jobs import Job
    from engine.tables.tasks import UserTask
    from engine.types import Actor
    from engine.work import Work

MOVES_WITHIN = timedelta(seconds=10)
"""A job that is due within this span counts as moving: the page waits for it. A later retry does not."""

HELD = {
    Hold.BREAKER: lazy_gettext("部门的系统暂时没有响应；办件已妥善保存，恢复后会自动继续"),
    Hold.DISABLED: lazy_gettext("部门的系统在本地暂停使用；办件已妥善保存，恢复后会自动继续"),
    Hold.MISSING: lazy_gettext("部门的系统目前没有接入；办件已妥善保存，接入后会自动继续"),
}
"""What whoever waits for a case is told of a step whose department is not at hand."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A step that waits for a person or a moment. `url`: where to do it, `hand_over`: to give it to another."""

    name: str
    text: str
    url: str | None = None
    hand_over: str | None = None
    deadline: formats.Deadline | None = None


def task_waits(work: Work, definition: Definition, tasks: Sequence[UserTask]) -> list[Wait]:
    """Return the open tasks; many of one element that others do are one line."""
    waits = []
    for (_, name), group in _by_element(tasks).items():
        opened = [task for task in group if task.state == TaskState.OPEN]
        mine = [task for task in opened if _url(work.actor, task) or len(opened) == 1]
        waits += [_task_wait(work, translated(definition, name), task) for task in mine]
        if len(opened) > len(mine):
            done = sum(task.state == TaskState.COMPLETED for task in group)
            text = gettext("等待办理 %(count)d 件，已办结 %(done)d 件", count=len(opened), done=done)
            waits.append(Wait(translated(definition, name), text))
    return waits


def _by_element(tasks: Sequence[UserTask]) -> dict[tuple[str, str], list[UserTask]]:
    found: dict[tuple[str, str], list[UserTask]] = {}
    for task in tasks:
        found.setdefault((f"{task.definition_id} {task.element_id}", task.name), []).append(task)
    return found


def _task_wait(work: Work, name: str, task: UserTask) -> Wait:
    url = _url(work.actor, task)
    hand_over = url_for("task.show", task_id=task.id) if url is None and work.reassigning.may(task) else None
    return Wait(name=name, text=gettext("等待办理"), url=url, hand_over=hand_over, deadline=due_of(work, task))


def _url(actor: Actor, task: UserTask) -> str | None:
    mine = may_do(actor, task) and task.assignee in {None, actor.id}
    return url_for("task.show", task_id=task.id) if mine else None


def job_waits(definition: Definition, jobs: Sequence[Job], now: datetime, *, operator: bool) -> list[Wait]:
    """Return the jobs that do not move: timers, retries, departments that are not at hand, and what has failed."""
    waits = []
    for job in jobs:
        name = translated(definition, job.name or job.element_id)
        if job.state == JobState.DEAD:
            if not operator:  # who is told more, with what to do about it
                waits.append(Wait(name, gettext("多次失败，等待运维处理")))
        elif not is_moving(job, now) and (text := _job_wait(job)):
            waits.append(Wait(name, text))
    return waits


def _job_wait(job: Job) -> str:
    """Return what a job that rests waits for; nothing for one that a replay holds, to do it itself."""
    at = formats.moment(job.due_at)
    if job.held in set(Hold):
        return str(HELD[Hold(job.held)])
    if job.kind == JobKind.TIMER:
        return gettext("等到 %(at)s", at=at)
    return gettext("%(at)s 重试", at=at) if job.held is None else ""


def is_moving(job: Job, now: datetime) -> bool:
    """Return whether the system works on a job, or is about to."""
    return job.state == JobState.WAITING and job.held is None and job.due_at <= now + MOVES_WITHIN
