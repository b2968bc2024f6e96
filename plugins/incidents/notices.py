"""Who is told what about an incident: no word of the reporter, and no headline where it is sensitive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from engine.core_api import HandlerContext, OrgUnit, Wording, in_language, worded
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


def headed(incident: Incident, zh: str, en: str) -> Wording:
    """Return the subject of a notice: what it is, and how the incident is called in notices."""
    if incident.sensitive:
        return worded(f"{zh}：事件 {incident.no}", f"{en}: incident {incident.no}")
    return worded(f"{zh}：{incident.title}（{incident.no}）", f"{en}: {incident.title} ({incident.no})")


def tell_dispatched(context: HandlerContext, incident: Incident, referrals: Iterable[Referral]) -> int:
    """Tell the departments that an incident was referred to them."""
    messages = []
    for referral in referrals:
        role, role_en = ("主办", "lead") if referral.role == "lead" else ("协办", "assisting")
        sign, due = clocks.local(referral.sign_by), clocks.local(clocks.current(context.session, referral).due_at)
        body = worded(
            f"派遣单 {referral.no}，{role}。{sign} 前签收，{due} 前办结。",
            f"Referral {referral.no}, {role_en}. Sign for it by {sign}, complete it by {due}.",
        )
        messages.append(Message(STAFF, referral.unit, headed(incident, "派遣", "Dispatched"), body, referral.sign_by))
    return send(context, messages)


def tell_closed(context: HandlerContext, incident: Incident, outcome: Wording, note: Wording) -> int:
    """Tell the grid workers and the clerks of the township how an incident ended, and why."""
    if incident.township is None:
        return 0
    subject = headed(incident, "办结", "Closed")
    zh, en = (f"{in_language(outcome, 'zh')}。{in_language(note, 'zh')}", in_language(outcome, "en"))
    body = worded(zh, f"{en}. {in_language(note, 'en')}".strip())
    return send(
        context,
        [Message(group, incident.township, subject, body) for group in ("grid_worker", "township_clerk")],
    )
