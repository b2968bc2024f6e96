"""What the page of an instance shows: progress, tokens on the diagram, waiting steps and the history, in words.

The diagram is that of the instance, or of a process that it calls (`inside`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask import url_for

from engine.access import OPERATOR
from engine.errors import NotFound
from engine.tables.instances import ProcessInstance
from engine.types import InstanceState, JobState, new_id
from web import formats
from web.history_view import TOLD, UNSAID, Event, told
from web.instance_tokens import Level, level_at, levels
from web.instance_waits import Wait, is_moving, job_waits, task_waits
from web.language import current_language, translated
from web.names import names_of
from web.plugin_words import in_plugins_words
from web.texts import gettext

if TYPE_CHECKING:
    from engine.bpmn.definition import Definition
    from engine.bpmn.execution import Execution
    from engine.services.instances import Sendable
    from engine.tables.history import HistoryEvent
    from engine.tables.jobs import Job
    from engine.tables.tasks import UserTask
    from engine.work import Work

MARKS = {
    InstanceState.ACTIVE: "mark-active",
    InstanceState.COMPLETED: "mark-done",
    InstanceState.CANCELLED: "",
    InstanceState.FAILED: "mark-late",
}


@dataclass(frozen=True, slots=True)
class DeadJob:
    """A step that failed for good, for the operator: `made` attempts, the last error."""

    id: str
    name: str
    made: int
    error: str


@dataclass(frozen=True, slots=True)
class Called:
    """A process that the instance called: `running` is whether it still does."""

    definition_id: str
    name: str
    running: bool


@dataclass(frozen=True, slots=True)
class InstancePage:
    """Everything the page shows.

    Attributes:
        moving: names of the steps that the system is working on, empty at rest.
        dead: what an operator can try again; awaited: names of messages and signals, for the operator.
        tokens: of the diagram shown; `inside` is its definition, "" for the instance's own.
        called: processes that run or ran inside.
        newer: changes when anything on the page does.
    """

    instance: ProcessInstance
    title: str
    process: str
    milestone: str
    mark: str
    ended_text: str
    moving: Sequence[str]
    waits: Sequence[Wait]
    dead: Sequence[DeadJob]
    awaited: Sequence[str]
    messages: Sequence[Sendable]
    events: Sequence[Event]
    tokens: dict[str, dict[str, Any]]
    names: dict[str, str]
    called: Sequence[Called]
    inside: str
    diagram_name: str
    repairable: bool
    live: bool
    newer: str
    key: str


def instance_page(work: Work, instance_id: str, inside: str = "") -> InstancePage:
    """Return what the page of an instance shows to the actor; raise NotFound."""
    instance = work.instances.get(instance_id)
    definition = work.definitions.of(instance.definition_id)
    tasks, every_job = work.tasks.of_instance(instance_id), work.jobs.of_instance(instance_id)
    history = work.history.of(instance_id)
    active = instance.state == InstanceState.ACTIVE
    execution = work.instances.execution(instance) if active else None
    found = levels(work, instance, (tasks, every_job, history), execution.places() if execution else [])
    shown = found.get(inside or instance.definition_id)
    if shown is None:
        raise NotFound(inside=inside)
    jobs = [job for job in every_job if job.state in {JobState.WAITING, JobState.DEAD}]
    now, operator = work.clock.now(), work.actor.holds(OPERATOR)
    return InstancePage(
        instance=instance,
        title=instance.title or translated(definition, definition.name),
        process=translated(definition, definition.name),
        milestone=in_plugins_words(translated(definition, instance.milestone)),
        mark=MARKS[InstanceState(instance.state)],
        ended_text=_ended(instance),
        moving=[translated(definition, job.name or job.element_id) for job in jobs if is_moving(job, now)],
        waits=[*task_waits(work, definition, tasks), *job_waits(definition, jobs, now, operator=operator)],
        dead=[_dead(definition, job) for job in jobs if job.state == JobState.DEAD] if operator else [],
        awaited=_awaited(execution) if operator else [],
        messages=_messages(work, definition, instance, execution),
        events=_events(work, found, history, tasks),
        tokens=_with_links(shown, instance.id),
        names=_names(shown.definition),
        called=_called(instance, found),
        inside=inside,
        diagram_name=translated(shown.definition, shown.definition.name),
        repairable=operator and active,
        live=active,
        newer=_newer(work, instance, history[-1].id if history else 0, every_job),
        key=new_id(),
    )


def _events(
    work: Work, found: Mapping[str, Level], history: Sequence[HistoryEvent], tasks: Sequence[UserTask]
) -> list[Event]:
    """Return the history, the newest first, each event in the words of the process in which it happened."""
    level_of, own = {task.id: task.definition_id for task in tasks}, next(iter(found.values()))
    said = [event for event in reversed(history) if event.event not in UNSAID]
    names = names_of(work, ([each.detail, each.changes] for each in said if each.event in TOLD))
    operator = work.actor.holds(OPERATOR)
    return [told((level_at(found, each, level_of) or own).definition, each, names, operator=operator) for each in said]


def newer(work: Work, instance_id: str) -> str:
    """Return what `InstancePage.newer` would be, by three statements."""
    instance = work.instances.get(instance_id)
    return _newer(work, instance, work.history.newest(instance_id), work.jobs.of_instance(instance_id))


def _newer(work: Work, instance: ProcessInstance, last: int, jobs: Sequence[Job]) -> str:
    """Deadlines are told in minutes, so a minute that has passed is a change."""
    minute = int(work.clock.now().timestamp() // 60)
    states = [(job.id, job.state, job.attempt, job.held, job.due_at) for job in jobs]
    told_to = (work.actor.id, current_language())
    facts = repr((instance.version, instance.state, last, states, minute if not instance.ended_at else 0, told_to))
    return hashlib.sha256(facts.encode()).hexdigest()[:32]


def _with_links(shown: Level, instance_id: str) -> dict[str, dict[str, Any]]:
    tokens = shown.tokens()
    for element_id, definition_id in shown.calls.items():
        if element_id in tokens:
            tokens[element_id]["href"] = url_for("instances.show", instance_id=instance_id, inside=definition_id)
    return tokens


def _names(definition: Definition) -> dict[str, str]:
    return dict(definition.translations) if translated(definition, definition.name) != definition.name else {}


def _called(instance: ProcessInstance, found: Mapping[str, Level]) -> list[Called]:
    running = {definition_id for level in found.values() for definition_id in level.calls.values()}
    return [
        Called(id_, translated(level.definition, level.definition.name), id_ in running)
        for id_, level in found.items()
        if id_ != instance.definition_id
    ]


def _awaited(execution: Execution | None) -> list[str]:
    """Return the messages and signals that the instance waits for, each once: `撤回 (withdraw)`."""
    places = execution.places() if execution else []
    found = [place for place in places if place.kind in {"message", "signal"} and place.name]
    names = (translated(each.definition, each.definition.element(each.element_id).name) for each in found)
    return list(dict.fromkeys(f"{name} ({place.name})" for name, place in zip(names, found, strict=True)))


def _dead(definition: Definition, job: Job) -> DeadJob:
    return DeadJob(job.id, translated(definition, job.name or job.element_id), job.made, job.last_error or "")


def _ended(instance: ProcessInstance) -> str:
    if instance.state == InstanceState.COMPLETED:
        return gettext("流程已于 %(at)s 结束。", at=formats.moment(instance.ended_at))
    if instance.state == InstanceState.CANCELLED:
        return gettext("流程已于 %(at)s 取消。", at=formats.moment(instance.ended_at))
    if instance.state == InstanceState.FAILED:
        return gettext("流程已于 %(at)s 因错误结束。", at=formats.moment(instance.ended_at))
    return ""


def _messages(
    work: Work, definition: Definition, instance: ProcessInstance, execution: Execution | None
) -> list[Sendable]:
    return [
        replace(message, label=translated(definition, message.label or message.name))
        for message in work.instances.sendable(instance, execution)
    ]
