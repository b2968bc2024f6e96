"""Verifying what a department did, by somebody else (I14); what fails is reworked (SPEC 8(c) c11, c12)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import Completion, GuardRefused, HandlerContext, Limit, Unit, WorkCalendar, new_id, pack
from plugins.incidents import clock as clocks
from plugins.incidents import referrals
from plugins.incidents.lifecycle import IncidentState, ReferralState, move_incident, move_referral
from plugins.incidents.schemas import refusal
from plugins.incidents.tables import Incident
from plugins.incidents.tables_referral import DeadlineClock, Referral, Verification
from plugins.incidents.time_limits import REWORK_AT_MOST, half

VERDICTS: Final = ("pass", "fail", "cannot_check")


def verify(
    context: HandlerContext,
    incident_no: str,
    referral_no: str,
    verdict: str,
    verification: Mapping[str, Any] | None,
    element: str,
) -> dict[str, Any]:
    """Keep the verdict of whoever last completed the user task `element`; what failed goes back to be reworked.

    What could not be checked may be looked at by somebody else; the survey accepts it if nobody does.

    Raises:
        BusinessError: NOT_INDEPENDENT: the verifier handled it (I14).
        GuardRefused: nobody verified, or the referral is not the lead's, or not completed.
    """
    incident, referral = referrals.of_incident(context, incident_no, referral_no)
    if referral.role != "lead":
        raise GuardRefused(f"派遣单 {referral_no} 是协办，随主办单位一并核查。", referral_no=referral_no)
    verifier = _verifier(context, incident_no, element)
    move_incident(incident, IncidentState.VERIFICATION)
    context.session.add(
        Verification(
            id=new_id(),
            referral_no=referral_no,
            round=referral.rework_count,
            verdict=verdict,
            verifier_id=verifier.actor_id,
            verifier_name=verifier.actor_name,
            at=verifier.at,
            detail=pack(dict(verification or {})),
        )
    )
    if verdict == "fail":
        _rework(context, incident, referral)
    elif verdict == "pass":
        accept(context, incident)
        move_incident(incident, IncidentState.SURVEYED)
    clock = clocks.current(context.session, referral)
    return {
        "passed": verdict == "pass",
        "verdict": verdict,
        "rework_count": referral.rework_count,
        "supervise": referral.rework_count >= referrals.SUPERVISED,
        "referral": referrals.described(context, incident, referral, clock) if verdict == "fail" else None,
        **clocks.outputs(clock),
    }


def _verifier(context: HandlerContext, incident_no: str, element: str) -> Completion:
    found = context.completions(element)
    if not found:
        raise GuardRefused(f"事件 {incident_no} 尚未核查。", element=element)
    units = {referral.unit for referral in referrals.all_of(context.session, incident_no)}
    if any(found[-1].actor_id in context.tasks.performers(unit) for unit in units):
        raise refusal(
            "NOT_INDEPENDENT",
            "办理人不得核查自己办理的事件，请由他人核查",
            "Whoever handled it may not verify it: somebody else does",
            "",
            "I14",
        )
    return found[-1]


def _rework(context: HandlerContext, incident: Incident, referral: Referral) -> None:
    """Send a referral back, with half of the original time, at most three working days."""
    session, now = context.session, context.clock.now()
    move_referral(referral, ReferralState.REWORK)
    move_incident(incident, IncidentState.REWORK)
    first = session.get_one(DeadlineClock, (referral.no, 0))
    referral.rework_count += 1
    incident.rework_count += 1
    referral.completed_at = None
    limit = shorter(context.calendar, Limit(first.amount, Unit(first.unit)), now)
    clock = clocks.begin(session, context.calendar, referral, now, limit)
    clocks.add_explanation(
        clock,
        f"第 {referral.rework_count} 次返工：原期限的一半，至多3个工作日",
        f"rework no. {referral.rework_count}: half of the original limit, at most 3 working days",
    )
    incident.due_at = clock.due_at


def shorter(calendar: WorkCalendar, original: Limit, now: datetime) -> Limit:
    """Return whichever ends first: half of the original limit, or three working days."""
    limits = (half(original), REWORK_AT_MOST)
    return min(limits, key=lambda each: calendar.deadline(now, each).at)


def accept(context: HandlerContext, incident: Incident) -> None:
    """End the referrals of an incident that were completed: nobody objects to what was done."""
    for referral in referrals.live(context.session, incident.no):
        if referral.state == ReferralState.COMPLETED:
            referrals.end(context, referral, ReferralState.ACCEPTED)


def last_of(session: Session, incident_no: str) -> Verification | None:
    """Return the latest verification of an incident, or None."""
    select = (
        sa.select(Verification)
        .join(Referral, Referral.no == Verification.referral_no)
        .where(Referral.incident_no == incident_no)
        .order_by(Verification.at.desc(), Referral.number.desc(), Verification.round.desc())
        .limit(1)
    )
    return session.scalars(select).one_or_none()
