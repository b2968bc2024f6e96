"""What may be reported: items of the catalogue that are in force, as Open311 services (SPEC 5.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import OrgUnit
from plugins.catalogue.api import HandlingMode, ItemVersion, WorkerAction, in_force
from plugins.incidents.api import SENSITIVE, is_sensitive

REPORTABLE: Final = frozenset({WorkerAction.HANDLE, WorkerAction.REPORT_ONLY, WorkerAction.INSPECT})
"""What grid workers publicise or collect is nothing that others report."""


def counties(session: Session) -> list[str]:
    """Return the codes of the counties: the jurisdictions beside the city."""
    return list(session.scalars(sa.select(OrgUnit.code).where(OrgUnit.kind == "county").order_by(OrgUnit.code)))


def services(session: Session, county: str | None, day: date) -> list[ItemVersion]:
    """Return the items that may be reported in a county, or in all of them, on a day."""
    found: list[ItemVersion] = []
    for code in [county] if county else counties(session):
        found += [each for each in in_force(session, code, day) if _offered(each)]
    return found


def withheld(session: Session) -> Sequence[str]:
    """Return the codes of the items of which nothing is offered, and nothing shown (I20)."""
    return [f"{county}-{item}" for county in counties(session) for item in sorted(SENSITIVE)]


def notice(version: ItemVersion) -> str:
    """Return what whoever reports should know of an item."""
    if version.item.handling_mode is HandlingMode.REPORT_AND_REFER:
        return "须专业能力或者执法资格的事项，由职能部门依法处理。"
    return ""


def _offered(version: ItemVersion) -> bool:
    return version.item.worker_action in REPORTABLE and not is_sensitive(version.item.code)
