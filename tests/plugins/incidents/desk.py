"""A desk with one incident on it: handlers are called as their process would, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from engine.application import Engine
from engine.bundle import Bundle
from engine.clock import FixedClock
from engine.core_api import HandlerContext, ProcessInstance, new_id
from engine.tables.people import OrgUnit
from engine.tables.tasks import UserTask
from engine.types import SYSTEM, JobId, TaskState
from plugins.incidents import handlers_clock, handlers_closing, handlers_dispute, handlers_intake, handlers_referral
from plugins.incidents.tables import Incident
from plugins.incidents.tables_referral import DeadlineClock, Referral
from tests.engine.bpmn.drawing import draw, props, user
from tests.plugins.serving import path

Row = TypeVar("Row")
HANDLERS = {
    each.id.partition(".")[2]: each
    for module in (handlers_intake, handlers_referral, handlers_dispute, handlers_clock, handlers_closing)
    for each in module.HANDLERS
}
NO = "SJ-431103-20261201-00001"
FIRST = f"{NO}-1"
UMB, EMB, MSB, CITY = "431103-UMB", "431103-EMB", "431103-MSB", "431100-WTR"
COUNTY, TOWNSHIP, OTHER_TOWNSHIP = "431103", "431103001", "431103102"
OFFICE, OFFICE_ELSEWHERE = f"{TOWNSHIP}-LET", f"{OTHER_TOWNSHIP}-LET"
WEEK = {"sign": {"amount": 1, "unit": "working_days"}, "handle": {"amount": 5, "unit": "working_days"}}
URGENT = {"sign": {"amount": 2, "unit": "working_hours"}, "handle": {"amount": 1, "unit": "working_days"}}
EMERGENCY = {"sign": {"amount": 30, "unit": "natural_minutes"}, "handle": {"amount": 6, "unit": "natural_hours"}}
RETURN = {"reason_code": "not_our_duty", "legal_reference": "《条例》第三条", "suggested_department": EMB}
RULING = {"lead": EMB, "assists": [], "reasons": "职责法定", "basis": "《规定》第四条"}
SUSPENSION = {"kind": "seasonal", "interim_measures": "设置围挡"}
HANDLING = {"result": "solved", "measures": "已修复", "reply": "已修复，感谢反映"}


@dataclass
class Desk:
    engine: Engine
    clock: FixedClock
    instance_id: str
    offered: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def context(self, *, write: bool = True) -> Iterator[HandlerContext]:
        with self.engine.begin(SYSTEM, write=write) as work:
            instance = work.instances.get(self.instance_id)
            yield HandlerContext(
                session=work.session,
                clock=work.clock,
                feel=work.feel,
                job_id=JobId(new_id()),
                attempt=1,
                idempotency_key="k",
                instance_id=instance.id,  # type: ignore[arg-type]
                business_key=NO,
                org_unit=instance.org_unit,
                county=COUNTY,
                definition=work.definitions.of(instance.definition_id),
                history=work.history,
                deliveries=work.deliveries,
                tasks=work.case_tasks(instance),
                offers=work.offers,
            )

    def call(self, name: str, **inputs: Any) -> dict[str, Any]:
        """Call a handler with JSON, as a job does; what it raises undoes what it wrote."""
        handler = HANDLERS[name]
        with self.context() as context:
            given = handler.load_inputs({"incident_no": NO, **inputs})
            return handler.dump_outputs(handler.call(context, given))

    def on(self, referral: str, name: str, **inputs: Any) -> dict[str, Any]:
        return self.call(name, referral_no=referral, **inputs)

    def dispatch(self, lead: str = UMB, limits: Mapping[str, Any] = WEEK, **own: Any) -> dict[str, Any]:
        return self.call("dispatch", lead=lead, limits=limits, **own)

    def complete(self, referral: str = FIRST) -> dict[str, Any]:
        return self.on(referral, "complete_handling", handling=HANDLING)

    def verify(self, verdict: str, referral: str = FIRST, by: str = "张网格") -> dict[str, Any]:
        self.did("verify", by, TOWNSHIP)
        return self.on(referral, "verify", verdict=verdict, verification={"on_site": True})

    def did(self, element: str, person: str, unit: str) -> None:
        """Somebody completes a user task of the case in a unit."""
        with self.engine.begin(SYSTEM) as work:
            instance = work.instances.get(self.instance_id)
            task = self._task(instance, element, unit)
            task.state, task.completed_by, task.completed_at = TaskState.COMPLETED, person, self.clock.now()
            work.session.add(task)
            by = work.by(type(SYSTEM)(person, person))
            by.history.write(instance, "task.completed", element_id=element, element_name=element, token_id=task.id)

    def waits(self, element: str, unit: str, due: Any) -> str:
        """A user task of the case waits in a unit; return its id."""
        with self.engine.begin(SYSTEM) as work:
            task = self._task(work.instances.get(self.instance_id), element, unit)
            task.due_at = due
            work.session.add(task)
            return task.id

    def _task(self, instance: ProcessInstance, element: str, unit: str) -> UserTask:
        return UserTask(
            id=new_id(),
            instance_id=instance.id,
            definition_id=instance.definition_id,
            element_id=element,
            name=element,
            candidate_group="department_staff",
            org_unit=unit,
            state=TaskState.OPEN,
            created_at=self.clock.now(),
        )

    def due_of(self, task: str) -> Any:
        return self._read(UserTask, task).due_at

    def incident(self) -> Incident:
        return self._read(Incident, NO)

    def referral(self, no: str = FIRST) -> Referral:
        return self._read(Referral, no)

    def clock_of(self, no: str = FIRST, round_: int = 0) -> DeadlineClock:
        return self._read(DeadlineClock, (no, round_))

    def _read(self, table: type[Row], key: Any) -> Row:
        with self.engine.begin(SYSTEM, write=False) as work:
            row = work.session.get_one(table, key)
            work.session.expunge_all()
            return row

    def rows(self, table: type[Row]) -> list[Row]:
        with self.engine.begin(SYSTEM, write=False) as work:
            rows = list(work.session.scalars(sa.select(table)))
            work.session.expunge_all()
            return rows

    def put(self, **columns: Any) -> None:
        """Change the incident behind its handlers' backs."""
        with self.engine.begin(SYSTEM) as work:
            work.session.execute(sa.update(Incident).where(Incident.no == NO).values(**columns))

    def later(self, **time: float) -> None:
        self.clock.advance(timedelta(**time))


