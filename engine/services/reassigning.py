"""Handing an open task to another person of its group: for those whom the diagram names, with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from engine.bpmn.definition import groups_in
from engine.clock import today
from engine.context import Context
from engine.errors import FormInvalid, NotFound, TaskAlreadyCompleted, TaskCancelled
from engine.form_messages import OTHER_PERSON, why_handed
from engine.services.definitions import Definitions
from engine.services.history import History
from engine.services.tasks import Tasks
from engine.tables.instances import ProcessInstance
from engine.tables.people import Person, PersonPost
from engine.tables.tasks import UserTask
from engine.types import TaskState

REASON: Final = (4, 200)
"""Least and most characters of the reason."""


class Reassigning:
    """Who may hand a task over, to whom, and doing it. Seen from one transaction and by one actor."""

    def __init__(self, context: Context, definitions: Definitions, history: History, tasks: Tasks) -> None:
        self._context = context
        self._definitions = definitions
        self._history = history
        self._tasks = tasks

    def may(self, task: UserTask) -> bool:
        """Return whether the actor may hand over a task: it is open, and its property `reassigners` names their post.

        The post must be held in the unit of the task.
        """
        element = self._definitions.of(task.definition_id).elements[task.element_id]
        named = groups_in(element.properties.get("reassigners", ""))
        posts = self._context.actor.posts
        return task.state == TaskState.OPEN and any(
            post.group in named and post.org_unit == task.org_unit for post in posts
        )

    def people(self, task: UserTask) -> Sequence[Person]:
        """Return who could have a task beside who has it: people of its group in its unit today, by name."""
        day = today(self._context.clock)
        select = sa.select(Person).where(
            Person.id.in_(
                sa.select(PersonPost.person_id).where(
                    PersonPost.group == task.candidate_group,
                    PersonPost.org_unit == task.org_unit,
                    PersonPost.valid_from <= day,
                    sa.or_(PersonPost.valid_to.is_(None), PersonPost.valid_to > day),
                )
            )
        )
        found = self._context.session.scalars(select.order_by(Person.name, Person.id))
        return [person for person in found if person.id != task.assignee]

    def hand_over(self, task_id: str, person_id: str, reason: str) -> UserTask:
        """Give a task to another person of its group. What was typed so far goes with it; the history says why.

        Raises:
            NotFound: a task that the actor may neither do nor see, or may not hand over.
            TaskAlreadyCompleted, TaskCancelled: it waits for nobody any more.
            FormInvalid: the person does not hold the post, or has the task; no reason is given.
        """
        task = self._tasks.get(task_id)
        if task.state == TaskState.COMPLETED:
            raise TaskAlreadyCompleted(by=task.completed_by or "", at=task.completed_at)
        if task.state == TaskState.CANCELLED:
            raise TaskCancelled(task_id=task_id)
        if not self.may(task):
            raise NotFound(task_id=task_id)
        people = {person.id: person for person in self.people(task)}
        self._check(people.get(person_id), reason.strip())
        before, task.assignee = task.assignee, person_id
        self._history.write(
            self._context.session.get_one(ProcessInstance, task.instance_id),
            "task.reassigned",
            element_id=task.element_id,
            element_name=task.name,
            token_id=task.id,
            detail={"reason": reason.strip()},
            changes={"assignee": {"before": before, "after": person_id}},
        )
        return task

    def _check(self, person: Person | None, reason: str) -> None:
        errors: dict[str, list[str]] = {}
        if person is None:
            errors["person"] = [OTHER_PERSON]
        if not REASON[0] <= len(reason) <= REASON[1]:
            errors["reason"] = [why_handed(*REASON)]
        if errors:
            raise FormInvalid(errors=errors)
