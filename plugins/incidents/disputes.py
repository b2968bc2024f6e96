"""Disputes about who is responsible: whose, at which level, and the ruling that binds (SPEC 8(c) c8, D6, I12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import GuardRefused, HandlerContext, OrgUnit, Wording, in_language, pack, worded
from plugins.incidents import referrals
from plugins.incidents.dispatching import add_assists
from plugins.incidents.lifecycle import IncidentState, ReferralState, move_incident, move_referral
from plugins.incidents.schemas import refusal
from plugins.incidents.tables import Incident
from plugins.incidents.tables_referral import Dispute, Referral

MOST: Final = 5
"""Departments that one dispute is between."""
ARBITERS: Final = ("township", "county", "city", "city_government", "rule")
"""Who rules (D6): the township's leader, the agency of county or city, the city's government; or a rule, at once."""
COUNTED: Final = timedelta(days=365)
"""How long a lost dispute counts (D7 row 6, assumed)."""


def open_dispute(
    context: HandlerContext, incident_no: str, referral_no: str, departments: Sequence[str]
) -> Mapping[str, Any]:
    """Open the dispute of a referral that its department wants to return; return the facts of D6.

    Raises:
        BusinessError: DISPUTE_NOT_ALLOWED: more than five departments, or one that there is not.
        GuardRefused: nobody asked to return the referral, or a dispute about it is open already.
    """
    session = context.session
    incident, referral = referrals.of_incident(context, incident_no, referral_no)
    if _unruled(session, referral) is not None:
        raise GuardRefused(f"派遣单 {referral.no} 已有待裁定的争议。", referral_no=referral.no)
    codes = list(dict.fromkeys([referral.unit, *departments]))
    units = [unit for unit in (session.get(OrgUnit, code) for code in codes) if unit is not None]
    if len(codes) > MOST:
        raise refusal(
            "DISPUTE_NOT_ALLOWED", f"争议各方最多 {MOST} 个单位", f"At most {MOST} departments", "departments"
        )
    if len(units) < len(codes):
        missing = "、".join(sorted(set(codes) - {unit.code for unit in units}))
        raise refusal("DISPUTE_NOT_ALLOWED", f"没有单位 {missing}", f"There is no unit {missing}", "departments")
    move_referral(referral, ReferralState.IN_DISPUTE)
    if referral.role == "lead":
        move_incident(incident, IncidentState.IN_DISPUTE)
    number = session.scalar(sa.select(sa.func.count()).where(Dispute.incident_no == incident_no)) or 0
    dispute = Dispute(
        no=f"{incident_no}-Z{number + 1}",
        incident_no=incident_no,
        referral_no=referral_no,
        county=incident.county,
        item=incident.item,
        claimant=referral.unit,
        departments=codes,
        opened_at=context.clock.now(),
        positions=[],
        assists=[],
    )
    session.add(dispute)
    return {"dispute_no": dispute.no, "departments": codes, **_facts(incident, units)}


def _facts(incident: Incident, units: Sequence[OrgUnit]) -> dict[str, Any]:
    """Return what D6 asks: of which levels and places the departments are, by their place in the tree."""
    places = [unit.path.strip("/").split("/") for unit in units]
    at_city = [_is_of_city(unit) for unit in units]
    counties = {place[1] for place, city in zip(places, at_city, strict=True) if not city}
    townships = {
        place[2] if len(place) > 2 and unit.kind != "department" else ""
        for unit, place in zip(units, places, strict=True)
    }
    return {
        "township_only": townships == {incident.township},
        "city_involved": any(at_city),
        "other_county": bool(counties - {incident.county}),
        "city_and_county": any(at_city) and not all(at_city),
        "county": incident.county,
        "city": places[0][0],
        "township": incident.township,
    }


def _is_of_city(unit: OrgUnit) -> bool:
    """Return whether a unit is the city itself or a department right below it."""
    depth = unit.path.strip("/").count("/")
    return depth == 0 or (depth == 1 and unit.kind == "department")


def rule(
    context: HandlerContext,
    incident_no: str,
    referral_no: str,
    ruling: Mapping[str, Any],
    arbiter: str,
    level: Any,
    positions: Sequence[Any] | None,
) -> Mapping[str, Any]:
    """Rule on the dispute of a referral: its department keeps it and may not return it, or it ends, to be dispatched.

    Raises:
        BusinessError: RULING_NOT_ALLOWED: a unit that there is not, or that leads and assists.
        GuardRefused: the referral is in no dispute.
    """
    session, now = context.session, context.clock.now()
    incident, referral = referrals.of_incident(context, incident_no, referral_no)
    dispute = _open_of(session, referral)
    lead, assists = ruling["lead"], list(dict.fromkeys(ruling.get("assists") or ()))
    _check(session, lead, assists)
    dispute.arbiter, dispute.level, dispute.ruled_at = arbiter, "" if level is None else str(level), now
    dispute.lead, dispute.assists = lead, assists
    dispute.reasons = worded(ruling["reasons"], ruling.get("reasons_en"))
    dispute.basis = worded(ruling["basis"], ruling.get("basis_en"))
    dispute.positions = pack(list(positions or ()))
    changed = lead != referral.unit
    if changed:
        referrals.end(context, referral, ReferralState.RETURNED, _ruled(dispute))
    else:
        move_referral(referral, ReferralState.DESIGNATED)
        referral.designated = True
    if referral.role == "lead":
        move_incident(incident, IncidentState.REFERRING if changed else IncidentState.DISPATCHED)
    return {"lead": lead, "assists": assists, "changed": changed}


def add_ruled(
    context: HandlerContext, incident_no: str, referral_no: str, limits: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Refer an incident to the units that the latest ruling lets assist beside a lead that keeps it; return these.

    They cannot return theirs either (I12). Units that take part already are not added; nor is anybody to an assisting
    unit's referral, nor where the lead changes: it is dispatched anew, with all that the ruling names.
    """
    session = context.session
    _, referral = referrals.of_incident(context, incident_no, referral_no)
    ruled = [each for each in of_incident(session, incident_no) if each.referral_no == referral_no and each.ruled_at]
    if referral.role != "lead" or referral.ended_at is not None or not ruled:
        return []
    present = {each.unit for each in referrals.live(session, incident_no)}
    units = [unit for unit in ruled[-1].assists if unit not in present]
    return add_assists(context, incident_no, units, limits, designated=True, reason=_ruled(ruled[-1]))


