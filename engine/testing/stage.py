"""One process on a real engine in memory: its clock stands still, its handlers answer as the test has said.

stage = Stage(Path("processes/purchase"))
stage.answers["shop.place_order"] = Answer({"number": "A1"})
stage.start(values={"thing": "chair"})
stage.fill("ask", {"note": "for the hall"})
stage.advance(timedelta(days=1))
assert stage.waiting == ["review"]
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from engine.application import Engine
from engine.bpmn.definition import Definition, Element
from engine.bundle import Bundle, read_bundle
from engine.clock import FixedClock
from engine.db import connect
from engine.errors import FormInvalid
from engine.feel.runtime import Feel
from engine.feel.values import unpack
from engine.plugins.host import PluginHost
from engine.scenarios.rehearsal import BEGINS, Unfulfilled
from engine.schema import create_schema
from engine.tables.instances import ProcessInstance
from engine.tables.jobs import Job
from engine.tables.messages import Subscription
from engine.tables.people import OrgUnit
from engine.tables.tasks import UserTask
from engine.testing.expectations import Expectations
from engine.testing.stand_ins import Called, Reply, StandIns
from engine.types import SYSTEM, Actor, InstanceState, JobKind, JobState, Post, TaskState
from engine.work import Work

UNIT = "1"
"""The unit that the instance belongs to."""
MAX_JOBS = 1_000
"""Jobs of one instance at one moment; more are a loop without end."""


@cache
def _feel() -> Feel:
    return Feel()  # an isolate takes longer to start than most tests run


class Stage(Expectations):
    """A process and at most one instance of it. Refuses a bundle as the deploy gate does.

    It knows what `engine.scenarios.rehearsal.Rehearsal` knows, so the phrases of scenarios can be said to it; beside
    that, forms are checked, jobs are rows, and the history is written.

    Attributes:
        engine: the engine, to be asked for whatever else a test wants to know.
        clock: its clock.
        answers: handler id → what it does; a service task whose handler has no answer waits.
        calls: the handlers' calls, in order.
        variables: those that the instance will start with.

    Raises:
        DeploymentRefused: by the constructor; `findings` says why.
    """

    def __init__(self, bundle: Bundle | Path, *, plugins: PluginHost | None = None, at: datetime = BEGINS) -> None:
        """Deploy the bundle. `plugins`: whose handlers' declarations and form fields hold; else what is drawn does."""
        bundle = read_bundle(bundle) if isinstance(bundle, Path) else bundle
        stand_ins = StandIns()
        host = PluginHost()
        host.handlers = stand_ins.of(bundle, plugins.handlers if plugins else {})
        host.form_fields = dict(plugins.form_fields) if plugins else {}
        host.field_types = host.form_fields if plugins else None
        self.answers: dict[str, Reply] = stand_ins.answers
        self.calls: list[Called] = stand_ins.calls
        self.variables: dict[str, Any] = {}
        self.clock = FixedClock(at)
        database = connect("sqlite://", poolclass=StaticPool)
        create_schema(database)
        self.engine = Engine(database, host, clock=self.clock, feel=_feel())
        with self.engine.begin(SYSTEM) as work:
            work.session.add(OrgUnit(code=UNIT, name=UNIT, kind="unit", path=f"/{UNIT}/"))
            deployment = work.definitions.deploy(bundle, "")
            self._keys = [row.key for row in work.definitions.in_deployment(deployment.id)]
        self._key = self._keys[0]
        self._instance_id = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Throw the database away."""
        self.engine.stop_workers()
        self.engine.database.dispose()

    # what happens

    def choose(self, key: str) -> None:
        """Play this process of the bundle."""
        if key not in self._keys:
            known = "、".join(self._keys)
            raise Unfulfilled(
                f"流程包里没有流程“{key}”，只有 {known}", f"the bundle has no process {key!r}, but {known}"
            )
        self._key = key

    def start(self, at: str = "", values: Mapping[str, Any] | None = None) -> None:
        """Start the instance, at a start event that a message or signal starts if one is named."""
        if self._instance_id:
            raise Unfulfilled("流程已经启动", "the process has been started already")
        variables = {**self.variables, **(values or {})}
        with self.engine.begin(SYSTEM) as work:
            if at:
                waits = Subscription.element_id == at, Subscription.definition_key == self._key
                subscription = work.session.scalars(sa.select(Subscription).where(*waits)).one()
                self._make_unit(work, at, variables)
                instance = work.instances.begin_at(subscription, variables, UNIT)
            else:
                instance = work.instances.start(self._key, variables, business_key=None, org_unit=UNIT)
            self._instance_id = instance.id
        self.run_until_idle()

    def _make_unit(self, work: Work, at: str, variables: Mapping[str, Any]) -> None:
        """Add the unit that a start event reads from its message: on the stage there is but one else."""
        trigger = next(each for each in self.definition.starts if each.element_id == at)
        given = {trigger.variable: variables} if trigger.variable else variables
        code = work.feel.evaluate(trigger.unit, given, self.clock.now()) if trigger.unit else UNIT
        if work.session.get(OrgUnit, str(code)) is None:
            path = f"/{UNIT}/{code}/"
            work.session.add(OrgUnit(code=str(code), name=str(code), kind="unit", parent_code=UNIT, path=path))
            work.session.flush()

    def receive(self, name: str, values: Mapping[str, Any]) -> None:
        """Let a message or a signal come: it starts the process, or is caught where it is waited for."""
        if not self._instance_id:
            trigger = next((each for each in self.definition.starts if each.name == name), None)
            if trigger is None:
                raise Unfulfilled(f"没有由“{name}”启动的开始事件", f"no start event waits for {name!r}")
            return self.start(trigger.element_id, values)
        with self.engine.begin(SYSTEM) as work:
            step = work.instances.step(
                self._instance(work), lambda own: own.send_message(name, values) or own.send_signal(name, values)
            )
            if step is None:
                raise Unfulfilled(f"此时没有等待“{name}”的事件", f"nothing waits for {name!r} now")
        return self.run_until_idle()

    def fill(self, element: str, values: Mapping[str, Any]) -> None:
        """Complete the user task that has waited longest at the element, with what its form takes."""
        with self.engine.begin(SYSTEM, write=False) as work:
            tasks = [each for each in work.tasks.of_instance(self._started) if each.state == TaskState.OPEN]
            task = next((each for each in tasks if each.element_id == element), None)
            if task is None:
                raise self.not_here(element)
            task_id, actor = task.id, _doer(task)
        try:
            with self.engine.begin(actor) as work:
                work.tasks.complete(task_id, dict(values))
        except FormInvalid as invalid:
            said = "；".join(f"{name}: {'，'.join(texts)}" for name, texts in invalid.errors.items())
            raise Unfulfilled(f"表单不接受：{said}", f"the form does not take it: {said}") from invalid
        self.run_until_idle()

    def serve(self, element: str, answer: Reply) -> None:
        """Let the handler of the service task that has waited longest at the element answer, this once."""
        found = next((job for job in self._jobs() if job[2] and job[3] == element), None)
        if found is None:
            raise self.not_here(element)
        job_id, attempt, handler, _ = found
        before = self.answers.get(handler)
        self.answers[handler] = answer
        try:
            self.engine.perform(job_id, attempt)
        finally:
            del self.answers[handler]
            if before is not None:
                self.answers[handler] = before
        self.run_until_idle()

    def advance(self, by: timedelta) -> None:
        """Move the clock; what is due on the way happens at its own time."""
        until = self.clock.now() + by
        while (due := self._next_due()) is not None and due <= until:
            self.clock.set(max(due, self.clock.now()))
            self.run_until_idle()
        self.clock.set(until)

    def run_until_idle(self) -> None:
        """Run what is due: timers, and the handlers that have an answer."""
        for _ in range(MAX_JOBS):
            job = next((each for each in self._jobs() if not each[2] or each[2] in self.answers), None)
            if job is None:
                return
            self.engine.perform(job[0], job[1])
        raise Unfulfilled(f"超过 {MAX_JOBS} 个作业", f"more than {MAX_JOBS} jobs")

    # what is

    @property
    def definition(self) -> Definition:
        """The process that is played."""
        with self.engine.begin(SYSTEM, write=False) as work:
            return work.definitions.current(self._key)

    def elements(self) -> list[Mapping[str, Element]]:
        """Return the elements of the process that is played, then those of the other processes of the bundle."""
        keys = [self._key, *(key for key in self._keys if key != self._key)]
        with self.engine.begin(SYSTEM, write=False) as work:
            return [work.definitions.current(key).elements for key in keys]

    @property
    def waiting(self) -> list[str]:
        """The elements where the instance's tokens are, in alphabetical order; none once it has ended."""
        with self.engine.begin(SYSTEM, write=False) as work:
            instance = self._instance(work)
            if instance.state != InstanceState.ACTIVE:
                return []
            return sorted({element for element, _ in work.instances.execution(instance).tokens()})

    @property
    def data(self) -> dict[str, Any]:
        """The instance's variables."""
        with self.engine.begin(SYSTEM, write=False) as work:
            return work.instances.execution(self._instance(work)).variables

    @property
    def history(self) -> list[tuple[str, str | None]]:
        """(event, element id) of the instance's history, oldest first."""
        with self.engine.begin(SYSTEM, write=False) as work:
            return [(row.event, row.element_id) for row in work.history.of(self._started)]

    @property
    def ended(self) -> str | None:
        """The end event that the instance ended at, None as long as it has not, or when it ended otherwise."""
        with self.engine.begin(SYSTEM, write=False) as work:
            instance = self._instance(work)
            return instance.end_event if instance.state == InstanceState.COMPLETED else None

    @property
    def failures(self) -> list[str]:
        """The codes of errors of the diagram that nobody caught."""
        with self.engine.begin(SYSTEM, write=False) as work:
            failed = [row for row in work.history.of(self._started) if row.event == "instance.failed"]
            return [unpack(row.detail).get("error", "") for row in failed]

    def feel(self, text: str) -> Any:
        """Return the value of a FEEL text over the variables; may raise FeelError."""
        known = self.data if self._instance_id else self.variables
        return self.engine.runtime.feel.evaluate(text, known, self.clock.now())

    # inside

    @property
    def _started(self) -> str:
        if not self._instance_id:
            raise Unfulfilled("流程还没有启动", "the process has not been started")
        return self._instance_id

    def _instance(self, work: Work) -> ProcessInstance:
        return work.instances.get(self._started)

    def _waiting_jobs(self) -> sa.Select[Any]:
        waits = Job.state == JobState.WAITING, Job.kind != JobKind.EXTERNAL
        return sa.select(Job).where(*waits).order_by(Job.due_at, Job.created_at, Job.id)

    def _jobs(self) -> list[tuple[Any, int, str, str]]:
        """Return id, attempt, handler ("" for a timer) and element of the jobs that are due, oldest first."""
        with self.engine.begin(SYSTEM, write=False) as work:
            due = work.session.scalars(self._waiting_jobs().where(Job.due_at <= self.clock.now()))
            return [(job.id, job.attempt, job.handler or "", job.element_id) for job in due]

    def _next_due(self) -> datetime | None:
        """Return when the next job is due that would run by itself."""
        with self.engine.begin(SYSTEM, write=False) as work:
            jobs = work.session.scalars(self._waiting_jobs())
            return next((job.due_at for job in jobs if not job.handler or job.handler in self.answers), None)


def _doer(task: UserTask) -> Actor:
    """Return somebody who may do the task."""
    return Actor("somebody", task.candidate_group, posts=(Post(task.candidate_group, task.org_unit, f"/{UNIT}/"),))
