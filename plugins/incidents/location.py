"""Where an incident lies, and whether the same was reported before (SPEC 8(c) c1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import TIMEZONE, HandlerContext, OrgUnit
from plugins.grid_registry.api import GridStanding, grid_at, standing
from plugins.incidents import choices, referrals
from plugins.incidents.lifecycle import ENDED_INCIDENT
from plugins.incidents.tables import Incident

NEAR: Final = 50.0
"""Metres within which two reports may be of the same thing (assumed)."""
LATELY: Final = timedelta(days=7)
MOST: Final = 5
"""Reports that are proposed as the same."""
EARTH: Final = 6_371_000.0


def locate(
    context: HandlerContext, incident_no: str, grid: str | None, point: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """Find the grid of an incident as of the day it happened: the one chosen by hand, or that of its point.

    A code that there is not, that is another county's, or that was not in force on that day locates nothing: a grid is
    never made up (I3). A point that was put on the map beside the grid is where it lies from then on, if it is in that
    grid; the reporter's own stays in the case.
    """
    session = context.session
    incident = referrals.of_case(context, incident_no)
    found = _standing(session, incident, grid)
    if found is not None:
        incident.grid, incident.grid_as_of = found.code, _day(incident)
        incident.township = found.township
        _put(session, incident, point)
        session.flush()
    township = session.get(OrgUnit, incident.township) if incident.township else None
    committee = session.get(OrgUnit, found.community) if found else None
    return {
        "located": found is not None,
        "grid": found.code if found else None,
        "grid_name": found.name if found else None,
        "township": township.code if township else None,
        "township_name": township.name if township else None,
        "committee": committee.name if committee else None,
        "duplicates": duplicates(session, incident),
        "departments": choices.departments(session, incident.county, incident.township),
        "grids": [] if found else choices.grids(session, incident.county, incident.township, _day(incident)),
    }


def _put(session: Session, incident: Incident, point: Mapping[str, float] | None) -> None:
    """Take over a point in the incident's grid; one elsewhere says nothing."""
    if (
        point
        and grid_at(session, incident.county, point["latitude"], point["longitude"], _day(incident)) == incident.grid
    ):
        incident.latitude, incident.longitude = point["latitude"], point["longitude"]


def _day(incident: Incident) -> date:
    return incident.occurred_at.astimezone(TIMEZONE).date()


def _standing(session: Session, incident: Incident, chosen: str | None) -> GridStanding | None:
    day = _day(incident)
    code = chosen.strip() if chosen else incident.grid
    if not code and incident.latitude is not None and incident.longitude is not None:
        code = grid_at(session, incident.county, incident.latitude, incident.longitude, day)
    found = standing(session, [code]).get(code) if code else None
    if found is None or not found.in_force(day) or not found.township.startswith(incident.county):
        return None
    return found


def duplicates(session: Session, incident: Incident) -> list[dict[str, Any]]:
    """Return the open incidents of the same item within 50 m and 7 days, the nearest first."""
    if incident.item is None or incident.latitude is None or incident.longitude is None:
        return []
    select = sa.select(Incident).where(
        Incident.item == incident.item,
        Incident.county == incident.county,
        Incident.no != incident.no,
        Incident.state.not_in([str(state) for state in ENDED_INCIDENT]),
        Incident.reported_at >= incident.reported_at - LATELY,
        Incident.reported_at <= incident.reported_at,
        Incident.latitude.is_not(None),
        Incident.longitude.is_not(None),
    )
    near = [(distance(incident, other), other) for other in session.scalars(select)]
    near = sorted(((metres, other) for metres, other in near if metres <= NEAR), key=lambda each: (each[0], each[1].no))
    return [
        {
            "no": other.no,
            "title": other.title,
            "place": other.place,
            "distance": round(metres),
            "reported_at": other.reported_at.astimezone(TIMEZONE).isoformat(timespec="minutes"),
        }
        for metres, other in near[:MOST]
    ]


def distance(one: Incident, other: Incident) -> float:
    """Return how many metres two incidents with known places are apart, along the surface of a sphere."""
    at, to = (radians(each.latitude or 0) for each in (one, other))
    across = radians((other.longitude or 0) - (one.longitude or 0))
    return 2 * EARTH * asin(sqrt(sin((to - at) / 2) ** 2 + cos(at) * cos(to) * sin(across / 2) ** 2))