def _ruled(dispute: Dispute) -> Wording:
    """Return the ruling as the reason of what follows from it."""
    zh, en = in_language(dispute.reasons, "zh"), in_language(dispute.reasons, "en")
    return worded(f"争议裁定：{zh}", f"By ruling: {en}")


def _unruled(session: Session, referral: Referral) -> Dispute | None:
    select = sa.select(Dispute).where(Dispute.referral_no == referral.no, Dispute.ruled_at.is_(None))
    return session.scalars(select).one_or_none()


def _open_of(session: Session, referral: Referral) -> Dispute:
    found = _unruled(session, referral)
    if found is None or referral.state != ReferralState.IN_DISPUTE:
        raise GuardRefused(f"派遣单 {referral.no} 没有待裁定的争议。", referral_no=referral.no)
    return found


def _check(session: Session, lead: str, assists: Sequence[str]) -> None:
    if lead in assists:
        raise refusal("RULING_NOT_ALLOWED", "主办单位不能同时协办", "The lead cannot assist as well", "assists")
    for code in (lead, *assists):
        if session.get(OrgUnit, code) is None:
            field = "lead" if code == lead else "assists"
            raise refusal("RULING_NOT_ALLOWED", f"没有单位 {code}", f"There is no unit {code}", field)


def of_incident(session: Session, incident_no: str) -> Sequence[Dispute]:
    """Return the disputes of an incident, oldest first."""
    select = sa.select(Dispute).where(Dispute.incident_no == incident_no).order_by(Dispute.opened_at, Dispute.no)
    return session.scalars(select).all()


def precedents(session: Session, county: str, item: str | None, limit: int = 5) -> list[dict[str, Any]]:
    """Return the rulings about an item in a county, the newest first: `{department, ruled_on, reasons, basis, no}`."""
    if item is None:
        return []
    select = sa.select(Dispute).where(Dispute.county == county, Dispute.item == item, Dispute.ruled_at.is_not(None))
    found = session.scalars(select.order_by(Dispute.ruled_at.desc()).limit(limit))
    return [
        {
            "department": each.lead,
            "ruled_at": each.ruled_at,
            "reasons": each.reasons,
            "basis": each.basis,
            "dispute_no": each.no,
        }
        for each in found
    ]


def lost(session: Session, referral: Referral, item: str | None, now: Any) -> int:
    """Return how many disputes about the item a department lost in the last year, this one's among them; else 0."""
    if not referral.designated:
        return 0
    same = Dispute.item == item if item else Dispute.incident_no == referral.incident_no
    select = sa.select(sa.func.count()).where(
        same, Dispute.claimant == referral.unit, Dispute.lead == referral.unit, Dispute.ruled_at > now - COUNTED
    )
    return session.scalar(select) or 0
