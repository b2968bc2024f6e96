"""The user tasks of one instance, as the handlers that work for it see them: who did what, and until when it is due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.clock import TIMEZONE
from engine.context import Context
from engine.due_basis import said_basis
from engine.limits import Deadline
from engine.services.history import History
from engine.tables.instances import ProcessInstance
from engine.tables.tasks import UserTask
from engine.types import TaskState


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task that waits for a person."""

    id: str
    element_id: str
    title: str
    due_at: datetime | None


class CaseTasks:
    """The tasks of one instance. Its job holds the instance's lock, so that nobody completes one meanwhile."""

    def __init__(self, context: Context, history: History, instance: ProcessInstance) -> None:
        self._context = context
        self._history = history
        self._instance = instance

    def waiting(self, org_unit: str) -> list[OpenTask]:
        """Return the tasks of the instance that are open in a unit, oldest first."""
        found = self._open(UserTask.org_unit == org_unit)
        return [OpenTask(task.id, task.element_id, task.title, task.due_at) for task in found]

    def performers(self, org_unit: str) -> frozenset[str]:
        """Return the ids of the people who completed tasks of the instance in a unit."""
        select = sa.select(UserTask.completed_by).where(
            UserTask.instance_id == self._instance.id,
            UserTask.org_unit == org_unit,
            UserTask.state == TaskState.COMPLETED,
        )
        return frozenset(person for person in self._context.session.scalars(select.distinct()) if person)

    def move_due(self, task_ids: Iterable[str], due_at: datetime | None, why: Deadline | None = None) -> int:
        """Set until when open tasks are due, None for without end; return how many moved. Each leaves a history row.

        `why` is what their pages then say about it.
        """
        moved = [task for task in self._open(UserTask.id.in_(list(task_ids))) if task.due_at != due_at]
        for task in moved:
            change = {"before": _local(task.due_at), "after": _local(due_at)}
            task.due_at, task.due_basis = due_at, None if why is None else said_basis(why)
            self._history.write(
                self._instance,
                "task.due-moved",
                element_id=task.element_id,
                element_name=task.name,
                token_id=task.id,
                changes={"due_at": change},
            )
        return len(moved)

    def _open(self, condition: sa.ColumnElement[bool]) -> Sequence[UserTask]:
        select = sa.select(UserTask).where(
            UserTask.instance_id == self._instance.id, UserTask.state == TaskState.OPEN, condition
        )
        return self._context.session.scalars(select.order_by(UserTask.created_at, UserTask.id)).all()


def _local(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(TIMEZONE)
