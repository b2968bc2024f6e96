"""Writing one step of an instance onto rows: instance, user tasks, jobs and history, each table at most once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zlib import crc32

import orjson
import sqlalchemy as sa

from engine.bpmn.definition import Definition
from engine.bpmn.execution import Execution
from engine.bpmn.step import Chosen, Decided, Ended, Moved, OpenedServiceTask, OpenedTimer, OpenedUserTask, Step
from engine.clock import today
from engine.context import Context
from engine.db import table_of
from engine.declaration import Handler
from engine.feel.values import pack
from engine.jobs.queue import Lane, Ticket
from engine.services.history import History
from engine.tables.definitions import ProcessDefinition
from engine.tables.instances import ProcessInstance
from engine.tables.jobs import Job
from engine.tables.people import PersonPost
from engine.tables.tasks import UserTask
from engine.types import InstanceState, JobId, JobKind, JobState, TaskState

STRIPES = 16
"""Partitions of a county's engine work: enough that one long case does not stop the others."""

MOST_KEPT = 1000
"""Bytes of a variable that are kept with a choice made by it: a whole plan is in the task that gave it."""

PASSED = {
    "businessRuleTask": "step.done",
    "scriptTask": "step.done",
    "boundaryEvent": "event.passed",
    "intermediateCatchEvent": "event.passed",
    "intermediateThrowEvent": "event.passed",
}
"""Element type → what the history calls it when a token leaves. User and service tasks write their own events."""


# made once: building a statement costs as much as running it
_TASKS, _JOBS = table_of(UserTask), table_of(Job)
_GONE: sa.BindParameter[Any] = sa.bindparam("gone", expanding=True)
_NOW: sa.BindParameter[Any] = sa.bindparam("now")
_WITHDRAW = (
    sa.update(_TASKS)
    .where(_TASKS.c.id.in_(_GONE), _TASKS.c.state == TaskState.OPEN)
    .values(state=TaskState.CANCELLED, completed_at=_NOW)
)
_DROP = (
    sa.update(_JOBS)
    .where(_JOBS.c.id.in_(_GONE), _JOBS.c.state.in_((JobState.WAITING, JobState.DEAD)))
    .values(state=JobState.CANCELLED, ended_at=_NOW)
)


