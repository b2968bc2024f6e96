"""Writing the catalogue: a new version of it, all at once, with what comes in, changes and goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import Actor, Clock, EngineError, OrgUnit
from plugins.catalogue.draft import plain
from plugins.catalogue.model import Fault, Item
from plugins.catalogue.tables import Catalogue, CatalogueItem, CatalogueItemVersion


class NotReady(EngineError):
    """事项尚不具备生效条件。"""

    code = "catalogue.not-ready"


@dataclass(frozen=True, slots=True)
class Enactment:
    """A decision on the catalogue (R38).

    Attributes:
        county: whose catalogue.
        decision_no: number of the approving document.
        approved_by: who approved, as published.
        approved_on, published_on: days of the place.
        effective_from: the day from which the changes hold; not before the publication.
        items: items that come in or change, as they will be.
        removed: codes of items that go.
        process_instance_id: the case, or None for the catalogue that the county had before this system.
    """

    county: str
    decision_no: str
    approved_by: str
    approved_on: date
    published_on: date
    effective_from: date
    items: Sequence[Item]
    removed: Sequence[str] = ()
    process_instance_id: str | None = None


def enact(session: Session, clock: Clock, actor: Actor, enactment: Enactment) -> int:
    """Write a decision as the county's next catalogue version; return its number.

    Raises:
        NotReady: an item may not be in force yet (I9), an item or department is not the county's, a removed item is
            not in the catalogue, or the days are in the wrong order. Nothing is written then.
    """
    faults = [*_order_faults(enactment), *_item_faults(session, enactment)]
    if faults:
        raise NotReady("\n".join(fault.zh for fault in faults), faults=faults)
    number = 1 + (session.scalar(sa.select(sa.func.max(Catalogue.number)).filter_by(county=enactment.county)) or 0)
    session.add(
        Catalogue(
            county=enactment.county,
            number=number,
            decision_no=enactment.decision_no,
            approved_by=enactment.approved_by,
            approved_on=enactment.approved_on,
            published_on=enactment.published_on,
            recorded_at=clock.now(),
            recorded_by=actor.id,
            process_instance_id=enactment.process_instance_id,
        )
    )
    session.flush()
    _end(session, [item.code for item in enactment.items] + list(enactment.removed), enactment.effective_from)
    for item in enactment.items:
        _add(session, item, number, enactment.effective_from)
    session.flush()
    return number


def next_code(session: Session, department: str) -> str:
    """Return the code of a department's next item: numbers count through a county and are never used again."""
    county = department.split("-", maxsplit=1)[0]
    taken = session.scalars(sa.select(CatalogueItem.code).filter_by(county=county))
    return f"{department}-{1 + max((int(code.rpartition('-')[2]) for code in taken), default=0):03}"


def _order_faults(enactment: Enactment) -> Iterable[Fault]:
    if not enactment.approved_on <= enactment.published_on <= enactment.effective_from:
        yield Fault(
            "批准、公示、生效的日期应依次不早于前者（第九条，R38）",
            "approval, publication and effect must come in this order (Article 9, R38)",
        )
    if not enactment.decision_no.strip() or not enactment.approved_by.strip():
        yield Fault(
            "没有写明批准机关和文号（第九条，R38）",
            "the approving body or its document number is missing (Article 9, R38)",
        )
    codes = [item.code for item in enactment.items]
    for code in sorted({code for code in codes if codes.count(code) > 1} | (set(codes) & set(enactment.removed))):
        yield Fault(f"{code}：在同一决定中出现多次", f"{code}: occurs more than once in the same decision")


def _item_faults(session: Session, enactment: Enactment) -> Iterable[Fault]:
    departments = set(
        session.scalars(sa.select(OrgUnit.code).filter_by(parent_code=enactment.county, kind="department"))
    )
    for item in enactment.items:
        if item.county != enactment.county or item.department not in departments:
            yield Fault(
                f"{item.code}：编码中的县区或者部门不是本县区的",
                f"{item.code}: the county or department in the code is not this county's",
            )
        yield from (
            Fault(f"{item.code} {item.name_zh}：{zh}", f"{item.code} {item.name_en or item.name_zh}: {en}")
            for zh, en in item.obstacles()
        )
    open_codes = set(
        session.scalars(sa.select(CatalogueItemVersion.item_code).filter_by(county=enactment.county, valid_to=None))
    )
    yield from (
        Fault(f"{code}：清单中没有这个事项", f"{code}: there is no such item in the catalogue")
        for code in enactment.removed
        if code not in open_codes
    )


def _end(session: Session, codes: Sequence[str], on: date) -> None:
    """End the versions of items that would hold on that day or later; one that has not begun by then never does."""
    for version in session.scalars(
        sa.select(CatalogueItemVersion).where(
            CatalogueItemVersion.item_code.in_(codes),
            sa.or_(CatalogueItemVersion.valid_to.is_(None), CatalogueItemVersion.valid_to > on),
        )
    ):
        version.valid_to = max(on, version.valid_from)


def _add(session: Session, item: Item, catalogue_number: int, valid_from: date) -> None:
    if session.get(CatalogueItem, item.code) is None:
        session.add(CatalogueItem(code=item.code, county=item.county, department=item.department))
        session.flush()
    latest = sa.select(sa.func.max(CatalogueItemVersion.number)).filter_by(item_code=item.code)
    session.add(
        CatalogueItemVersion(
            item_code=item.code,
            number=1 + (session.scalar(latest) or 0),
            county=item.county,
            catalogue_number=catalogue_number,
            name_zh=item.name_zh,
            name_en=item.name_en,
            description=item.description,
            worker_action=item.worker_action.value,
            requires_professional_skill=item.requires_professional_skill,
            requires_enforcement_qualification=item.requires_enforcement_qualification,
            legal_bases=[plain(asdict(basis)) for basis in item.legal_bases],
            guarantees=plain(asdict(item.guarantees)),
            temporary_until=item.temporary_until,
            suspended_on=None,
            suspended_because="",
            valid_from=valid_from,
            valid_to=None,
        )
    )