def diagram() -> Bundle:
    content = draw(user("wait"), flows="s>wait wait>e", lane=props(group="agency_clerk", unit=f'"{COUNTY}"')).decode()
    content = content.replace('<bpmn:process id="p"', '<bpmn:process id="incident-referral"')
    return Bundle("incident_referral", {"incident_referral.bpmn": content.encode()})


def furnish(engine: Engine, clock: FixedClock) -> Desk:
    """Put an incident that waits to be dispatched on a desk."""
    with engine.begin(SYSTEM) as work:
        for code, parent in ((MSB, COUNTY), (CITY, "431100")):
            unit = OrgUnit(code=code, parent_code=parent, name=code, kind="department", path=f"{path(parent)}{code}/")
            work.session.add(unit)
        for code in (OTHER_TOWNSHIP, OFFICE, OFFICE_ELSEWHERE):
            township, _, office = code.partition("-")
            place = f"{path(COUNTY)}{township}/" + (f"{code}/" if office else "")
            kind, parent = ("office", township) if office else ("township", COUNTY)
            work.session.add(OrgUnit(code=code, parent_code=parent, name=code, kind=kind, path=place))
            work.session.flush()
        work.definitions.deploy(diagram(), "试用")
    with engine.begin(SYSTEM) as work:
        instance = work.instances.start("incident-referral", {}, business_key=NO, org_unit=TOWNSHIP)
        work.session.add(
            Incident(
                no=NO,
                county=COUNTY,
                township=TOWNSHIP,
                channel="worker",
                occurred_at=clock.now(),
                reported_at=clock.now(),
                item="431103-UMB-005",
                title="井盖破损",
                description="梅湾路口",
                place="梅湾路12号",
                urgency="normal",
                sensitive=False,
                state="referring",
                process_instance_id=instance.id,
            )
        )
        return Desk(engine, clock, instance.id)
