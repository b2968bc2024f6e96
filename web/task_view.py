"""What the page of a task shows: its form with values, errors and findings, and who may do what with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.access import may_do, may_see
from engine.feel.values import unpack
from engine.form_values import defaults
from engine.tables.instances import ProcessInstance
from engine.tables.people import Person
from engine.types import TaskState, new_id
from web import formats
from web.advice import remarks_on
from web.due_view import due_of
from web.findings_view import FindingView, by_field, task_findings
from web.form_hidden import hidden_fields
from web.form_view import FieldView, FormSource, field_views
from web.language import current_language, translated
from web.texts import gettext

if TYPE_CHECKING:
    from engine.bpmn.definition import Definition, Element
    from engine.forms import Form, FormContext, FormField
    from engine.tables.tasks import UserTask
    from engine.types import Variables
    from engine.work import Work


@dataclass(frozen=True)
class Attempt:
    """A submission that was not accepted: what was typed, what is wrong with it, and the message for the whole."""

    values: Variables
    errors: Mapping[str, Sequence[str]]
    message: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A line of the error summary: where it leads, which field, what to change."""

    target: str
    label: str
    message: str


@dataclass(frozen=True)
class TaskPage:
    """Everything the page shows. `editable`: the reader may fill in the form now.

    `others`: whom the reader may hand the task to, and what to know of each before that.
    """

    task: UserTask
    title: str
    name: str
    process: str
    instance: ProcessInstance | None
    fields: Sequence[FieldView]
    faults: Sequence[Fault]
    findings: Sequence[tuple[FindingView, str]]
    message: str
    editable: bool
    mine: bool
    assignee: str
    status: str
    deadline: formats.Deadline | None
    others: Sequence[tuple[Person, str]]
    has_draft: bool
    fresh: bool
    key: str


def task_page(work: Work, types: Mapping[str, FormField], task_id: str, attempt: Attempt | None = None) -> TaskPage:
    """Return what the page of a task shows to the actor; raise NotFound.

    Args:
        work: of the actor.
        types: the plugins' form fields.
        task_id: of the task.
        attempt: what was submitted just now and not accepted; it is shown in place of the draft.
    """
    task = work.tasks.get(task_id)
    definition = work.definitions.of(task.definition_id)
    element = definition.elements[task.element_id]
    editable = _is_editable(work, task)
    findings = task_findings(work, element, unpack(task.data)) if task.state == TaskState.OPEN else []
    values: Variables = {}
    fields: list[FieldView] = []
    if task.form and (editable or attempt):
        form, context = definition.forms[task.form], work.tasks.form_context(task)
        values = attempt.values if attempt else _values(task, element, form, context)
        source = FormSource(
            definition=definition,
            context=context,
            types=types,
            errors=attempt.errors if attempt else {},
            findings=by_field(findings),
            hidden=frozenset(hidden_fields(form, values, context, types)),
            disabled=not editable,
        )
        fields = field_views(source, form.components, values)
    labels = dict(_labels(fields))
    return TaskPage(
        task=task,
        title=task.title or translated(definition, task.name),
        name=translated(definition, task.name),
        process=translated(definition, definition.name),
        instance=_instance(work, task),
        fields=fields,
        faults=_faults(attempt, labels),
        findings=[(finding, _target(finding.field, labels)) for finding in findings],
        message=attempt.message if attempt else "",
        editable=editable,
        mine=task.assignee == work.actor.id,
        assignee=_name(work, task.completed_by or task.assignee),
        status=_status(work, task),
        deadline=due_of(work, task),
        others=_others(work, task),
        has_draft=task.draft is not None and attempt is None,
        fresh=attempt is None and task.draft is None,
        key=(attempt.key if attempt else "") or new_id(),
    )


def _is_editable(work: Work, task: UserTask) -> bool:
    free = task.assignee in {None, work.actor.id}
    return task.state == TaskState.OPEN and free and may_do(work.actor, task)


def _others(work: Work, task: UserTask) -> list[tuple[Person, str]]:
    people = work.reassigning.people(task) if work.reassigning.may(task) else []
    remarks, english = remarks_on(task, people), current_language() == "en"
    said = {of: "；".join(each.message_en if english else each.message_zh for each in remarks[of]) for of in remarks}
    return [(person, said[person.id]) for person in people]


def _values(task: UserTask, element: Element, form: Form, context: FormContext) -> Variables:
    """Return what the form starts with: the draft, else the defaults and, if the form says so, what was last sent."""
    if task.draft is not None:
        draft: Variables = unpack(task.draft)
        return draft
    before = context.variables.get(element.variable) if element.variable and form.starts_from_last else None
    return {**defaults(form, context), **(before if isinstance(before, Mapping) else {})}


def _instance(work: Work, task: UserTask) -> ProcessInstance | None:
    instance = work.session.get(ProcessInstance, task.instance_id)
    return instance if instance is not None and may_see(work.session, work.actor, instance) else None


def _name(work: Work, person_id: str | None) -> str:
    if person_id is None:
        return ""
    if person_id == work.actor.id:
        return work.actor.name
    return work.session.scalar(sa.select(Person.name).where(Person.id == person_id)) or person_id


def _status(work: Work, task: UserTask) -> str:
    if task.state == TaskState.COMPLETED:
        by, at = _name(work, task.completed_by), formats.moment(task.completed_at)
        return gettext("该任务已由%(by)s于%(at)s办结。", by=by, at=at)
    if task.state == TaskState.CANCELLED:
        return gettext("该任务已取消：流程已转入其他步骤。")
    if not may_do(work.actor, task):
        return gettext("该任务由其他岗位办理。")
    if task.assignee not in {None, work.actor.id}:
        return gettext("该任务已由%(by)s认领，正在办理。", by=_name(work, task.assignee))
    return ""


def _labels(fields: Sequence[FieldView]) -> list[tuple[str, str]]:
    """Return (path, label) of all fields, those inside groups and rows too."""
    found = []
    for field in fields:
        found.append((field.name, field.label))
        inner = [*field.children] if field.kind == "group" else [child for row in field.rows for child in row]
        found += _labels(inner)
    return found


def _faults(attempt: Attempt | None, labels: Mapping[str, str]) -> list[Fault]:
    errors = attempt.errors if attempt else {}
    return [
        Fault(_target(path, labels), _label(path, labels), message)
        for path, messages in errors.items()
        for message in messages
    ]


def _target(path: str, labels: Mapping[str, str]) -> str:
    """Return the id of the control at a path; of a plugin's own field the id it gives by the same rule."""
    return f"f-{path}" if _root(path, labels) else ""


def _label(path: str, labels: Mapping[str, str]) -> str:
    return labels.get(_root(path, labels), "")


def _root(path: str, labels: Mapping[str, str]) -> str:
    """Return the longest path of a field that is `path` or lies above it; empty when there is none."""
    while path and path not in labels:
        path = path.rpartition(".")[0]
    return path


def form_of(work: Work, task: UserTask) -> tuple[Form | None, Definition]:
    """Return the task's form, if it has one, and its definition."""
    definition = work.definitions.of(task.definition_id)
    form: Any = definition.forms[task.form] if task.form else None
    return form, definition
