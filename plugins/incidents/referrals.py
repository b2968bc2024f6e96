"""Referrals: finding those of a case, signing for one, completing it, ending it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import GuardRefused, HandlerContext, NotFound, OrgUnit, Wording, pack
from plugins.incidents import choices, ladder
from plugins.incidents import clock as clocks
from plugins.incidents.lifecycle import (
    IncidentState,
    ReferralState,
    move_incident,
    move_referral,
)
from plugins.incidents.tables import Incident
from plugins.incidents.tables_referral import DeadlineClock, Referral
from plugins.incidents.time_limits import Reckoning

AT_WORK = (ReferralState.DISPATCHED, ReferralState.DESIGNATED, ReferralState.REWORK, ReferralState.SIGNED)
"""States from which a department goes on to handle, without saying so."""
SUPERVISED: Final = 2
"""From how many reworks on a referral is supervised, at once (D7 row 6)."""


def of_case(context: HandlerContext, incident_no: str) -> Incident:
    """Return the incident that a handler works for.

    Raises:
        NotFound: no such incident.
        GuardRefused: it is another case's.
    """
    incident = context.session.get(Incident, incident_no)
    if incident is None:
        raise NotFound(incident_no=incident_no)
    if incident.process_instance_id != context.instance_id:
        raise GuardRefused(f"事件 {incident_no} 不由本流程办理。", incident_no=incident_no)
    return incident


def of_incident(context: HandlerContext, incident_no: str, referral_no: str) -> tuple[Incident, Referral]:
    """Return the incident of the case and one of its referrals; raise as `of_case` does."""
    incident = of_case(context, incident_no)
    referral = context.session.get(Referral, referral_no)
    if referral is None or referral.incident_no != incident_no:
        raise NotFound(referral_no=referral_no)
    return incident, referral


def all_of(session: Session, incident_no: str) -> Sequence[Referral]:
    """Return the referrals of an incident, in order."""
    select = sa.select(Referral).where(Referral.incident_no == incident_no).order_by(Referral.number)
    return session.scalars(select).all()


def live(session: Session, incident_no: str) -> list[Referral]:
    """Return the referrals of an incident that have not ended, in order."""
    return [referral for referral in all_of(session, incident_no) if referral.ended_at is None]


def lead_of(session: Session, incident_no: str) -> Referral | None:
    """Return the lead referral of an incident that has not ended, of which there is one at most (I12)."""
    return next((each for each in live(session, incident_no) if each.role == "lead"), None)


def sign(context: HandlerContext, incident_no: str, referral_no: str, *, automatic: bool) -> Mapping[str, Any]:
    """Sign for a referral, or note that the system did because nobody had in time."""
    incident, referral = of_incident(context, incident_no, referral_no)
    signed_at = take(context, incident, referral, automatic=automatic)
    return {"signed_at": clocks.iso(signed_at), **clocks.outputs(clocks.current(context.session, referral))}


def take(context: HandlerContext, incident: Incident, referral: Referral, *, automatic: bool = False) -> datetime:
    """Take a referral to the state of having been signed for; return when it was: the first signature counts."""
    move_referral(referral, ReferralState.SIGNED)
    if referral.role == "lead":
        move_incident(incident, IncidentState.SIGNED)
    if referral.signed_at is not None:
        return referral.signed_at
    referral.signed_at, referral.signed_automatically = context.clock.now(), automatic
    return referral.signed_at


def start_handling(context: HandlerContext, incident: Incident, referral: Referral) -> None:
    """Take a referral to the state of being handled, signed for on the way if it was not."""
    if referral.state in (ReferralState.DISPATCHED, ReferralState.DESIGNATED):
        take(context, incident, referral)
    move_referral(referral, ReferralState.HANDLING)
    if referral.role == "lead":
        move_incident(incident, IncidentState.HANDLING)


def complete(
    context: HandlerContext, incident_no: str, referral_no: str, handling: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Keep what a department did and stop its clock.

    Raises:
        GuardRefused: it is not being handled, or it is the lead's while an assisting department has not completed its
            own: the lead answers for all (first receiver's duty).
    """
    incident, referral = of_incident(context, incident_no, referral_no)
    if referral.state in AT_WORK:
        start_handling(context, incident, referral)
    if referral.role == "lead":
        _require_assists(context.session, incident_no)
    move_referral(referral, ReferralState.COMPLETED)
    referral.handling = pack(dict(handling))
    referral.completed_at = context.clock.now()
    clock = clocks.stop(context, referral)
    if referral.role == "lead":
        move_incident(incident, IncidentState.FEEDBACK)
    return {"completed_at": clocks.iso(referral.completed_at), "late": referral.completed_at > clock.due_at}


def _require_assists(session: Session, incident_no: str) -> None:
    waiting = [
        each.no
        for each in live(session, incident_no)
        if each.role == "assist" and each.state != ReferralState.COMPLETED
    ]
    if waiting:
        raise GuardRefused(f"协办派遣单 {'、'.join(waiting)} 尚未办结，主办单位不能先行办结。", waiting=waiting)


def terminate(context: HandlerContext, incident_no: str, referral_no: str, reason: str) -> Mapping[str, Any]:
    """End a referral that is not to be handled; the assisting ones end with the lead."""
    _, referral = of_incident(context, incident_no, referral_no)
    ending = live(context.session, incident_no) if referral.role == "lead" else [referral]
    for each in ending:
        end(context, each, ReferralState.TERMINATED, reason)
    return {"terminated_at": clocks.iso(context.clock.now())}


def end(context: HandlerContext, referral: Referral, state: ReferralState, reason: Wording = "") -> None:
    """Take a referral to its end and stop its clock."""
    move_referral(referral, state)
    referral.ended_at, referral.end_reason = context.clock.now(), reason
    clocks.stop(context, referral)
    context.session.flush()


def described(context: HandlerContext, incident: Incident, referral: Referral, clock: DeadlineClock) -> dict[str, Any]:
    """Return a referral as processes know it: what departments' own processes are given. No word of the reporter."""
    unit, now = context.session.get_one(OrgUnit, referral.unit), context.clock.now()
    reading = clocks.read(clock, Reckoning.of(context.calendar, clock.unit), now)
    rungs = ladder.rungs(context.calendar, incident.urgency, clock, reading, now)
    ahead = next((rung.at for rung in rungs if rung.at is not None), now)
    departments, parties = choices.whom(context.session, incident.county, incident.township, unit.code)
    return {
        "referral_no": referral.no,
        "incident_no": incident.no,
        "unit": unit.code,
        "unit_name": unit.name,
        "role": referral.role,
        "designated": referral.designated,
        "sign_by": clocks.iso(referral.sign_by),
        **clocks.outputs(clock),
        "first_rung_at": clocks.iso(now if referral.rework_count >= SUPERVISED else ahead),
        "rework": referral.rework_count > 0,
        "process": referral.process,
        "no": incident.no,
        "item": incident.item,
        "title": incident.title,
        "description": incident.description,
        "place": incident.place,
        "grid": incident.grid,
        "urgency": incident.urgency,
        "reported_at": clocks.iso(incident.reported_at),
        "departments": departments,
        "parties": parties,
    }
