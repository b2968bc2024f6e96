"""Items that have to be looked at again: a basis has ended, or a year has passed. The watch begins a case for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import SYSTEM, TIMEZONE, HandlerContext, NotFound, OrgUnit, ProcessInstance, today
from plugins.catalogue import applications, listing
from plugins.catalogue.draft import Kind, draft_of
from plugins.catalogue.tables import CatalogueApplication, CatalogueItem

YEAR: Final = timedelta(days=365)
"""After how long an item is reviewed (SPEC 8(b), b0; assumed), counted from its last version or its last review."""

AGAIN: Final = timedelta(days=30)
"""How long a repealed basis is left alone after a case about it ended without another version (assumed)."""


class Origin(StrEnum):
    """Why the system begins an application."""

    BASIS_REPEALED = "basis_repealed"
    YEARLY_REVIEW = "yearly_review"


def find(session: Session, day: date) -> list[dict[str, Any]]:
    """Return what the message that begins a case carries, for each item of every county that is due on a day."""
    return [
        _letter(session, version, origin, day)
        for county in listing.counties(session)
        for version, origin in _due(session, county.code, day)
    ]


def _due(session: Session, county: str, day: date) -> Iterator[tuple[listing.ItemVersion, Origin]]:
    busy, asked = open_reviews(session, county), _begun(session, county)
    for version in listing.holding(session, county, day):
        code = version.item.code
        if code in busy or version.item.temporary_until is not None:
            continue
        repealed = any(basis.ended(day) for basis in version.item.legal_bases)
        if repealed and day - asked.get((code, Origin.BASIS_REPEALED), date.min) >= AGAIN:
            yield version, Origin.BASIS_REPEALED
        elif day - max(version.valid_from, asked.get((code, Origin.YEARLY_REVIEW), date.min)) >= YEAR:
            yield version, Origin.YEARLY_REVIEW


def _begun(session: Session, county: str) -> dict[tuple[str, str], date]:
    """Return item and origin → the day on which such a case last began."""
    table = CatalogueApplication
    select = (
        sa.select(table.item_code, table.origin, sa.func.max(table.created_at))
        .where(table.county == county, table.origin != "")
        .group_by(table.item_code, table.origin)
    )
    return {(str(code), origin): at.astimezone(TIMEZONE).date() for code, origin, at in session.execute(select)}


def open_reviews(session: Session, county: str) -> dict[str, str]:
    """Return the items of a county about which a case runs that the system began → why it did."""
    select = (
        sa.select(CatalogueApplication.item_code, CatalogueApplication.origin)
        .join(ProcessInstance, ProcessInstance.id == CatalogueApplication.process_instance_id)
        .where(CatalogueApplication.county == county, CatalogueApplication.origin != "")
        .where(ProcessInstance.state == "active", CatalogueApplication.catalogue_number.is_(None))
    )
    return {str(code): origin for code, origin in session.execute(select)}


def _letter(session: Session, version: listing.ItemVersion, origin: Origin, day: date) -> dict[str, Any]:
    item = version.item
    ended = [f"《{basis.title}》{basis.article}" for basis in item.legal_bases if basis.ended(day)]
    reason = "、".join(ended) if origin is Origin.BASIS_REPEALED else f"{version.valid_from:%Y-%m-%d}"
    return {
        "application": {
            "no": f"复核 {item.code}",
            "department": item.department,
            "department_name": version.department_name,
        },
        "draft": draft_of(item),
        "review": {"item": item.code, "origin": origin.value, "reason": reason},
    }


def register_review(context: HandlerContext, item_code: str, origin: Origin) -> Mapping[str, Any] | None:
    """Register the application that a case begun by the system deals with; return its variable `application`.

    None when the item is not due: whatever message has begun the case, and however often it came, an item has one
    review at a time, and the next when it is due again.

    Raises:
        NotFound: the item is not of the unit to which the case belongs.
    """
    session, now = context.session, context.clock.now()
    item = session.get(CatalogueItem, item_code)
    if item is None or item.department != context.org_unit:
        raise NotFound(item=item_code)
    # the row lock makes two for one department look at what is due one after the other
    unit = session.get_one(OrgUnit, item.department, with_for_update=True)
    due = ((version.item.code, why) for version, why in _due(session, item.county, today(context.clock)))
    if (item_code, origin) not in due:
        return None
    no = applications.next_no(session, unit.code, now)
    begun = applications.begun(
        no, unit, Kind.AMEND, item_code, instance_id=context.instance_id, at=now, by=SYSTEM, origin=origin.value
    )
    session.add(begun)
    return applications.facts_of(session, unit, no, Kind.AMEND, item_code)


def review_begun(session: Session, item_code: str) -> str:
    """Return the id of the last case about an item that the system began; raise NotFound."""
    table = CatalogueApplication
    begun = sa.select(table.process_instance_id).where(table.item_code == item_code, table.origin != "")
    found = session.scalar(begun.order_by(table.created_at.desc(), table.no.desc()).limit(1))
    if found is None:
        raise NotFound(item=item_code)
    return found
