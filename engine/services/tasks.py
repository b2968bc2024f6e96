"""User tasks: the inbox, and the three verbs claim, release, complete."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from engine import access
from engine.context import Context
from engine.errors import InstanceChanged, NotFound, TaskAlreadyCompleted, TaskCancelled, TaskClaimed
from engine.feel.values import pack, unpack
from engine.form_files import has_files, referred
from engine.forms import FormContext, validate
from engine.services.attachments import Attachments
from engine.services.definitions import Definitions
from engine.services.history import History
from engine.services.instances import Instances
from engine.services.locking import read_with_instance
from engine.tables.instances import ProcessInstance
from engine.tables.people import Person
from engine.tables.tasks import UserTask
from engine.types import TaskState, TokenId, Variables

COUNT_LIMIT = 1000
"""A count above this is shown as `999+`: nobody reads further, and counting all would cost (notes, 2)."""

# the state as a literal: a planner uses a partial index only where it can see its condition
_OPEN = UserTask.state == sa.literal_column(f"'{TaskState.OPEN}'")


class Tasks:
    """User tasks, seen from one transaction and by one actor."""

    def __init__(self, context: Context, definitions: Definitions, instances: Instances, history: History) -> None:
        self._context = context
        self._definitions = definitions
        self._instances = instances
        self._history = history
        # kept for the transaction: the instance is locked from the first look on, so a second finds nothing new
        self._found: dict[str, tuple[UserTask, ProcessInstance]] = {}

    def inbox(self, after: UserTask | None = None, limit: int = 50, *, mine: bool = False) -> list[UserTask]:
        """Return the open tasks that the actor may do, oldest first, the page after the task `after`.

        Args:
            after: the last task of the page before.
            limit: length of a page.
            mine: only those the actor has claimed.
        """
        conditions: list[sa.ColumnElement[bool]] = []
        if after is not None:
            conditions.append(sa.tuple_(UserTask.created_at, UserTask.id) > sa.tuple_(after.created_at, after.id))
        # of keys alone, which the index holds: rows are read for the page only
        keys = sa.select(UserTask.created_at, UserTask.id).where(*conditions)
        ordered = keys.order_by(UserTask.created_at, UserTask.id).limit(limit)
        found = self._claimed(ordered) if mine else self._doable(ordered)
        if found is None:
            return []
        page = sa.select(found.c.id).order_by(found.c.created_at, found.c.id).limit(limit)
        select = sa.select(UserTask).where(UserTask.id.in_(page)).order_by(UserTask.created_at, UserTask.id)
        # what forms show and drafts hold is large, and no list shows it
        listed = select.options(sa.orm.defer(UserTask.data), sa.orm.defer(UserTask.draft))
        return list(self._context.session.scalars(listed))

    def count(self) -> int:
        """Return how many open tasks the actor may do, at most COUNT_LIMIT."""
        found = self._doable(sa.select(UserTask.id).limit(COUNT_LIMIT))
        if found is None:
            return 0
        return min(self._context.session.scalar(sa.select(sa.func.count()).select_from(found)) or 0, COUNT_LIMIT)

    def _doable(self, select: sa.Select[*tuple[Any, ...]]) -> sa.Subquery | None:
        """Return `select` of each post's open tasks, all together; None for an actor without a post.

        One range of the inbox's index for each post: a condition with OR would make the database sort everything.
        """
        parts = [
            sa.select(select.where(*_open_at(group, unit)).subquery())
            for group, unit in access.places(self._context.actor)
        ]
        return sa.union_all(*parts).subquery() if parts else None

    def _claimed(self, select: sa.Select[*tuple[Any, ...]]) -> sa.Subquery | None:
        """Return `select` of the open tasks that the actor has claimed and may do; None for an actor without a post.

        A range of the index by person, for people have claimed less than their posts have to do.
        """
        actor = self._context.actor
        places = list(access.places(actor))
        if not places:
            return None
        theirs = sa.tuple_(UserTask.candidate_group, UserTask.org_unit).in_(places)
        return select.where(_OPEN, UserTask.assignee == actor.id, theirs).subquery()

    def get(self, task_id: str) -> UserTask:
        """Return a task that the actor may do, or whose instance the actor may see; raise NotFound."""
        task, _ = self._find(task_id)
        return task

    def of_instance(self, instance_id: str) -> Sequence[UserTask]:
        """Return all tasks of an instance the actor may see, oldest first."""
        instance = self._instances.get(instance_id)
        select = sa.select(UserTask).where(UserTask.instance_id == instance.id).order_by(UserTask.created_at)
        return self._context.session.scalars(select).all()

    def claim(self, task_id: str) -> UserTask:
        """Take a task for oneself; raise TaskClaimed when somebody else has it."""
        task, instance = self._find_open(task_id)
        if task.assignee is None:
            task.assignee = self._context.actor.id
            self._write(instance, task, "task.claimed")
        return task

    def release(self, task_id: str) -> UserTask:
        """Give a claimed task back to its group."""
        task, instance = self._find_open(task_id)
        if task.assignee is not None:
            task.assignee = None
            self._write(instance, task, "task.released")
        return task

    def save_draft(self, task_id: str, values: Variables) -> UserTask:
        """Keep what was typed so far, unchecked."""
        task, _ = self._find_open(task_id)
        task.draft = pack(values)
        return task

    def complete(self, task_id: str, payload: Variables) -> UserTask:
        """Check the form's values, complete the task with them and take the instance further.

        Raises:
            FormInvalid: `errors` gives the messages by field; nothing was changed.
            TaskAlreadyCompleted, TaskCancelled, TaskClaimed: somebody was faster, or the case went another way.
            InstanceChanged: the instance moved while this was being done; try again.
        """
        task, instance = self._find_open(task_id)
        values = self._check(task, payload)
        task.state = TaskState.COMPLETED
        task.assignee = task.completed_by = self._context.actor.id
        task.completed_at = self._context.clock.now()
        task.draft = None
        self._write(instance, task, "task.completed", values, self._changes(task, values))
        self._refer(instance, task, values)
        self._instances.step(instance, lambda execution: execution.complete_user_task(TokenId(task.id), values))
        try:
            self._context.session.flush()
        except StaleDataError as stale:
            self._context.session.rollback()
            self._found.clear()
            self._find_open(task_id)
            raise InstanceChanged(task_id=task_id) from stale
        return task

    def form_context(self, task: UserTask) -> FormContext:
        """Return what the task's form is shown and checked with."""
        return FormContext(
            session=self._context.session,
            feel=self._context.runtime.feel,
            clock=self._context.clock,
            variables=unpack(task.data),
            org_unit=task.org_unit,
            files=partial(Attachments(self._context).usable, task),
        )

    def _check(self, task: UserTask, payload: Variables) -> Variables:
        if task.form is None:
            return {}
        form = self._definitions.of(task.definition_id).forms[task.form]
        return validate(form, payload, self.form_context(task), self._context.runtime.plugins.form_fields)

    def _refer(self, instance: ProcessInstance, task: UserTask, values: Variables) -> None:
        form = self._definitions.of(task.definition_id).forms[task.form] if task.form else None
        if form is not None and has_files(form):
            Attachments(self._context).refer(referred(form, values), instance)

    def _changes(self, task: UserTask, values: Variables) -> dict[str, Any]:
        """Return {field: {"before", "after"}} of the fields that the case had otherwise when it came to this task."""
        earlier = unpack(task.data)
        variable = self._definitions.of(task.definition_id).elements[task.element_id].variable
        before = earlier.get(variable) if variable else earlier
        if not isinstance(before, dict):
            return {}
        return {
            name: {"before": before[name], "after": value}
            for name, value in values.items()
            if name in before and before[name] != value
        }

    def _find(self, task_id: str) -> tuple[UserTask, ProcessInstance]:
        found = self._found.get(task_id) or read_with_instance(self._context.session, UserTask, task_id)
        session, actor = self._context.session, self._context.actor
        if found is None or not (access.may_do(actor, found[0]) or access.may_see(session, actor, found[1])):
            raise NotFound(task_id=task_id)
        self._found[task_id] = found
        return found

    def _find_open(self, task_id: str) -> tuple[UserTask, ProcessInstance]:
        """Return task and instance if the actor may do the task now; else say who was faster."""
        task, instance = self._find(task_id)
        actor = self._context.actor
        if not access.may_do(actor, task):
            raise NotFound(task_id=task_id)
        if task.state == TaskState.COMPLETED:
            raise TaskAlreadyCompleted(by=self._name(task.completed_by), at=task.completed_at)
        if task.state == TaskState.CANCELLED:
            raise TaskCancelled(task_id=task_id)
        if task.assignee not in (None, actor.id):
            raise TaskClaimed(by=self._name(task.assignee))
        return task, instance

    def _name(self, person_id: str | None) -> str:
        name = self._context.session.scalar(sa.select(Person.name).where(Person.id == person_id))
        return name or person_id or ""

    def _write(
        self,
        instance: ProcessInstance,
        task: UserTask,
        event: str,
        values: dict[str, Any] | None = None,
        changes: dict[str, Any] | None = None,
    ) -> None:
        self._history.write(
            instance,
            event,
            element_id=task.element_id,
            element_name=task.name,
            token_id=task.id,
            detail=values,
            changes=changes,
        )


def _open_at(group: str, unit: str) -> tuple[sa.ColumnElement[bool], ...]:
    return _OPEN, UserTask.candidate_group == group, UserTask.org_unit == unit
