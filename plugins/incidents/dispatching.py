"""Dispatching an incident: one lead, assisting departments, and a clock for each (SPEC 8(c) c5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from engine.core_api import GuardRefused, HandlerContext, Limit, NotFound, OrgUnit, Unit, Wording, worded
from plugins.incidents import clock as clocks
from plugins.incidents import notices, referrals
from plugins.incidents.lifecycle import IncidentState, ReferralState, move_incident
from plugins.incidents.tables import Incident
from plugins.incidents.tables_referral import Referral
from plugins.incidents.time_limits import Reckoning, read_limit

SERVES: Final = "serves"
"""The property by which a department's own process says which items it is for: their codes without the county."""
RETURN_WINDOW: Final = Limit(1, Unit.WORKING_DAYS)
"""How long a department may ask to return a referral (SPEC 2.4, assumed); with a site visit RETURN_VISITED."""
RETURN_VISITED: Final = Limit(2, Unit.WORKING_DAYS)


def dispatch(
    context: HandlerContext,
    incident_no: str,
    lead: str,
    assists: Sequence[str] | None,
    limits: Mapping[str, Any],
    designated: bool,
    reason: Wording,
) -> Mapping[str, Any]:
    """Refer an incident to a lead and to assisting departments; what others had of it until now ends.

    Raises:
        NotFound: a unit that there is not.
        GuardRefused: the incident has a lead department, or its state does not allow it.
    """
    session = context.session
    incident = referrals.of_case(context, incident_no)
    present = referrals.lead_of(session, incident_no)
    if present is not None:
        raise GuardRefused(f"事件 {incident_no} 已由 {present.unit} 主办（I12）。", referral_no=present.no)
    move_incident(incident, IncidentState.DISPATCHED)
    for left in referrals.live(session, incident_no):
        referrals.end(context, left, ReferralState.TERMINATED, worded("改派", "Dispatched to another unit"))
    order = _Order(context, incident, limits, reason)
    first = order.place(lead, "lead", designated=designated)
    others = [order.place(unit, "assist") for unit in dict.fromkeys(assists or ()) if unit != lead]
    incident.due_at = clocks.current(session, first).due_at
    notices.tell_dispatched(context, incident, [first, *others])
    return {"lead": order.said(first), "assists": [order.said(each) for each in others]}


def redispatch_assist(
    context: HandlerContext,
    incident_no: str,
    unit: str,
    limits: Mapping[str, Any],
    designated: bool,
    reason: Wording,
) -> Mapping[str, Any]:
    """Refer an incident to another assisting department, in the place of one that returned it.

    Raises:
        NotFound: a unit that there is not.
        GuardRefused: no department leads.
    """
    [referral] = add_assists(context, incident_no, [unit], limits, designated=designated, reason=reason)
    return referral


def add_assists(
    context: HandlerContext,
    incident_no: str,
    units: Sequence[str],
    limits: Mapping[str, Any],
    *,
    designated: bool,
    reason: Wording,
) -> list[dict[str, Any]]:
    """Refer an incident that has a lead to further assisting departments; raise as `redispatch_assist` does."""
    incident = referrals.of_case(context, incident_no)
    if referrals.lead_of(context.session, incident_no) is None:
        raise GuardRefused(f"事件 {incident_no} 没有主办单位，不能派遣协办。", incident_no=incident_no)
    order = _Order(context, incident, limits, reason)
    added = [order.place(unit, "assist", designated=designated) for unit in units]
    notices.tell_dispatched(context, incident, added)
    return [order.said(each) for each in added]


class _Order:
    """What the referrals of one dispatch have in common."""

    def __init__(self, context: HandlerContext, incident: Incident, limits: Mapping[str, Any], reason: Wording) -> None:
        self._context = context
        self._incident = incident
        self._sign, self._handle = read_limit(limits["sign"]), read_limit(limits["handle"])
        self._reason = reason

    def place(self, unit: str, role: str, *, designated: bool = False) -> Referral:
        session, now = self._context.session, self._context.clock.now()
        if session.get(OrgUnit, unit) is None:
            raise NotFound(f"没有单位 {unit}。", unit=unit)
        number = (self._count() or 0) + 1
        referral = Referral(
            no=f"{self._incident.no}-{number}",
            incident_no=self._incident.no,
            number=number,
            unit=unit,
            role=role,
            designated=designated,
            state=ReferralState.DESIGNATED if designated else ReferralState.DISPATCHED,
            reason=self._reason,
            process=self._process(unit),
            dispatched_at=now,
            sign_by=self._until(self._sign),
            return_by=self._until(RETURN_WINDOW),
            rework_count=0,
        )
        session.add(referral)
        session.flush()
        clocks.begin(session, self._context.calendar, referral, now, self._handle)
        return referral

    def said(self, referral: Referral) -> dict[str, Any]:
        clock = clocks.current(self._context.session, referral)
        return referrals.described(self._context, self._incident, referral, clock)

    def _count(self) -> int | None:
        select = sa.select(sa.func.max(Referral.number)).where(Referral.incident_no == self._incident.no)
        return self._context.session.scalar(select)

    def _until(self, limit: Limit) -> Any:
        reckoning = Reckoning.of(self._context.calendar, limit.unit)
        return reckoning.deadline(self._context.clock.now(), limit.amount).at

    def _process(self, unit: str) -> str | None:
        """Return the key of the department's own process for the item, or None: the general form."""
        _, _, department = unit.rpartition("-")
        if not self._incident.item or not department:
            return None
        _, _, item = self._incident.item.partition("-")
        return self._context.offers.find(department, self._incident.county, SERVES, item)
