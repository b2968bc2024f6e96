"""What of cases waits for somebody: open tasks, awaited messages, jobs of systems elsewhere. For replays of cases.

It looks at rows, whoever may see them: nothing shows it to people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from engine.context import Context
from engine.tables.history import HistoryEvent
from engine.tables.instances import ProcessInstance
from engine.tables.jobs import Job
from engine.tables.messages import Subscription
from engine.tables.tasks import UserTask
from engine.types import InstanceState, JobKind, JobState, TaskState

_TASKS = (
    sa.select(
        UserTask.instance_id,
        UserTask.element_id,
        UserTask.id,
        UserTask.created_at,
        UserTask.state,
        UserTask.candidate_group,
        UserTask.org_unit,
        UserTask.assignee,
    )
    .where(UserTask.instance_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(UserTask.instance_id, UserTask.created_at, UserTask.id)
)
_MESSAGES = (
    sa.select(
        Subscription.instance_id,
        Subscription.element_id,
        Subscription.name,
        Subscription.correlation,
        Subscription.created_at,
    )
    .where(Subscription.instance_id.in_(sa.bindparam("ids", expanding=True)), Subscription.kind == "message")
    .order_by(Subscription.instance_id, Subscription.created_at, Subscription.id)
)
_RECEIVED = sa.select(
    HistoryEvent.instance_id, HistoryEvent.element_id, HistoryEvent.element_name, HistoryEvent.at
).where(
    HistoryEvent.instance_id.in_(sa.bindparam("ids", expanding=True)),
    HistoryEvent.event == "message.received",
)
_EXTERNAL = sa.select(Job.instance_id, Job.element_id, Job.id, Job.created_at, Job.handler).where(
    Job.instance_id.in_(sa.bindparam("ids", expanding=True)),
    Job.kind == JobKind.EXTERNAL,
    Job.state == JobState.WAITING,
)
_ACTIVE = sa.select(ProcessInstance.id, ProcessInstance.business_key).where(
    ProcessInstance.id.in_(sa.bindparam("ids", expanding=True)), ProcessInstance.state == InstanceState.ACTIVE
)


class WaitKind(StrEnum):
    """For what a case waits."""

    TASK = "task"
    MESSAGE = "message"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True)
class Wait:
    """Something that waits for somebody.

    Attributes:
        kind: what it is.
        instance_id: of the case; `business_key`: the case's.
        name: of a task or a job the element's id, of a message its name.
        id: of a task or a job its own, of a message what it is correlated with.
        since: since when; of a message that came before, since it came last.
        turn: how many tasks of this element were opened in the case before, how often this message came before.
        unit_turn: the same of the tasks of this unit.
        group, unit, assignee: who may do a task; of a job `group` is its handler.
    """

    kind: WaitKind
    instance_id: str
    business_key: str
    name: str
    id: str
    since: datetime
    turn: int = 0
    unit_turn: int = 0
    group: str = ""
    unit: str = ""
    assignee: str | None = None


class Waits:
    """What waits, seen from one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def of(self, instance_ids: Collection[str]) -> list[Wait]:
        """Return what waits in these cases, those left out that have ended."""
        ids = {"ids": list(instance_ids)}
        keys: dict[str, str] = {row.id: row.business_key or "" for row in self._context.session.execute(_ACTIVE, ids)}
        if not keys:
            return []
        active = {"ids": list(keys)}
        return [*self._tasks(active, keys), *self._messages(active, keys), *self._external(active, keys)]

    def _tasks(self, ids: dict[str, list[str]], keys: dict[str, str]) -> Iterator[Wait]:
        seen: dict[tuple[str, ...], int] = {}
        for row in self._context.session.execute(_TASKS, ids):
            any_unit, own_unit = (row.instance_id, row.element_id), (row.instance_id, row.element_id, row.org_unit)
            turn, unit_turn = seen.get(any_unit, 0), seen.get(own_unit, 0)
            seen[any_unit], seen[own_unit] = turn + 1, unit_turn + 1
            if row.state == TaskState.OPEN:
                yield Wait(
                    WaitKind.TASK,
                    row.instance_id,
                    keys[row.instance_id],
                    row.element_id,
                    row.id,
                    row.created_at,
                    turn,
                    unit_turn,
                    row.candidate_group,
                    row.org_unit,
                    row.assignee,
                )

    def _messages(self, ids: dict[str, list[str]], keys: dict[str, str]) -> Iterator[Wait]:
        awaited = self._context.session.execute(_MESSAGES, ids).all()
        received = self._context.session.execute(_RECEIVED, ids).all() if awaited else []
        for row in awaited:
            came = [
                each.at
                for each in received
                if each.instance_id == row.instance_id
                and (each.element_id == row.element_id or each.element_name == row.name)
            ]
            key = keys[row.instance_id]
            since = max([row.created_at, *came])
            yield Wait(WaitKind.MESSAGE, row.instance_id, key, row.name, row.correlation, since, len(came))

    def _external(self, ids: dict[str, list[str]], keys: dict[str, str]) -> Iterator[Wait]:
        for row in self._context.session.execute(_EXTERNAL, ids):
            key = keys[row.instance_id]
            yield Wait(
                WaitKind.EXTERNAL, row.instance_id, key, row.element_id, row.id, row.created_at, group=row.handler
            )
