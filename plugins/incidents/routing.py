"""Who deals with an incident: the facts of D4, and taking its answer, never against I10 and I11."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import sqlalchemy as sa

from engine.core_api import HandlerContext, OrgUnit, pack, today
from plugins.incidents import referrals
from plugins.incidents.items import take_item, versions_of
from plugins.incidents.lifecycle import ENDED_INCIDENT, IncidentState, move_incident
from plugins.incidents.reporting import URGENCIES
from plugins.incidents.schemas import refusal
from plugins.incidents.tables import Incident, IncidentCorrection
from plugins.workforce.api import AssignedWorker, Obstacle, may_self_handle, worker_of_person, workers_of

MODES: Final = (
    "EMERGENCY",
    "STATUTORY_CHANNEL",
    "NOT_ACCEPT",
    "DUPLICATE",
    "MANUAL_TRIAGE",
    "REFER",
    "SELF_HANDLE",
)
SELF_HANDLING_DAYS: Final = 3
"""Working days that a worker has (SPEC 2.4, assumed)."""
DONE: Final = frozenset({"solved", "explained"})
CODE: Final = "MUST_REFER"


def facts(
    context: HandlerContext, incident_no: str, item: str | None, duplicate_of: str | None, self_failed: bool | None
) -> dict[str, Any]:
    """Return the facts of D4, and keep which version of the item decided, and whether it must be referred (R41)."""
    session, day = context.session, today(context.clock)
    incident = referrals.of_case(context, incident_no)
    version, in_force = take_item(session, incident, item or incident.item, day)
    worker = _worker(context, incident, day)
    ordered = incident.ordered_department is not None
    code = incident.ordered_department or (version.item.department if version else None)
    department = session.get(OrgUnit, code) if code else None
    allowed = may_self_handle(session, worker.worker_id, incident.item, day) if worker and incident.item else None
    return {
        "danger": incident.danger or incident.urgency == "emergency",
        "statutory": incident.statutory,
        "unacceptable": incident.unacceptable,
        "duplicate": bool(duplicate_of) and _is_open(context, incident, str(duplicate_of)),
        "item_known": version is not None,
        "item_in_force": in_force,
        "requires_enforcement_qualification": version is not None and version.item.requires_enforcement_qualification,
        "requires_professional_skill": version is not None and version.item.requires_professional_skill,
        "self_failed": bool(self_failed),
        "ordered": ordered,
        "untrained": allowed is not None and not allowed.allowed,
        "item": incident.item,
        "item_name": version.item.name_zh if version else None,
        "department": department.code if department else None,
        "department_name": department.name if department else None,
        "worker": worker.person_id if worker else None,
        "worker_name": worker.name if worker else None,
        "self_handling_days": SELF_HANDLING_DAYS,
    }


def _worker(context: HandlerContext, incident: Incident, day: date) -> AssignedWorker | None:
    serving = workers_of(context.session, incident.grid, day) if incident.grid else []
    return next((each for each in serving if each.is_primary), serving[0] if serving else None)


def _is_open(context: HandlerContext, incident: Incident, other_no: str) -> bool:
    other = context.session.get(Incident, other_no)
    return other is not None and other.county == incident.county and other.state not in ENDED_INCIDENT


def route(
    context: HandlerContext,
    incident_no: str,
    mode: str,
    explanation_zh: str | None,
    explanation_en: str | None,
    department: str | None,
) -> dict[str, Any]:
    """Take D4's answer, or the platform's.

    Raises:
        BusinessError: MUST_REFER: it would leave with a worker or a township what needs skill or enforcement power
            (I10), or an item that is not in force (I11).
    """
    incident = referrals.of_case(context, incident_no)
    state = _state(incident, mode, department)
    if state is IncidentState.SELF_HANDLING:
        _require_self_handling(context, incident)
    incident.routing = {"mode": mode, "zh": explanation_zh or "", "en": explanation_en or "", "department": department}
    move_incident(incident, state)
    return {"state": incident.state}


def _state(incident: Incident, mode: str, department: str | None) -> IncidentState:
    if mode in ("EMERGENCY", "REFER") and department:
        return IncidentState.REFERRING
    if mode in ("SELF_HANDLE", "REFER"):  # referred to the township itself: it handles in the worker's place
        return IncidentState.SELF_HANDLING
    return IncidentState(incident.state) if mode == "DUPLICATE" else IncidentState.TRIAGE


def _require_self_handling(context: HandlerContext, incident: Incident) -> None:
    _, in_force = take_item(context.session, incident, incident.item, today(context.clock))
    if incident.must_refer:
        zh = "须专业能力或者执法资格的事项只能上报，由职能部门依法处理"
        raise refusal(
            CODE, zh, "What needs skill or enforcement power is reported, and handled by its department", "", "I10"
        )
    if not in_force:
        zh = "清单以外或者未生效的事项不得派给网格员"
        raise refusal(CODE, zh, "What is not in force in the catalogue is no task for a worker", "", "I11")


def _require_training(context: HandlerContext, incident: Incident) -> None:
    """Refuse what a worker handled alone who may not without training: the task may have been handed over (R50)."""
    session, done = context.session, context.completions("self_handle")
    worker = worker_of_person(session, done[-1].actor_id) if done else None
    if worker is None or incident.item is None:
        return
    answer = may_self_handle(session, worker, incident.item, today(context.clock))
    if not answer.allowed and answer.obstacle is Obstacle.NOT_TRAINED:
        zh = f"网格员{done[-1].actor_name}未经该事项的专题培训，由受过培训的人员处置"
        raise refusal(CODE, zh, "Who has not been trained for the item does not handle it", "", "R50")


def correct(
    context: HandlerContext, incident_no: str, item: str | None, urgency: str | None, reason: str | None
) -> dict[str, Any]:
    """Correct item or urgency, with the reason. An item of another county, or none, changes nothing."""
    session = context.session
    incident = referrals.of_case(context, incident_no)
    changes: dict[str, Any] = {}
    if item and item != incident.item and versions_of(session, incident.county, item):
        changes["item"] = {"before": incident.item, "after": item}
        take_item(session, incident, item, today(context.clock))
    if urgency in URGENCIES and urgency != incident.urgency:
        changes["urgency"] = {"before": incident.urgency, "after": urgency}
        incident.urgency = urgency
    if changes:
        select = sa.select(sa.func.count()).where(IncidentCorrection.incident_no == incident_no)
        number = (session.scalar(select) or 0) + 1
        at = context.clock.now()
        session.add(
            IncidentCorrection(incident_no=incident_no, number=number, at=at, changes=changes, reason=reason or "")
        )
    return {"urgency": incident.urgency, "item": incident.item}


def record_self_handling(context: HandlerContext, incident_no: str, handling: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what a worker, or the township in the worker's place, did.

    Raises:
        BusinessError: MUST_REFER: it needs skill or enforcement power after all (I10), asked again as it ends; or the
            worker to whom it was handed over may not handle it without training (R50).
    """
    incident = referrals.of_case(context, incident_no)
    if handling.get("result") in DONE:
        _require_self_handling(context, incident)
        _require_training(context, incident)
        incident.self_handled_at = context.clock.now()
        move_incident(incident, IncidentState.SURVEYED)
    incident.self_handling = pack(dict(handling))
    return {}
