"""Reading the catalogue as of a day: what is in force, what one item says, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import NotFound, OrgUnit, Wording, worded
from plugins.catalogue.model import DocumentType, Guarantees, Item, LegalBasis, WorkerAction
from plugins.catalogue.tables import Catalogue, CatalogueItem, CatalogueItemVersion


@dataclass(frozen=True, slots=True)
class Decision:
    """By which decision a version of the catalogue came about, and since when the public knows it."""

    county: str
    number: int
    decision_no: str
    approved_by: str
    approved_on: date
    published_on: date
    process_instance_id: str | None


@dataclass(frozen=True, slots=True)
class ItemVersion:
    """One version of an item with its dates. `valid_to` and `suspended_on` are None while they have not come."""

    item: Item
    number: int
    department_name: str
    decision: Decision
    valid_from: date
    valid_to: date | None
    suspended_on: date | None
    suspended_because: str

    def in_force(self, day: date) -> bool:
        """Return whether workers may be tasked with the item on a day (I11)."""
        return self.holds(day) and (self.suspended_on is None or day < self.suspended_on)

    def holds(self, day: date) -> bool:
        """Return whether the item is in the catalogue on a day, be it suspended."""
        return (
            self.valid_from <= day
            and (self.valid_to is None or day < self.valid_to)
            and (self.item.temporary_until is None or day <= self.item.temporary_until)
        )


def names(session: Session, codes: Sequence[str]) -> dict[str, Wording]:
    """Return the latest names of items by code; unknown codes are left out."""
    table = CatalogueItemVersion
    select = sa.select(table.item_code, table.name_zh, table.name_en).where(table.item_code.in_(codes))
    found = session.execute(select.order_by(table.number))
    return {code: worded(zh, en) for code, zh, en in found}


def counties(session: Session) -> list[OrgUnit]:
    """Return the counties that have a catalogue, by code."""
    select = sa.select(OrgUnit).where(OrgUnit.code.in_(sa.select(Catalogue.county))).order_by(OrgUnit.code)
    return list(session.scalars(select))


def in_force(session: Session, county: str, day: date) -> list[ItemVersion]:
    """Return the items in force in a county on a day, by code: one department after the other."""
    return [version for version in _on(session, county, day) if version.in_force(day)]


def _on(session: Session, county: str, day: date) -> list[ItemVersion]:
    select = _versions().where(
        CatalogueItemVersion.county == county,
        CatalogueItemVersion.valid_from <= day,
        sa.or_(CatalogueItemVersion.valid_to.is_(None), CatalogueItemVersion.valid_to > day),
    )
    return _read(session, select.order_by(CatalogueItemVersion.item_code))


def holding(session: Session, county: str, day: date) -> list[ItemVersion]:
    """Return the items in a county's catalogue on a day, those that are suspended too, by code."""
    return [version for version in _on(session, county, day) if version.holds(day)]


def of_department(session: Session, department: str, day: date) -> list[ItemVersion]:
    """Return the items of a department that are in the catalogue on a day, those that are suspended too."""
    found = holding(session, department.split("-", maxsplit=1)[0], day)
    return [version for version in found if version.item.department == department]


def temporary_of(session: Session, department: str) -> list[ItemVersion]:
    """Return every version of a department's temporary items, also of those that are over, the latest first."""
    select = _versions().where(
        CatalogueItem.department == department, CatalogueItemVersion.temporary_until.is_not(None)
    )
    return _read(session, select.order_by(CatalogueItemVersion.valid_from.desc(), CatalogueItemVersion.item_code))


def coming(session: Session, county: str, day: date) -> list[tuple[ItemVersion, date, bool]]:
    """Return what is published and not in force yet (R38): the version, from when on, and whether it stays or goes."""
    ahead = _versions().where(
        CatalogueItemVersion.county == county,
        sa.or_(CatalogueItemVersion.valid_from > day, CatalogueItemVersion.valid_to > day),
        sa.or_(
            CatalogueItemVersion.valid_to.is_(None), CatalogueItemVersion.valid_to > CatalogueItemVersion.valid_from
        ),
    )
    found = _read(session, ahead.order_by(CatalogueItemVersion.valid_from, CatalogueItemVersion.item_code))
    begins = [(version, version.valid_from, True) for version in found if version.valid_from > day]
    follows = {(version.item.code, since) for version, since, _ in begins}
    ends = [
        (version, version.valid_to, False)
        for version in found
        if version.valid_to is not None
        and version.valid_to > day
        and (version.item.code, version.valid_to) not in follows
    ]
    return begins + ends


