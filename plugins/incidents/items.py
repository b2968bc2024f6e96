"""Items of the catalogue as incidents have them: which version decides, and whether it must be referred (I10, I11)."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from engine.core_api import GuardRefused, NotFound
from plugins.catalogue.api import HandlingMode, ItemVersion, versions
from plugins.incidents.lifecycle import ENDED_INCIDENT, IncidentState, move_incident
from plugins.incidents.tables import Incident

SENSITIVE: Final = frozenset({"PSB-002", "PSB-003"})
"""Items whose cases are nobody else's business, drugs and domestic violence: without their county (I20)."""


def is_sensitive(code: str | None) -> bool:
    """Return whether incidents of an item are told to nobody who has no part in them."""
    return code is not None and code.partition("-")[2] in SENSITIVE


def versions_of(session: Session, county: str, code: str | None) -> list[ItemVersion]:
    """Return the versions of a county's item, the newest first; none of what the county does not have."""
    if not code:
        return []
    try:
        found = versions(session, code)
    except NotFound:
        return []
    return [each for each in found if each.item.county == county]


def version_on(session: Session, county: str, code: str | None, day: date) -> tuple[ItemVersion | None, bool]:
    """Return the version of an item that is in force on a day, else its newest, and whether it is in force (I11)."""
    known = versions_of(session, county, code)
    valid = [each for each in known if each.in_force(day) and not each.item.obstacles()]
    return (valid[0], True) if valid else (known[0] if known else None, False)


def must_refer(version: ItemVersion | None) -> bool:
    """Return whether an item needs skill or enforcement power: its flags alone say it (R41)."""
    return version is not None and version.item.handling_mode is not HandlingMode.SELF_HANDLE


def take_item(session: Session, incident: Incident, code: str | None, day: date) -> tuple[ItemVersion | None, bool]:
    """Give an incident its item, with the version that decides and what follows from it; return as `version_on`.

    What turns out to need a department, or to be no item in force, leaves the worker at once, and does not count as
    done by one.

    Raises:
        GuardRefused: the incident is closed.
    """
    if incident.state in ENDED_INCIDENT:
        raise GuardRefused(f"事件 {incident.no} 已经结案。", state=incident.state)
    version, in_force = version_on(session, incident.county, code, day)
    referred = must_refer(version)
    if (referred or not in_force) and incident.state == IncidentState.SELF_HANDLING:
        move_incident(incident, IncidentState.TRIAGE)
    if referred or version is None:
        incident.self_handled_at = None
    incident.item, incident.must_refer = code, referred
    incident.sensitive = incident.sensitive or is_sensitive(code)
    incident.item_version = version.number if version else None
    return version, in_force
