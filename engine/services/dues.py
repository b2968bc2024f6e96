"""Due times that another calendar makes others: they are listed, and moved only when somebody confirms it (SPEC 3)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.calendar import WorkCalendar
from engine.clock import TIMEZONE
from engine.context import Context
from engine.due_basis import recounted
from engine.limits import Deadline
from engine.services.history import History
from engine.services.locking import read_with_instance
from engine.services.switches import EVERYWHERE, Switches
from engine.tables.tasks import UserTask
from engine.types import TaskState

PAGE = 500


@dataclass(frozen=True, slots=True)
class ChangedDue:
    """An open task that would be due at another moment."""

    task_id: str
    instance_id: str
    title: str
    name: str
    before: datetime
    after: Deadline


class Dues:
    """The due times of open tasks, seen from one transaction."""

    def __init__(self, context: Context, history: History) -> None:
        self._context = context
        self._history = history

    def changed(self, calendar: WorkCalendar) -> Iterator[ChangedDue]:
        """Give the open tasks that a calendar makes due at another moment, by their ids.

        Only those that were counted by working time and nothing else: what people set stays.

        Raises:
            Forbidden: the actor is no operator of the whole installation.
        """
        Switches(self._context).permit(EVERYWHERE)
        counted = UserTask.state == TaskState.OPEN, UserTask.due_basis.is_not(None)
        last = ""
        columns = (
            UserTask.id,
            UserTask.instance_id,
            UserTask.title,
            UserTask.name,
            UserTask.due_at,
            UserTask.due_basis,
        )
        while True:
            select = sa.select(*columns).where(*counted, UserTask.id > last).order_by(UserTask.id).limit(PAGE)
            rows = self._context.session.execute(select).all()
            for row in rows:
                after = recounted(calendar, row.due_at, row.due_basis)
                if after is not None:
                    yield ChangedDue(row.id, row.instance_id, row.title, row.name, row.due_at, after)
            if len(rows) < PAGE:
                return
            last = rows[-1].id

    def confirm(self, calendar: WorkCalendar, task_ids: Collection[str] | None, source: str) -> int:
        """Move the due times of some tasks, or of all with None, to what a calendar says; return how many moved.

        Each leaves a history row that says by what. Tasks that were done meanwhile are passed over.
        """
        wanted = [each for each in self.changed(calendar) if task_ids is None or each.task_id in task_ids]
        moved = 0
        for each in wanted:
            found = read_with_instance(self._context.session, UserTask, each.task_id)
            if found is None or found[0].state != TaskState.OPEN:
                continue
            task, instance = found
            task.due_at = each.after.at
            self._history.write(
                instance,
                "task.due-moved",
                element_id=task.element_id,
                element_name=task.name,
                token_id=task.id,
                detail={"reason": source},
                changes={"due_at": {"before": each.before.astimezone(TIMEZONE), "after": each.after.at}},
            )
            moved += 1
        return moved
