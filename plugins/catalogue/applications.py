"""Applications to change the catalogue: numbering, starting, keeping what was checked, listing. Enacts nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import TIMEZONE, Actor, Forbidden, NotFound, OrgUnit, ProcessInstance, Work, below, today
from plugins.catalogue import listing
from plugins.catalogue.draft import Beside, Kind, draft_of, facts, minutes, plain
from plugins.catalogue.tables import CatalogueApplication, CatalogueItem

PROCESS = "catalogue-inclusion"
APPLICANT = "department_staff"
LEGALITY = "JB"
"""The department that reviews legality: 司法局 (assumed)."""

SAMPLE = 2
"""How many townships are drawn to countersign (SPEC 8(b), b4; assumed). By the number: anybody can draw them again."""


@dataclass(frozen=True, slots=True)
class Application:
    """An application and where it stands."""

    no: str
    kind: Kind
    department: str
    department_name: str
    name: str
    item_code: str | None
    instance_id: str
    definition_id: str
    milestone: str
    state: str
    created_at: datetime
    created_by: str


def register_application(work: Work, department: str, kind: Kind, item_code: str | None = None) -> str:
    """Start the review of an application; return its number `SX-<department>-<year>-<seq>`.

    Args:
        work: of a member of the department's staff.
        department: code of the applying department.
        kind: what is applied for.
        item_code: the item that is to be amended or removed, or the temporary one to be renewed; None for a new one.

    Raises:
        Forbidden: the actor is not of the department's staff.
        NotFound: no such department, or no such item of it in force.
    """
    if not any(post.group == APPLICANT and post.org_unit == department for post in work.actor.posts):
        raise Forbidden(f"只有部门 {department} 的人员可以提请。", department=department)
    # the row lock makes two of one department take their numbers one after the other
    unit = work.session.get(OrgUnit, department, with_for_update=True)
    if unit is None or unit.kind != "department" or unit.parent_code is None:
        raise NotFound(department=department)
    draft = _draft(work, unit, kind, item_code)
    no = next_no(work.session, unit.code, work.clock.now())
    variables = {"application": facts_of(work.session, unit, no, kind, item_code), "draft": draft}
    instance = work.instances.start(PROCESS, variables, business_key=no, org_unit=unit.code)
    work.session.add(begun(no, unit, kind, item_code, instance_id=instance.id, at=work.clock.now(), by=work.actor))
    return no


def begun(  # noqa: PLR0913  one a column
    no: str,
    unit: OrgUnit,
    kind: Kind,
    item_code: str | None,
    *,
    instance_id: str,
    at: datetime,
    by: Actor,
    origin: str = "",
) -> CatalogueApplication:
    """Return the row of an application that has just begun."""
    return CatalogueApplication(
        no=no,
        county=unit.parent_code,
        department=unit.code,
        kind=kind.value,
        item_code=item_code,
        origin=origin,
        simplified=False,
        process_instance_id=instance_id,
        content={},
        checked_at=None,
        catalogue_number=None,
        created_at=at,
        created_by=by.id,
        created_by_name=by.name,
    )


def _draft(work: Work, unit: OrgUnit, kind: Kind, item_code: str | None) -> dict[str, Any]:
    """Return what the form starts with; raise NotFound for an item that is not the department's, or not in force."""
    if kind is Kind.INCLUDE or (kind is Kind.TEMPORARY and item_code is None):
        return {}
    item = work.session.get(CatalogueItem, item_code) if item_code else None
    if item is None or item.department != unit.code:
        raise NotFound(item=item_code)
    if kind is Kind.TEMPORARY:
        return _draft_again(work.session, item.code)
    version = listing.item_held(work.session, item.code, today(work.clock))
    return draft_of(version.item) if kind is Kind.AMEND else {}


def _draft_again(session: Session, code: str) -> dict[str, Any]:
    """Return what the renewal of a temporary item starts with; it may be over by then."""
    latest = listing.versions(session, code)[0].item
    if latest.temporary_until is None:
        raise NotFound(f"事项 {code} 不是临时事项，不能续期。", item=code)
    return draft_of(latest)


def facts_of(session: Session, unit: OrgUnit, no: str, kind: Kind, item_code: str | None) -> dict[str, Any]:
    """Return the variable `application` of the process. `sample`: the townships drawn to countersign."""
    county = session.get_one(OrgUnit, unit.parent_code)
    townships = _units(session, county.code, "township")
    drawn = sorted(townships, key=lambda each: sha256(f"{no} {each['value']}".encode()).digest())[:SAMPLE]
    return {
        "no": no,
        "kind": kind.value,
        "item": item_code,
        "item_name": listing.versions(session, item_code)[0].item.name_zh if item_code else None,
        "department": unit.code,
        "department_name": unit.name,
        "county": county.code,
        "county_name": county.name,
        "legality": f"{county.code}-{LEGALITY}",
        "departments": [each for each in _units(session, county.code, "department") if each["value"] != unit.code],
        "townships": townships,
        "sample": [each["value"] for each in drawn],
    }