def changes_on(versions: Sequence[ItemVersion], day: date) -> date | None:
    """Return from when on an item changes, comes in or goes by a decision that is published, or None."""
    ahead = [version.valid_from for version in versions if version.valid_to is None]
    ahead += [version.valid_to for version in versions if version.valid_to and version.valid_to > version.valid_from]
    return min((each for each in ahead if each > day), default=None)


def item_in_force(session: Session, code: str, day: date) -> ItemVersion:
    """Return the version of an item that is in force on a day; raise NotFound."""
    for version in versions(session, code):
        if version.in_force(day):
            return version
    raise NotFound(f"事项 {code} 在 {day:%Y-%m-%d} 不在清单中。", item=code)


def item_held(session: Session, code: str, day: date) -> ItemVersion:
    """Return the version of an item that is in the catalogue on a day, be it suspended; raise NotFound."""
    for version in versions(session, code):
        if version.holds(day):
            return version
    raise NotFound(f"事项 {code} 在 {day:%Y-%m-%d} 不在清单中。", item=code)


def versions(session: Session, code: str) -> list[ItemVersion]:
    """Return all versions of an item, the latest first; raise NotFound for a code that never was one."""
    select = _versions().where(CatalogueItemVersion.item_code == code).order_by(CatalogueItemVersion.number.desc())
    found = _read(session, select)
    if not found:
        raise NotFound(f"没有事项 {code}。", item=code)
    return found


def decisions(session: Session, county: str) -> list[Decision]:
    """Return the versions of a county's catalogue, the latest first."""
    select = sa.select(Catalogue).filter_by(county=county).order_by(Catalogue.number.desc())
    return [_decision(row) for row in session.scalars(select)]


def matching(found: Sequence[ItemVersion], words: str) -> list[ItemVersion]:
    """Return the items in whose name, code, department or basis each of the words occurs."""
    wanted = words.lower().split()
    return [version for version in found if all(word in _searched(version) for word in wanted)]


def _searched(version: ItemVersion) -> str:
    item = version.item
    bases = (f"{basis.title} {basis.article} {basis.excerpt}" for basis in item.legal_bases)
    texts = (item.code, item.name_zh, item.name_en, item.description, version.department_name, *bases)
    return "\n".join(texts).lower()


def _versions() -> sa.Select[CatalogueItemVersion, Catalogue, str]:
    return (
        sa.select(CatalogueItemVersion, Catalogue, OrgUnit.name)
        .join(
            Catalogue,
            sa.and_(
                Catalogue.county == CatalogueItemVersion.county,
                Catalogue.number == CatalogueItemVersion.catalogue_number,
            ),
        )
        .join(CatalogueItem, CatalogueItem.code == CatalogueItemVersion.item_code)
        .join(OrgUnit, OrgUnit.code == CatalogueItem.department)
    )


def _read(session: Session, select: sa.Select[CatalogueItemVersion, Catalogue, str]) -> list[ItemVersion]:
    return [
        ItemVersion(
            item=_item(row),
            number=row.number,
            department_name=department,
            decision=_decision(catalogue),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            suspended_on=row.suspended_on,
            suspended_because=row.suspended_because,
        )
        for row, catalogue, department in session.execute(select)
    ]


def _decision(row: Catalogue) -> Decision:
    return Decision(
        row.county,
        row.number,
        row.decision_no,
        row.approved_by,
        row.approved_on,
        row.published_on,
        row.process_instance_id,
    )


def _item(row: CatalogueItemVersion) -> Item:
    return Item(
        code=row.item_code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        description=row.description,
        worker_action=WorkerAction(row.worker_action),
        requires_professional_skill=row.requires_professional_skill,
        requires_enforcement_qualification=row.requires_enforcement_qualification,
        legal_bases=[read_basis(basis) for basis in row.legal_bases],
        guarantees=Guarantees(**row.guarantees),
        temporary_until=row.temporary_until,
    )


def read_basis(data: Mapping[str, Any]) -> LegalBasis:
    """Return a basis from its JSON; raise KeyError or ValueError."""
    return LegalBasis(
        title=data["title"],
        article=data["article"],
        doc_type=DocumentType(data["doc_type"]),
        excerpt=data.get("excerpt") or "",
        recheck=data.get("recheck") or "",
        effective_from=_day(data.get("effective_from")),
        effective_to=_day(data.get("effective_to")),
        source=data.get("source") or "",
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
