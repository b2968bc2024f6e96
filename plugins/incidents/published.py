"""Incidents as anybody may know them: nothing of who reported, nothing sensitive, no long numbers in texts (I20)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from engine.core_api import OrgUnit
from plugins.incidents.lifecycle import ENDED_INCIDENT
from plugins.incidents.masking import masked
from plugins.incidents.tables import Incident
from plugins.incidents.tables_referral import DeadlineClock, Referral


@dataclass(frozen=True, slots=True)
class PublishedFilter:
    """Which of them. `numbers` overrides everything else; `ended` None: both; page from 1."""

    numbers: Sequence[str] = ()
    county: str = ""
    items: Sequence[str] = ()
    withheld: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    ended: bool | None = None
    page: int = 1
    size: int = 1000


@dataclass(frozen=True, slots=True)
class Published:
    """An incident for everybody. `agency`: who has it by name; `expected_at`: when it should be done."""

    no: str
    item: str
    ended: bool
    closing_code: str | None
    description: str
    place: str
    township: str
    agency: str
    must_refer: bool
    reported_at: datetime
    closed_at: datetime | None
    expected_at: datetime | None
    latitude: float | None
    longitude: float | None


def published(session: Session, wanted: PublishedFilter) -> list[Published]:
    """Return incidents of an item of the catalogue that are not sensitive, the newest first."""
    lead, other, unit, township = aliased(Referral), aliased(Referral), aliased(OrgUnit), aliased(OrgUnit)
    later = sa.select(other.no).where(
        other.incident_no == lead.incident_no, other.role == "lead", other.number > lead.number
    )
    running = sa.select(sa.func.max(DeadlineClock.due_at)).where(
        DeadlineClock.referral_no == lead.no, DeadlineClock.stopped_at.is_(None)
    )
    newest = sa.and_(lead.incident_no == Incident.no, lead.role == "lead", ~later.correlate(lead).exists())
    select = (
        sa.select(Incident, unit.name, township.name, running.correlate(lead).scalar_subquery())
        .select_from(Incident)
        .outerjoin(lead, newest)
        .outerjoin(unit, unit.code == lead.unit)
        .outerjoin(township, township.code == Incident.township)
        .where(*_conditions(wanted))
        .order_by(Incident.reported_at.desc(), Incident.no.desc())
        .limit(wanted.size)
        .offset((wanted.page - 1) * wanted.size)
    )
    return [_published(*row) for row in session.execute(select)]


def _conditions(wanted: PublishedFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [
        Incident.item.is_not(None),
        Incident.sensitive.is_(False),
        Incident.item.not_in(list(wanted.withheld)),
    ]
    if wanted.numbers:
        return [*found, Incident.no.in_(list(wanted.numbers))]
    given: list[tuple[bool, sa.ColumnElement[bool]]] = [
        (bool(wanted.county), Incident.county == wanted.county),
        (bool(wanted.items), Incident.item.in_(list(wanted.items))),
        (wanted.since is not None, Incident.reported_at >= wanted.since),
        (wanted.until is not None, Incident.reported_at <= wanted.until),
    ]
    found += [condition for holds, condition in given if holds]
    if wanted.ended is not None:
        ended = Incident.state.in_([str(state) for state in ENDED_INCIDENT])
        found.append(ended if wanted.ended else sa.not_(ended))
    return found


def _published(row: Incident, department: str | None, township: str | None, due: datetime | None) -> Published:
    ended = row.state in ENDED_INCIDENT
    return Published(
        no=row.no,
        item=row.item or "",
        ended=ended,
        closing_code=row.closing_code,
        description=masked(row.description),
        place=masked(row.place),
        township=township or "",
        agency=department or township or "",
        must_refer=row.must_refer,
        reported_at=row.reported_at,
        closed_at=row.closed_at,
        expected_at=None if ended else due,
        latitude=row.latitude,
        longitude=row.longitude,
    )