class Projection:
    """Takes what a step changed to the database, in the present transaction."""

    def __init__(self, context: Context, history: History) -> None:
        self._context = context
        self._history = history

    def write(self, instance: ProcessInstance, definition: Definition, execution: Execution, step: Step) -> None:
        """Store the state and all that the step opened and closed."""
        self._close(step)
        self._trace(instance, step)
        for opened in step.user_tasks:
            self._open_task(instance, opened)
        for service in step.service_tasks:
            self._open_service(instance, service)
        for timer in step.timers:
            self._open_timer(instance, timer)
        if step.ended is not None:
            self._end(instance, step.ended)
        instance.state_blob = execution.dump()

    def _end(self, instance: ProcessInstance, ended: Ended) -> None:
        """An error that nobody caught is an end too, and one to look at."""
        instance.state = InstanceState.COMPLETED if ended.error is None else InstanceState.FAILED
        instance.end_event = ended.element_id
        instance.ended_at = self._context.clock.now()
        event, detail = ("instance.ended", None) if ended.error is None else ("instance.failed", {"error": ended.error})
        self._history.write(instance, event, element_id=ended.element_id, element_name=ended.name, detail=detail)

    def _close(self, step: Step) -> None:
        """Cancel the rows of tokens that were taken away; what was *done* its own service has marked already."""
        if step.withdrawn:
            self._cancel(UserTask, _WITHDRAW, step.withdrawn)
        if step.dropped:
            self._cancel(Job, _DROP, step.dropped)

    def _cancel(self, table: type[UserTask | Job], update: sa.Update, gone: Sequence[str]) -> None:
        session = self._context.session
        session.flush()
        session.connection().execute(update, {"gone": gone, "now": self._context.clock.now()})
        for row_id in gone:
            kept = session.identity_map.get(session.identity_key(table, row_id))
            if kept is not None:
                session.expire(kept)

    def _trace(self, instance: ProcessInstance, step: Step) -> None:
        decided, chosen = list(step.decisions), {choice.token: choice for choice in step.choices}
        for moved in step.trace:
            if moved.event == "leave" and moved.token in chosen:
                self._chose(instance, chosen.pop(moved.token))
            if moved.event == "enter" and "milestone" in moved.properties:
                instance.milestone = moved.properties["milestone"]
            if moved.event == "leave" and moved.element_type in PASSED:
                self._history.write(
                    instance,
                    PASSED[moved.element_type],
                    element_id=moved.element_id,
                    element_name=moved.name,
                    token_id=moved.token,
                    detail=_why(moved, decided),
                )

    def _chose(self, instance: ProcessInstance, choice: Chosen) -> None:
        over = {name: value for name, value in choice.over.items() if _size(value) <= MOST_KEPT}
        self._history.write(
            instance,
            "gateway.decided",
            element_id=choice.element_id,
            element_name=choice.name,
            token_id=choice.token,
            detail={"flows": list(choice.flows), "over": over},
        )

    def _open_task(self, instance: ProcessInstance, opened: OpenedUserTask) -> None:
        self._context.session.add(
            UserTask(
                id=opened.token,
                instance_id=instance.id,
                definition_id=self._definition_id(instance, opened.definition),
                element_id=opened.element_id,
                name=opened.name,
                title=opened.title or instance.title,
                form=opened.form,
                candidate_group=opened.candidate_group,
                org_unit=opened.org_unit,
                state=TaskState.OPEN,
                assignee=self._assignee(opened),
                due_at=opened.due_at,
                due_basis=opened.due_basis,
                data=pack(opened.variables),
                created_at=self._context.clock.now(),
            )
        )

    def _assignee(self, opened: OpenedUserTask) -> str | None:
        """Return the person that a task is meant for, if that one holds the post: else nobody could do it."""
        if opened.assignee is None:
            return None
        day = today(self._context.clock)
        select = sa.select(PersonPost.person_id).where(
            PersonPost.person_id == opened.assignee,
            PersonPost.group == opened.candidate_group,
            PersonPost.org_unit == opened.org_unit,
            PersonPost.valid_from <= day,
            sa.or_(PersonPost.valid_to.is_(None), PersonPost.valid_to > day),
        )
        return self._context.session.scalars(select.limit(1)).one_or_none()

    def _definition_id(self, instance: ProcessInstance, definition: Definition) -> str:
        """Return the id of the definition that an element is drawn in: the instance's, or of one that it called."""
        if definition.key == instance.definition_key:
            return instance.definition_id
        select = (
            sa.select(ProcessDefinition.id)
            .where(ProcessDefinition.key == definition.key, ProcessDefinition.digest == definition.digest)
            .order_by(ProcessDefinition.version.desc())
            .limit(1)
        )
        return self._context.session.scalars(select).one()

    def _open_service(self, instance: ProcessInstance, opened: OpenedServiceTask) -> None:
        declared = self._context.runtime.plugins.handlers.get(opened.handler)
        kind = JobKind.EXTERNAL if declared is not None and declared.external else JobKind.HANDLER
        job = self._job(instance, opened, kind, self._context.clock.now())
        job.definition_id = self._definition_id(instance, opened.definition)
        job.handler = opened.handler
        job.inputs = pack(opened.inputs)
        self.enqueue(job)

    def _open_timer(self, instance: ProcessInstance, opened: OpenedTimer) -> None:
        self.enqueue(self._job(instance, opened, JobKind.TIMER, opened.due_at))

    def _job(
        self, instance: ProcessInstance, opened: OpenedServiceTask | OpenedTimer, kind: JobKind, due_at: datetime
    ) -> Job:
        job = Job(
            id=opened.token,
            instance_id=instance.id,
            definition_id=instance.definition_id,
            element_id=opened.element_id,
            name=opened.name,
            kind=kind,
            inputs={},
            county=instance.county,
            state=JobState.WAITING,
            attempt=0,
            spared=0,
            held=self._context.runtime.queue.hold,
            due_at=due_at,
            created_at=self._context.clock.now(),
        )
        self._context.session.add(job)
        return job

    def enqueue(self, job: Job) -> None:
        """Hand the job's next attempt to the queue, in the present transaction; what is fetched needs no ticket."""
        if job.kind != JobKind.EXTERNAL:
            self._context.runtime.queue.enqueue(self._context.session, self.ticket(job))

    def ticket(self, job: Job) -> Ticket:
        """Return the ticket for the job's next attempt."""
        return Ticket(self._lane(job), self._key(job), JobId(job.id), job.attempt, job.due_at)

    def _lane(self, job: Job) -> Lane:
        if self._is_remote(job):
            return Lane.HANDLERS  # also when it is tried again later: a sick department keeps its own lane busy alone
        if self._is_reserved(job):
            return Lane.RESERVED
        return Lane.TIMERS if job.due_at > self._context.clock.now() else Lane.ENGINE

    def _key(self, job: Job) -> str:
        if self._is_remote(job) and job.handler:
            return job.handler.split(".", 1)[0]
        return f"{job.county}/{crc32(job.instance_id.encode()) % STRIPES}"

    def _is_reserved(self, job: Job) -> bool:
        handler: Handler | None = self._context.runtime.plugins.handlers.get(job.handler or "")
        return handler is not None and handler.reserved

    def _is_remote(self, job: Job) -> bool:
        if job.kind != JobKind.HANDLER:
            return False
        handler: Handler | None = self._context.runtime.plugins.handlers.get(job.handler or "")
        return handler is None or not handler.transactional


def _why(moved: Moved, decided: list[Decided]) -> dict[str, Any] | None:
    """Return which rules of its decision hit, for a business rule task; takes the entry out of `decided`."""
    for index, decision in enumerate(decided):
        if decision.element_id == moved.element_id:
            del decided[index]
            hits = [{"rule": hit.rule, "inputs": hit.inputs, "outputs": hit.outputs} for hit in decision.result.hits]
            return {"decision": decision.decision_id, "hits": hits}
    return None


def _size(value: Any) -> int:
    """Return about how many bytes a value takes in the history."""
    if isinstance(value, dict | list):
        return len(orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS))
    return len(value) if isinstance(value, str) else 0
