"""What an operator does to an instance: edit its variables, retry, skip, move a token, cancel. Each can be foreseen.

A change is planned first. A plan says what it would lead to, and is carried out with a reason, which the history keeps.

planned = work.repair.move(instance_id, "review", "ask")
planned.preview()
planned.apply("sent to the wrong office")
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import sqlalchemy as sa
from marshmallow import ValidationError

from engine.access import OPERATOR
from engine.bpmn.repairing import Repairing, Waiting
from engine.bpmn.step import Step
from engine.context import Context
from engine.errors import Forbidden, InstanceEnded, NotFound, RepairRefused, VariableInvalid
from engine.feel.values import pack
from engine.forms import validate
from engine.services.definitions import Definitions
from engine.services.history import History
from engine.services.instances import Instances
from engine.services.jobs import Jobs
from engine.services.locking import lock_instance
from engine.services.preview import Act, Planned, changed, check_variable
from engine.services.tasks import Tasks
from engine.tables.instances import ProcessInstance
from engine.tables.jobs import Job
from engine.tables.tasks import UserTask
from engine.types import ActorKind, InstanceState, JobState, TaskState, TokenId, Variables


class Repair:
    """Repairs of instances, seen from one transaction, by an operator or the system."""

    def __init__(
        self, context: Context, definitions: Definitions, instances: Instances, jobs: Jobs, tasks: Tasks
    ) -> None:
        self._context = context
        self._definitions = definitions
        self._instances = instances
        self._jobs = jobs
        self._tasks = tasks
        self._history = History(context)

    def waiting(self, instance_id: str) -> list[Waiting]:
        """Return what an instance waits for. Raises Forbidden, NotFound, InstanceEnded."""
        return Repairing.of(self._instances.execution(self._find(instance_id))).waiting()

    def variables(self, instance_id: str) -> Variables:
        """Return the variables of an instance. Raises Forbidden, NotFound, InstanceEnded."""
        return self._instances.execution(self._find(instance_id)).variables

    def edit(self, instance_id: str, values: Mapping[str, Any], removed: Collection[str] = ()) -> Planned:
        """Plan to give variables other values and to take some away.

        What waits is evaluated anew: the forms of open tasks show the new values, jobs get new inputs, a dead one's
        too. Due times stay.

        Raises:
            VariableInvalid: a value that is no value of FEEL, a name that cannot be one, or nothing to take away.
        """
        instance = self._find(instance_id)
        before = self._instances.execution(instance).variables
        for name, value in values.items():
            check_variable(name, value)
        for name in removed:
            if name not in before:
                raise VariableInvalid(f"没有变量“{name}”。", name=name)

        def act(hands: Repairing) -> Step:
            step = hands.edit(values, removed)
            hands.standing()  # what waits must still make sense
            return step

        def apply(reason: str) -> None:
            after = {name: value for name, value in {**before, **values}.items() if name not in removed}
            changes = {
                name: {"before": was, "after": becomes} for name, (was, becomes) in changed(before, after).items()
            }
            self._history.write(instance, "variables.edited", detail={"reason": reason}, changes=changes)
            self._instances.step(instance, lambda execution: act(Repairing.of(execution)))
            self._context.session.flush()
            self._refresh(instance)

        return self._planned(instance, act, apply)

    def retry(self, job_id: str) -> Planned:
        """Plan another attempt at a dead job. Raises NotFound for one that is not dead."""
        job = self._context.session.get(Job, job_id)
        if job is None or job.state != JobState.DEAD:
            raise NotFound(job_id=job_id)
        instance = self._find(job.instance_id)
        return self._planned(instance, lambda _: Step(), lambda reason: self._jobs.revive(job_id, reason))

    def skip(self, instance_id: str, place: str, outputs: Mapping[str, Any]) -> Planned:
        """Plan to let a user or service task be done with these outputs, without the person or the handler.

        Args:
            instance_id: the instance.
            place: a token's id, or the id of the element when one token waits there.
            outputs: what the form or the handler would have given; checked as theirs.

        Raises:
            FormInvalid, RepairRefused: the outputs do not fit, or it is no such task.
        """
        instance = self._find(instance_id)
        waiting = self._at(instance, place)
        if waiting.kind not in {"task", "job"}:
            raise RepairRefused("只有用户任务和服务任务可以跳过。", element_id=waiting.element_id)
        given = self._task_values(waiting, outputs) if waiting.kind == "task" else self._job_values(waiting, outputs)

        def apply(reason: str) -> None:
            self._close(waiting.token)
            self._note(instance, "step.skipped", waiting, {"reason": reason, "outputs": given})
            self._instances.step(instance, lambda execution: Repairing.of(execution).skip(waiting.token, given))

        return self._planned(instance, lambda hands: hands.skip(waiting.token, given), apply)

    def move(self, instance_id: str, place: str, element_id: str) -> Planned:
        """Plan to take a waiting token away and to begin at another element of the same scope.

        Args:
            instance_id: the instance.
            place: a token's id, or the id of the element when one token waits there.
            element_id: where to begin.
        """
        instance = self._find(instance_id)
        waiting = self._at(instance, place)

        def apply(reason: str) -> None:
            self._note(
                instance, "token.moved", waiting, {"reason": reason, "from": waiting.element_id, "to": element_id}
            )
            self._instances.step(instance, lambda execution: Repairing.of(execution).move(waiting.token, element_id))

        return self._planned(instance, lambda hands: hands.move(waiting.token, element_id), apply)

    def cancel(self, instance_id: str) -> Planned:
        """Plan to cancel an instance, with all that waits in it."""
        instance = self._find(instance_id)

        def apply(reason: str) -> None:
            self._instances.cancel(instance_id, reason)

        return self._planned(instance, lambda hands: hands.cancel(), apply, InstanceState.CANCELLED)

    def _planned(
        self,
        instance: ProcessInstance,
        act: Act,
        apply: Callable[[str], object],
        ends: InstanceState = InstanceState.COMPLETED,
    ) -> Planned:
        return Planned(lambda: self._instances.execution(instance), act, apply, ends)

    def _find(self, instance_id: str) -> ProcessInstance:
        actor = self._context.actor
        if actor.kind is not ActorKind.SYSTEM and not actor.holds(OPERATOR):
            raise Forbidden(group=OPERATOR)
        lock_instance(self._context.session, instance_id)
        instance = self._instances.get(instance_id)
        if instance.state != InstanceState.ACTIVE:
            raise InstanceEnded(instance_id=instance.id)
        return instance

    def _at(self, instance: ProcessInstance, place: str) -> Waiting:
        found = [
            waiting
            for waiting in Repairing.of(self._instances.execution(instance)).waiting()
            if place in {waiting.token, waiting.element_id}
        ]
        if not found:
            raise RepairRefused(f"“{place}”处没有等待中的令牌。", place=place)
        if len(found) > 1:
            raise RepairRefused(f"“{place}”处有多个等待中的令牌，请用令牌编号指明。", place=place)
        return found[0]

    def _task_values(self, waiting: Waiting, outputs: Mapping[str, Any]) -> Variables:
        task = self._context.session.get_one(UserTask, waiting.token)
        if task.form is None:
            for name, value in outputs.items():
                check_variable(name, value)
            return dict(outputs)
        form = self._definitions.of(task.definition_id).forms[task.form]
        return validate(form, outputs, self._tasks.form_context(task), self._context.runtime.plugins.form_fields)

    def _job_values(self, waiting: Waiting, outputs: Mapping[str, Any]) -> Variables:
        job = self._context.session.get_one(Job, waiting.token)
        handler = self._context.runtime.plugins.handlers.get(job.handler or "")
        try:
            if handler is not None:
                return handler.dump_outputs(outputs)
        except ValidationError as error:
            raise RepairRefused(f"输出不符合处理程序的声明：{error.messages}") from error
        for name, value in outputs.items():
            check_variable(name, value)
        return dict(outputs)

    def _close(self, token: TokenId) -> None:
        """Cancel the row of what is skipped: nobody has done it."""
        session, now = self._context.session, self._context.clock.now()
        session.execute(
            sa.update(UserTask).where(UserTask.id == token).values(state=TaskState.CANCELLED, completed_at=now)
        )
        session.execute(sa.update(Job).where(Job.id == token).values(state=JobState.CANCELLED, ended_at=now))

    def _refresh(self, instance: ProcessInstance) -> None:
        standing = Repairing.of(self._instances.execution(instance)).standing()
        for opened in standing.user_tasks:
            self._context.session.get_one(UserTask, opened.token).data = pack(opened.variables)
        for service in standing.service_tasks:
            self._context.session.get_one(Job, service.token).inputs = pack(service.inputs)

    def _note(self, instance: ProcessInstance, event: str, waiting: Waiting, detail: Mapping[str, Any]) -> None:
        self._history.write(
            instance,
            event,
            element_id=waiting.element_id,
            element_name=waiting.name,
            token_id=waiting.token,
            detail=detail,
        )