def _units(session: Session, county: str, kind: str) -> list[dict[str, str]]:
    select = sa.select(OrgUnit.code, OrgUnit.name).where(OrgUnit.parent_code == county, OrgUnit.kind == kind)
    return [{"value": code, "label": name} for code, name in session.execute(select.order_by(OrgUnit.code))]


def next_no(session: Session, department: str, now: datetime) -> str:
    """Return the number of a department's next application."""
    prefix = f"SX-{department}-{now.astimezone(TIMEZONE).year}-"
    taken = session.scalars(sa.select(CatalogueApplication.no).where(CatalogueApplication.no.startswith(prefix)))
    return f"{prefix}{1 + max((int(no.removeprefix(prefix)) for no in taken), default=0):03}"


def of_instance(session: Session, no: str, instance_id: str) -> CatalogueApplication:
    """Return an application for the process instance that deals with it.

    Raises:
        NotFound: no such application, or another instance's: a process works on its own application only.
    """
    row = session.get(CatalogueApplication, no)
    if row is None or row.process_instance_id != instance_id:
        raise NotFound(f"申请 {no} 不属于本流程。", application_no=no)
    return row


def keep(session: Session, row: CatalogueApplication, draft: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Keep an application as it is checked; return the facts of it that the decision D3 asks for."""
    day = now.astimezone(TIMEZONE).date()
    row.content, row.checked_at = plain(draft), now
    found = facts(Kind(row.kind), row.content, _beside(session, row, day), day)
    row.simplified = found["minor"]
    return found


def _beside(session: Session, row: CatalogueApplication, day: date) -> Beside:
    own = listing.of_department(session, row.department, day)
    before = next(
        (version.item for version in own if version.item.code == row.item_code and version.in_force(day)), None
    )
    return Beside(
        others=[version for version in own if version.item.code != row.item_code],
        minutes_taken=minutes_taken(session, row.county, row.no),
        before=before,
        item_code=row.item_code,
        temporary=listing.temporary_of(session, row.department),
    )


def minutes_taken(session: Session, county: str, without: str) -> int:
    """Return the minutes a grid and year that items enacted by applications take; earlier ones said nothing of it."""
    select = sa.select(CatalogueApplication).where(
        CatalogueApplication.county == county,
        CatalogueApplication.catalogue_number.is_not(None),
        CatalogueApplication.no != without,
    )
    latest = {
        row.item_code: row.content for row in session.scalars(select.order_by(CatalogueApplication.catalogue_number))
    }
    return sum(minutes(content) for content in latest.values())


def applications(work: Work, limit: int = 200) -> Sequence[Application]:
    """Return the applications that the actor may see by territory, the latest first."""
    select = (
        sa.select(CatalogueApplication, OrgUnit.name, ProcessInstance)
        .join(OrgUnit, OrgUnit.code == CatalogueApplication.department)
        .join(ProcessInstance, ProcessInstance.id == CatalogueApplication.process_instance_id)
        .where(sa.or_(sa.false(), *(below(ProcessInstance.org_path, post.path) for post in work.actor.posts)))
        .order_by(CatalogueApplication.created_at.desc(), CatalogueApplication.no.desc())
        .limit(limit)
    )
    return [_read(work.session, *found) for found in work.session.execute(select)]


def own_departments(work: Work) -> Sequence[OrgUnit]:
    """Return the departments for which the actor may apply."""
    codes = [post.org_unit for post in work.actor.posts if post.group == APPLICANT]
    select = sa.select(OrgUnit).where(OrgUnit.code.in_(codes), OrgUnit.kind == "department").order_by(OrgUnit.code)
    return work.session.scalars(select).all()


def _read(session: Session, row: CatalogueApplication, department: str, instance: ProcessInstance) -> Application:
    """Return an application; one that has filled in no name is called like its item."""
    name = row.content.get("name") or ""
    if not name and row.item_code:
        name = listing.versions(session, row.item_code)[0].item.name_zh
    return Application(
        no=row.no,
        kind=Kind(row.kind),
        department=row.department,
        department_name=department,
        name=name,
        item_code=row.item_code,
        instance_id=instance.id,
        definition_id=instance.definition_id,
        milestone=instance.milestone or "",
        state=instance.state,
        created_at=row.created_at,
        created_by=row.created_by_name,
    )
