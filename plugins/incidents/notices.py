"""Who is told what about an incident: no word of the reporter, and no headline where it is sensitive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from engine.core_api import HandlerContext, OrgUnit
from plugins.incidents import clock as clocks
from plugins.incidents.tables import Incident
from plugins.incidents.tables_referral import Referral
from plugins.notifications.api import Message, send

STAFF: Final = "department_staff"
RECIPIENTS: Final[Mapping[str, str]] = {
    "handler": STAFF,
    "duty_officer": STAFF,
    "department_head": "department_leader",
    "township": "township_clerk",
    "county_agency": "agency_clerk",
    "county_leader": "county_leader",
    "city_agency": "city_agency",
}
"""Whom D7 names → the group that is told."""


def place_of(context: HandlerContext, incident: Incident, referral: Referral, recipient: str) -> str:
    """Return the unit whose people of RECIPIENTS are told; where no township is known, the county."""
    if recipient == "township":
        return incident.township or incident.county
    if recipient in ("county_agency", "county_leader"):
        return incident.county
    if recipient == "city_agency":
        county = context.session.get_one(OrgUnit, incident.county)
        return county.parent_code or county.code
    return referral.unit


def headline(incident: Incident) -> str:
    """Return how an incident is called in notices."""
    return f"事件 {incident.no}" if incident.sensitive else f"{incident.title}（{incident.no}）"


def tell_dispatched(context: HandlerContext, incident: Incident, referrals: Iterable[Referral]) -> int:
    """Tell the departments that an incident was referred to them."""
    messages = []
    for referral in referrals:
        role = "主办" if referral.role == "lead" else "协办"
        due = clocks.current(context.session, referral).due_at
        body = f"派遣单 {referral.no}，{role}。{clocks.local(referral.sign_by)} 前签收，{clocks.local(due)} 前办结。"
        messages.append(Message(STAFF, referral.unit, f"派遣：{headline(incident)}", body, referral.sign_by))
    return send(context, messages)


def tell_closed(context: HandlerContext, incident: Incident, outcome: str) -> int:
    """Tell the grid workers and the clerks of the township how an incident ended."""
    if incident.township is None:
        return 0
    subject = f"办结：{headline(incident)}"
    return send(
        context,
        [Message(group, incident.township, subject, outcome) for group in ("grid_worker", "township_clerk")],
    )
