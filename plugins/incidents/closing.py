"""Closing an incident with a code, and taking it up again inside the window (SPEC 8(c) c15-c17)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from engine.core_api import GuardRefused, HandlerContext, Limit, Unit, Wording, WorkCalendar, worded
from plugins.incidents import clock as clocks
from plugins.incidents import notices, referrals, satisfaction, verification
from plugins.incidents.lifecycle import IncidentState, ReferralState, move_incident
from plugins.incidents.schemas import refusal
from plugins.incidents.tables import Incident
from plugins.incidents.tables_referral import Reopening

CODES: Final[Mapping[str, tuple[IncidentState, Wording]]] = {
    "closed_solved": (IncidentState.CLOSED, worded("已解决", "Solved")),
    "closed_explained": (IncidentState.CLOSED, worded("已解释说明", "Explained")),
    "closed_transferred": (IncidentState.CLOSED, worded("已告知其他法定途径", "Referred to another statutory channel")),
    "not_accepted": (IncidentState.NOT_ACCEPTED, worded("不予受理", "Not accepted")),
    "cancelled": (IncidentState.CANCELLED, worded("已撤销", "Withdrawn")),
    "duplicate": (IncidentState.DUPLICATE, worded("已合并", "Merged with another incident")),
}
"""Closing code → the state it ends in, and how it is called."""
DONE: Final = frozenset(
    {IncidentState.SELF_HANDLING, IncidentState.FEEDBACK, IncidentState.VERIFICATION, IncidentState.SURVEYED}
)
"""States in which somebody has done something: only then can an incident be solved."""
REOPEN_WITHIN: Final = Limit(10, Unit.WORKING_DAYS)
"""How long a closed incident may be reopened (SPEC 2.4, assumed)."""
AT_LEAST: Final = "urgent"


def close(
    context: HandlerContext,
    incident_no: str,
    code: str,
    note: Wording,
    annulled: str | None,
    duplicate_of: str | None,
) -> dict[str, Any]:
    """Close an incident; referrals that have not ended end with it.

    Raises:
        GuardRefused: its state does not allow it, or `closed_solved` where nobody has done anything yet.
    """
    session, now = context.session, context.clock.now()
    incident = referrals.of_case(context, incident_no)
    if code == "closed_solved" and incident.state not in DONE:
        raise GuardRefused(f"事件 {incident_no} 尚无办理结果，不能以已解决结案。", state=incident.state)
    if code == "closed_solved" and incident.must_refer and not referrals.all_of(session, incident_no):
        raise GuardRefused(f"事件 {incident_no} 须由职能部门处理（I10），没有转办，不能以已解决结案。")
    state, outcome = CODES[code]
    verification.accept(context, incident)
    for left in referrals.live(session, incident_no):
        referrals.end(context, left, ReferralState.TERMINATED, outcome)
    move_incident(incident, state)
    incident.closed_at, incident.closing_code, incident.due_at = now, code, None
    incident.closing_note = note
    if duplicate_of:
        incident.duplicate_of = duplicate_of
    rating = satisfaction.last_of(session, incident_no)
    if annulled and rating is not None:
        rating.annulled = annulled
    notices.tell_closed(context, incident, outcome, note)
    until = reopen_until(context.calendar, incident)
    return {"closed_at": clocks.iso(now), "code": code, "reopen_until": until and clocks.iso(until)}


def reopen_until(calendar: WorkCalendar, incident: Incident) -> datetime | None:
    """Return until when a closed incident may be reopened; None for one that may not be."""
    if incident.state != IncidentState.CLOSED or incident.closed_at is None:
        return None
    return calendar.deadline(incident.closed_at, REOPEN_WITHIN).at


def reopen(context: HandlerContext, incident_no: str, reason: str, by: str) -> dict[str, Any]:
    """Take an incident up again, at least as an urgent one.

    Raises:
        BusinessError: REOPEN_NOT_ALLOWED: the window is over, or it was never accepted.
    """
    session, now = context.session, context.clock.now()
    incident = referrals.of_case(context, incident_no)
    until = reopen_until(context.calendar, incident)
    if incident.state != IncidentState.SURVEYED and (until is None or now > until):
        zh = f"重新启动的期限已于 {clocks.local(until)} 届满" if until else "本事件不能重新启动"
        raise refusal("REOPEN_NOT_ALLOWED", zh, "It cannot be reopened any more")
    move_incident(incident, IncidentState.REOPENED)
    incident.reopen_count += 1
    session.add(
        Reopening(
            incident_no=incident_no,
            number=incident.reopen_count,
            at=now,
            by=by,
            reason=reason,
            urgency_before=incident.urgency,
            closed_before=incident.closed_at,
            code_before=incident.closing_code,
            note_before=incident.closing_note,
        )
    )
    incident.closed_at = incident.closing_code = incident.self_handled_at = None
    incident.closing_note = ""
    if incident.urgency != "emergency":
        incident.urgency = AT_LEAST
    return {"reopen_count": incident.reopen_count, "urgency": incident.urgency}
