"""What the public says about the catalogue (R47): given without a login, answered by the county agency in time."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.core_api import TIMEZONE, Forbidden, NotFound, OrgUnit, Work, today
from plugins.catalogue.consultations import round_open
from plugins.catalogue.tables import CatalogueItem, CatalogueItemVersion, Opinion

AGENCY = "county_reviewer"
"""The group that answers: the county's agency."""

REPLY_WITHIN = 5
"""Working days (SPEC 6.1, assumed)."""

TEXT_LENGTH = 2000
CONTACT_LENGTH = 100
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is read or heard as something else


@dataclass(frozen=True, slots=True)
class GivenOpinion:
    """An opinion as the agency sees it, its contact included; `item_name` "" when it is about no single item."""

    receipt_no: str
    item_code: str | None
    item_name: str
    text: str
    contact: str
    given_at: datetime
    due_at: datetime
    reply: str | None
    replied_at: datetime | None
    replied_by_name: str | None

    def overdue(self, now: datetime) -> bool:
        """Return whether it should have been answered by now and is not."""
        return self.reply is None and self.due_at < now


def give(
    work: Work, county: str, item_code: str | None, text: str, contact: str, consultation: str | None = None
) -> str:
    """Keep an opinion; return its receipt number, which is all that the public can ask after it with.

    `consultation`: number of the application about which the public is asked.

    Raises:
        NotFound: no such county or item, or the public is not asked now.
    """
    unit = work.session.get(OrgUnit, county)
    item = work.session.get(CatalogueItem, item_code) if item_code else None
    if unit is None or unit.kind != "county" or (item_code and (item is None or item.county != county)):
        raise NotFound(county=county, item=item_code)
    now = work.clock.now()
    asked = round_open(work.session, consultation, today(work.clock)) if consultation else None
    if asked is not None and asked.county != county:
        raise NotFound(application_no=consultation)
    # not counted up: a number that can be guessed would show the reply to another
    chosen = "".join(secrets.choice(_LETTERS) for _ in range(8))
    receipt_no = f"YJ-{county}-{now.astimezone(TIMEZONE):%Y%m%d}-{chosen}"
    work.session.add(
        Opinion(
            receipt_no=receipt_no,
            county=county,
            item_code=item_code or None,
            application_no=asked.application_no if asked else None,
            round=asked.round if asked else None,
            text=text,
            contact=contact,
            given_at=now,
            due_at=work.calendar.working_days_after(now, REPLY_WITHIN),
        )
    )
    return receipt_no


def by_receipt(work: Work, receipt_no: str) -> GivenOpinion:
    """Return the opinion with a receipt number; raise NotFound."""
    found = _read(work, Opinion.receipt_no == receipt_no.strip().upper())
    if not found:
        raise NotFound(receipt_no=receipt_no)
    return found[0]


def of_agency(work: Work, limit: int = 200) -> list[GivenOpinion]:
    """Return the opinions that the actor's agency has to answer or has answered, those that wait first.

    Those in a consultation are answered in its case.
    """
    own = sa.and_(Opinion.county.in_(_counties(work)), Opinion.application_no.is_(None))
    return _read(work, own, limit)


def answer(work: Work, receipt_no: str, reply: str) -> None:
    """Answer an opinion. The first answer stays; a second one raises Forbidden.

    Raises:
        NotFound: no such opinion in the actor's county.
        Forbidden: it was answered already.
    """
    select = sa.select(Opinion).where(
        Opinion.receipt_no == receipt_no, Opinion.county.in_(_counties(work)), Opinion.application_no.is_(None)
    )
    opinion = work.session.scalars(select.with_for_update()).one_or_none()
    if opinion is None:
        raise NotFound(receipt_no=receipt_no)
    if opinion.reply is not None:
        raise Forbidden(f"{opinion.replied_by_name} 已于 {opinion.replied_at:%Y-%m-%d} 答复。", receipt_no=receipt_no)
    opinion.reply, opinion.replied_at = reply, work.clock.now()
    opinion.replied_by, opinion.replied_by_name = work.actor.id, work.actor.name


def _counties(work: Work) -> Sequence[str]:
    return [post.org_unit for post in work.actor.posts if post.group == AGENCY]


def _read(work: Work, where: sa.ColumnElement[bool], limit: int = 1) -> list[GivenOpinion]:
    name = (
        sa.select(CatalogueItemVersion.name_zh)
        .where(CatalogueItemVersion.item_code == Opinion.item_code)
        .order_by(CatalogueItemVersion.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    select = sa.select(Opinion, name).where(where)
    waits_until = sa.case((Opinion.reply.is_(None), Opinion.due_at))
    order = (Opinion.reply.is_not(None), waits_until, Opinion.given_at.desc(), Opinion.receipt_no)
    return [
        GivenOpinion(
            receipt_no=row.receipt_no,
            item_code=row.item_code,
            item_name=item_name or "",
            text=row.text,
            contact=row.contact,
            given_at=row.given_at,
            due_at=row.due_at,
            reply=row.reply,
            replied_at=row.replied_at,
            replied_by_name=row.replied_by_name,
        )
        for row, item_name in work.session.execute(select.order_by(*order).limit(limit))
    ]
