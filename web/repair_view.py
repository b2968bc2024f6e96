"""What the repair page of an instance shows: where it waits, its variables, and what a change would lead to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from flask_babel import lazy_gettext

from engine.feel.values import pack
from engine.form import INPUT_TYPES
from engine.types import InstanceState, JobState
from web.language import translated
from web.plugin_words import in_plugins_words

if TYPE_CHECKING:
    from engine.bpmn.definition import Definition
    from engine.bpmn.repairing import Waiting
    from engine.declaration import Handler
    from engine.services.preview import Preview
    from engine.tables.instances import ProcessInstance
    from engine.tables.jobs import Job
    from engine.work import Work

STATES = {
    InstanceState.ACTIVE: lazy_gettext("办理中"),
    InstanceState.COMPLETED: lazy_gettext("已结束"),
    InstanceState.CANCELLED: lazy_gettext("已取消"),
    InstanceState.FAILED: lazy_gettext("因错误结束"),
}
KINDS = {
    "task": lazy_gettext("等待办理"),
    "job": lazy_gettext("系统处理"),
    "timer": lazy_gettext("等到时间"),
    "message": lazy_gettext("等待消息"),
    "signal": lazy_gettext("等待信号"),
    "conditional": lazy_gettext("等待条件"),
}
ACT_NAMES = {
    "edit": lazy_gettext("修改数据"),
    "skip": lazy_gettext("跳过"),
    "move": lazy_gettext("移到另一步骤"),
    "retry": lazy_gettext("重试"),
    "cancel": lazy_gettext("取消办件"),
}
NOT_ENTERED = frozenset({"startEvent", "boundaryEvent"})
"""No token enters them, so none can be moved there."""


@dataclass(frozen=True, slots=True)
class Place:
    """A token that waits. `error`: of a job that failed; `dead`: no attempts are left; `outputs`: to be filled in."""

    token: str
    element_id: str
    name: str
    kind: str
    movable: bool
    skippable: bool
    dead: bool
    error: str
    outputs: str


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A change as shown before it is made: `before` and `after` are where it waits, in words."""

    act: str
    title: str
    state: str
    before: Sequence[str]
    after: Sequence[str]
    passes: Sequence[str]
    sends: Sequence[str]
    variables: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class RepairPage:
    """Everything the page shows. `targets`: (element id, label) of where a token may be moved."""

    instance: ProcessInstance
    title: str
    state: str
    milestone: str
    places: Sequence[Place]
    variables: Sequence[tuple[str, str]]
    targets: Sequence[tuple[str, str]]


def repair_page(work: Work, handlers: Mapping[str, Handler], instance_id: str) -> RepairPage:
    """Return what the page shows to an operator. Raises Forbidden, NotFound, InstanceEnded."""
    waiting = work.repair.waiting(instance_id)
    instance = work.instances.get(instance_id)
    definition = work.definitions.of(instance.definition_id)
    jobs = {job.id: job for job in work.jobs.of_instance(instance_id)}
    return RepairPage(
        instance=instance,
        title=instance.title or translated(definition, definition.name),
        state=str(STATES[InstanceState(instance.state)]),
        milestone=in_plugins_words(translated(definition, instance.milestone)),
        places=[_place(handlers, each, jobs.get(each.token)) for each in waiting],
        variables=[(name, _json(value)) for name, value in pack(work.repair.variables(instance_id)).items()],
        targets=list(_targets(definition)),
    )


def foreseen(work: Work, instance_id: str, act: str, preview: Preview) -> Foreseen:
    """Return a preview in words."""
    definition = work.definitions.of(work.instances.get(instance_id).definition_id)
    before = {each.token: each for each in work.repair.waiting(instance_id)}
    gone = {each.token for each in preview.closes}
    after = [*(each for token, each in before.items() if token not in gone), *preview.opens]
    return Foreseen(
        act=act,
        title=str(ACT_NAMES[act]),
        state=str(STATES[preview.state]),
        before=[_said(each) for each in before.values()],
        after=[_said(each) for each in after],
        passes=[translated(definition, name) for name in preview.passes if name],
        sends=preview.sends,
        variables=[(name, _value(was), _value(becomes)) for name, (was, becomes) in preview.variables.items()],
    )


def _place(handlers: Mapping[str, Handler], waiting: Waiting, job: Job | None) -> Place:
    return Place(
        token=waiting.token,
        element_id=waiting.element_id,
        name=_name(waiting.definition, waiting.element_id, waiting.name),
        kind=_kind(waiting),
        movable=waiting.movable,
        skippable=waiting.kind in {"task", "job"},
        dead=job is not None and job.state == JobState.DEAD,
        error=(job.last_error or "") if job else "",
        outputs=_json(dict.fromkeys(_expected(handlers.get(job.handler or "") if job else None, waiting))),
    )


def _expected(handler: Handler | None, waiting: Waiting) -> Iterator[str]:
    """Yield the names that the form or the handler would have given."""
    if handler is not None:
        yield from handler.outputs().fields
    definition = waiting.definition
    form = definition.forms.get(definition.elements[waiting.element_id].properties.get("form", ""))
    for component in form.components if form is not None else ():
        if component["type"] in INPUT_TYPES:
            yield component["key"]


def _said(waiting: Waiting) -> str:
    return f"{_name(waiting.definition, waiting.element_id, waiting.name)} · {_kind(waiting)}"


def _kind(waiting: Waiting) -> str:
    return str(KINDS.get(waiting.kind, waiting.kind))


def _name(definition: Definition, element_id: str, name: str) -> str:
    return translated(definition, name) if name else element_id


def _targets(definition: Definition) -> Iterator[tuple[str, str]]:
    for element in definition.elements.values():
        if element.type not in NOT_ENTERED:
            name = _name(definition, element.id, element.name)
            yield element.id, name if name == element.id else f"{name} ({element.id})"


def _value(value: Any) -> str:
    return "—" if value is None else _json(value)


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
