"""A county in which incidents are dealt with: the processes as they come, on the engine, with the real handlers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.application import Engine
from engine.bundle import read_bundle
from engine.clock import FixedClock
from engine.core_api import OrgUnit, Person, PersonPost
from engine.plugins.host import PluginHost
from engine.tables.jobs import Job
from engine.tables.tasks import UserTask
from engine.testing import drain
from engine.types import SYSTEM, Actor, JobState, Post, TaskState
from plugins.catalogue.register import enact
from plugins.demo.picture import Photo
from plugins.incidents import api
from plugins.incidents.api import AnswerKind, IncidentLine, Report, RequestKind
from plugins.incidents.handled import Handled, handled
from plugins.incidents.tables_referral import Referral
from plugins.workforce.tables import GridWorker, TrainingPolicy
from tests.plugins.grid_registry.conftest import settle
from tests.plugins.grid_registry.town import Town
from tests.plugins.incidents.desk import EMB, UMB
from tests.plugins.workforce.office import C1, COVER, ITEMS, NOISE, TOWNSHIP, Office

FOLDER = Path(__file__).parents[3] / "processes" / "incident_referral"
HANDLED = {
    "measures": "更换了井盖",
    "legal_action": "none",
    "result": "solved",
    "result_date": "2026-12-01",
    "reply": "已更换井盖",
}
RETURN = {
    "action": "request_return",
    "reason_code": "not_our_duty",
    "legal_reference": "《条例》第三条",
    "suggested_department": EMB,
    "evidence": "不属于本单位职责",
    "site_visit": False,
}


def furnish(database: sa.Engine, clock: FixedClock, plugins: PluginHost) -> None:
    """Put grids, a worker, departments, the catalogue and the processes into an empty database."""
    town = settle(Town(database, clock))
    engine = Engine(database, plugins, clock=clock)
    with engine.begin(SYSTEM) as work:
        for code in (UMB, EMB):
            unit = OrgUnit(
                code=code, parent_code="431103", name=code, kind="department", path=f"/431100/431103/{code}/"
            )
            work.session.add(unit)
        work.session.add(Person(id="p1", login="p1", name="何小满", password_hash="-"))
        work.session.flush()
        post = PersonPost(id="gw", person_id="p1", group="grid_worker", org_unit=TOWNSHIP, valid_from=date(2026, 1, 1))
        work.session.add(post)
        work.session.add(TrainingPolicy(county="431103", untrained="warn"))
        enact(work.session, work.clock, work.actor, ITEMS)
        work.definitions.deploy(read_bundle(FOLDER), "试用")
    office = Office(engine, clock, town)
    worker = office.engage()
    office.assign(worker, C1)
    with engine.begin(SYSTEM) as work:
        work.session.get_one(GridWorker, worker).person_id = "p1"


@dataclass
class Stage:
    engine: Engine
    clock: FixedClock
    no: str = ""
    instance_id: str = ""

    def report(self, item: str | None = COVER.code, **own: Any) -> None:
        """An incident is reported, and the township says in which grid."""
        given = Report("井盖破损", "井盖缺损", "梅湾路", "431103", township=TOWNSHIP, item=item, **own)
        with self.engine.begin(SYSTEM) as work:
            reported = api.report(work, given)
        self.no, self.instance_id = reported.no, reported.instance_id
        self.act("place", decision="located", grid=C1)

    def report_noise(self) -> None:
        self.report(NOISE.code)

    def open(self) -> list[UserTask]:
        drain(self.engine)
        with self.engine.begin(SYSTEM, write=False) as work:
            dead = work.session.scalars(sa.select(Job).where(Job.state == JobState.DEAD)).all()
            assert [(job.element_id, job.last_error) for job in dead] == []
            select = sa.select(UserTask).where(UserTask.state == TaskState.OPEN)
            tasks = list(work.session.scalars(select.order_by(UserTask.created_at, UserTask.id)))
            work.session.expunge_all()
            return tasks

    @property
    def waiting(self) -> list[str]:
        """Element and unit of what waits for people."""
        return [f"{task.element_id}@{task.org_unit}" for task in self.open()]

    def done(self) -> list[Handled]:
        """What whoever does a task about the incident is shown of what departments did."""
        with self.engine.begin(SYSTEM, write=False) as work:
            found = handled(work.session, self.no)
            work.session.expunge_all()
            return found

    def act(self, element: str, *, by: str = "某人", **values: Any) -> None:
        """Somebody who may completes the oldest open task of an element."""
        self._complete(element, lambda task: True, by, values)

    def at(self, unit: str, element: str, *, by: str = "某人", **values: Any) -> None:
        """As `act`, for the task of the present case that waits in a unit."""
        self._complete(element, lambda task: (task.org_unit, task.instance_id) == (unit, self.instance_id), by, values)

    def _complete(self, element: str, chosen: Callable[[UserTask], bool], by: str, values: dict[str, Any]) -> None:
        tasks = self.open()
        task = next((each for each in tasks if each.element_id == element and chosen(each)), None)
        assert task is not None, f"{element} does not wait, but {[each.element_id for each in tasks]}"
        with self.engine.begin(SYSTEM, write=False) as work:
            path = work.session.get_one(OrgUnit, task.org_unit).path
        actor = Actor(by, by, posts=(Post(task.candidate_group, task.org_unit, path),))
        with self.engine.begin(actor) as work:
            taken = {name: value.kept(work, task.id) for name, value in values.items() if isinstance(value, Photo)}
            work.tasks.complete(task.id, values | taken)
        drain(self.engine)

    def referred(self) -> None:
        """Report, and let the department sign."""
        self.report()
        self.act("sign", action="sign")

    def handled(self) -> None:
        """Report, sign and handle."""
        self.referred()
        self.act("handle", by="李办理", **HANDLED)

    def verified(self) -> None:
        """Report, sign, handle and verify."""
        self.handled()
        self.act("verify", by="p1", verdict="pass", on_site=True)

    def ask(self, message: RequestKind, /, **values: Any) -> None:
        actor = Actor("李办理", "李办理", posts=(Post("department_staff", UMB, f"/431100/431103/{UMB}/"),))
        with self.engine.begin(actor) as work:
            api.ask(work, f"{self.no}-1", message, values)
        drain(self.engine)

    def answer(self, kind: AnswerKind, **values: Any) -> None:
        with self.engine.begin(Actor("反映人", "反映人")) as work:
            api.answer(work, self.no, kind, values)
        drain(self.engine)

    def later(self, **time: float) -> None:
        """Time passes, a day at a time: timers fire when they are due, and look at the clock again."""
        end = self.clock.now() + timedelta(**time)
        while self.clock.now() < end:
            self.clock.advance(min(timedelta(days=1), end - self.clock.now()))
            drain(self.engine)

    @property
    def incident(self) -> IncidentLine:
        with self.engine.begin(SYSTEM, write=False) as work:
            return api.incident_of(work, self.no)

    @property
    def referrals(self) -> list[str]:
        """Unit and state of each referral."""
        with self.engine.begin(SYSTEM, write=False) as work:
            select = sa.select(Referral).where(Referral.incident_no == self.no).order_by(Referral.number)
            return [f"{each.unit} {each.state}" for each in work.session.scalars(select)]

    def course(self) -> api.Course:
        with self.engine.begin(SYSTEM, write=False) as work:
            course = api.course_of(work, self.no)
            work.session.expunge_all()
            return course

    @property
    def ended(self) -> str:
        """State of the case."""
        with self.engine.begin(SYSTEM, write=False) as work:
            return str(work.instances.get(self.instance_id).state)
