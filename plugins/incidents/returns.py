"""Returning a referral: asked for inside a window with a reason, decided by the platform (SPEC 8(c) c6, c7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.core_api import HandlerContext, NotFound, OrgUnit, pack
from engine.plugin_api import BusinessError
from plugins.incidents import clock as clocks
from plugins.incidents import referrals
from plugins.incidents.dispatching import RETURN_VISITED
from plugins.incidents.lifecycle import IncidentState, ReferralState, move_incident, move_referral
from plugins.incidents.schemas import refusal
from plugins.incidents.tables import Incident
from plugins.incidents.tables_referral import Referral
from plugins.incidents.time_limits import Reckoning

REASONS: Final = (
    "not_our_duty",
    "wrong_area",
    "not_catalogue_department",
    "statutory_channel",
    "insufficient_info",
    "duplicate",
)
DECISIONS: Final = ("agree_redispatch", "refuse", "to_dispute", "ask_info")
CODE: Final = "RETURN_NOT_ALLOWED"


def request(context: HandlerContext, incident_no: str, referral_no: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Ask to return a referral.

    Raises:
        BusinessError: RETURN_NOT_ALLOWED: designated by arbitration (I12), the window is over, an unknown reason, or
            "not our duty" without its legal reference.
        GuardRefused: the referral is in no state to be returned.
    """
    incident, referral = referrals.of_incident(context, incident_no, referral_no)
    against = _obstacle(context, incident, referral, asked)
    if against is not None:
        raise against
    move_referral(referral, ReferralState.RETURN_REQUESTED)
    now = context.clock.now()
    referral.return_request = {**pack(dict(asked)), "at": clocks.iso(now)}
    if referral.role == "lead":
        move_incident(incident, IncidentState.RETURNED)
    return {"requested_at": clocks.iso(now)}


def _obstacle(
    context: HandlerContext, incident: Incident, referral: Referral, asked: Mapping[str, Any]
) -> BusinessError | None:
    if referral.designated:
        return refusal(
            CODE, "经裁定指定的单位不得退回，请签收办理", "Designated by a ruling: sign and handle it", "action", "I12"
        )
    until = referral.return_by
    if asked.get("site_visit"):
        reckoning = Reckoning.of(context.calendar, RETURN_VISITED.unit)
        until = max(until, reckoning.deadline(referral.dispatched_at, RETURN_VISITED.amount).at)
    if context.clock.now() > until:
        said = clocks.local(until)
        return refusal(CODE, f"退回期限已于 {said} 届满，请办理", f"The time to return ended at {said}", "action")
    if asked.get("reason_code") not in REASONS:
        return refusal(CODE, "请选择退回的理由", "Choose a reason", "reason_code")
    if asked["reason_code"] == "not_our_duty" and not str(asked.get("legal_reference") or "").strip():
        return refusal(CODE, "不属本单位职责的，须写明法律依据", "Give the legal reference", "legal_reference")
    return None


def settle(
    context: HandlerContext, incident_no: str, referral_no: str, decision: str, unit: str | None, reason: str | None
) -> Mapping[str, Any]:
    """Decide on a request to return. Agreed, the referral ends and the incident waits to be dispatched to `unit`.

    Raises:
        NotFound: a unit that there is not.
        GuardRefused: nobody asked to return it.
    """
    incident, referral = referrals.of_incident(context, incident_no, referral_no)
    if unit and context.session.get(OrgUnit, unit) is None:
        raise NotFound(f"没有单位 {unit}。", unit=unit)
    if decision == "agree_redispatch":
        referrals.end(context, referral, ReferralState.RETURNED, reason or "")
        if referral.role == "lead":
            move_incident(incident, IncidentState.REFERRING)
    elif decision == "refuse":
        move_referral(referral, ReferralState.RETURN_REFUSED)
        referrals.take(context, incident, referral)
    return {"state": referral.state}
