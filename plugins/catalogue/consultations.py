"""Asking the public before a decision (SPEC 8(b), b7): what is asked, what was said, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import GuardRefused, HandlerContext, NotFound, OrgUnit, today
from plugins.catalogue.applications import of_instance
from plugins.catalogue.draft import plain
from plugins.catalogue.tables import CatalogueApplication, Consultation, Opinion

PUBLISHED: Final = (
    "name",
    "name_en",
    "description",
    "worker_action",
    "service_object",
    "requires_professional_skill",
    "requires_enforcement_qualification",
    "legal_bases",
    "removal_reason",
    "removal_text",
)
"""What is published of an application: not the guidance person, nor the funds."""


class Handled(StrEnum):
    """What became of an opinion."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    NOT_ACCEPTED = "not_accepted"


@dataclass(frozen=True, slots=True)
class Answered:
    """An opinion as published: what it said in the agency's words, how it was handled and why."""

    summary: str
    handled: Handled
    reason: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A consultation as the public sees it. `answers` are empty until they are published."""

    no: str
    kind: str
    county: str
    department_name: str
    content: Mapping[str, Any]
    opens_on: date
    closes_on: date
    answered_at: datetime | None
    answers: Sequence[Answered]

    def is_open(self, day: date) -> bool:
        """Return whether opinions are taken on a day."""
        return self.opens_on <= day <= self.closes_on


def open_one(context: HandlerContext, application_no: str, draft: Mapping[str, Any], days: int) -> Consultation:
    """Publish an application for the public's opinion, for so many days after today."""
    application, day = of_instance(context.session, application_no, context.instance_id), today(context.clock)
    latest = _latest(context.session, application_no)
    content = plain(draft)
    row = Consultation(
        application_no=application_no,
        round=latest.round + 1 if latest else 1,
        county=application.county,
        department=application.department,
        content={name: content[name] for name in PUBLISHED if content.get(name) not in (None, "")},
        opens_on=day,
        closes_on=day + timedelta(days=days),
        answered_at=None,
    )
    context.session.add(row)
    return row


def said(session: Session, application_no: str) -> Sequence[Opinion]:
    """Return the opinions of an application's last consultation, the earliest first."""
    latest = _latest(session, application_no)
    if latest is None:
        return []
    select = sa.select(Opinion).filter_by(application_no=application_no, round=latest.round)
    return session.scalars(select.order_by(Opinion.given_at, Opinion.receipt_no)).all()


def answer(context: HandlerContext, application_no: str, answers: Sequence[Mapping[str, Any]]) -> int:
    """Publish what became of each opinion; return how many there were.

    Raises:
        GuardRefused: an opinion has no answer, or one is not of this consultation.
    """
    of_instance(context.session, application_no, context.instance_id)
    given = {str(each["receipt_no"]): each for each in answers}
    opinions = said(context.session, application_no)
    if set(given) != {opinion.receipt_no for opinion in opinions}:
        raise GuardRefused(f"申请 {application_no} 的意见没有逐条处理。", application_no=application_no)
    now = context.clock.now()
    for opinion in opinions:
        one = given[opinion.receipt_no]
        opinion.handled, opinion.summary = Handled(one["handled"]).value, str(one["summary"])
        opinion.reply, opinion.replied_at = str(one["reason"]), now
        done = context.completions("answer")
        opinion.replied_by, opinion.replied_by_name = (done[-1].actor_id, done[-1].actor_name) if done else (None, None)
    latest = _latest(context.session, application_no)
    if latest is not None:
        latest.answered_at = now
    return len(opinions)


def asked(session: Session, no: str) -> Asked:
    """Return an application's last consultation; raise NotFound where the public was not asked."""
    found = _read(session, Consultation.application_no == no)
    if not found:
        raise NotFound(application_no=no)
    return found[0]


def of_county(session: Session, county: str, limit: int = 20) -> list[Asked]:
    """Return the consultations of a county, the latest first."""
    return _read(session, Consultation.county == county, limit)


def round_open(session: Session, no: str, day: date) -> Consultation:
    """Return the consultation for which an opinion is given on a day; raise NotFound when none is open."""
    latest = _latest(session, no)
    if latest is None or not latest.opens_on <= day <= latest.closes_on:
        raise NotFound(application_no=no)
    return latest


def _latest(session: Session, no: str) -> Consultation | None:
    select = sa.select(Consultation).filter_by(application_no=no).order_by(Consultation.round.desc()).limit(1)
    return session.scalars(select).one_or_none()


def _read(session: Session, where: sa.ColumnElement[bool], limit: int = 1) -> list[Asked]:
    select = (
        sa.select(Consultation, CatalogueApplication.kind, OrgUnit.name)
        .join(CatalogueApplication, CatalogueApplication.no == Consultation.application_no)
        .join(OrgUnit, OrgUnit.code == Consultation.department)
        .where(where)
        .order_by(Consultation.opens_on.desc(), Consultation.application_no, Consultation.round.desc())
        .limit(limit)
    )
    return [
        Asked(
            no=row.application_no,
            kind=kind,
            county=row.county,
            department_name=department,
            content=row.content,
            opens_on=row.opens_on,
            closes_on=row.closes_on,
            answered_at=row.answered_at,
            answers=_answers(session, row) if row.answered_at else (),
        )
        for row, kind, department in session.execute(select).all()
    ]


def _answers(session: Session, row: Consultation) -> list[Answered]:
    select = sa.select(Opinion).filter_by(application_no=row.application_no, round=row.round)
    return [
        Answered(each.summary or "", Handled(str(each.handled)), each.reply or "")
        for each in session.scalars(select.order_by(Opinion.given_at, Opinion.receipt_no))
    ]
