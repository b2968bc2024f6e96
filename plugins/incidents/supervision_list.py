"""How departments stand, and about what they were told more than to hurry: for those who supervise them (D7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine.core_api import Forbidden, OrgUnit, ProcessInstance, Work
from plugins.incidents.incident_list import STRICTER
from plugins.incidents.referral_list import visible
from plugins.incidents.tables import Incident
from plugins.incidents.tables_referral import DeadlineClock, Referral, SupervisionNotice

SUPERVISORS: Final = frozenset({"agency_clerk", "county_leader", "city_agency", "township_leader", "auditor"})
"""Groups that look at departments as a whole; each within its own territory."""
PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """The open referrals of a department: all, those paused, those overdue, those that are supervised."""

    unit: str
    name: str
    county: str
    open: int
    paused: int
    overdue: int
    supervised: int


@dataclass(frozen=True, slots=True)
class Measure:
    """That a department was supervised, interviewed or reported, and how the referral stands now."""

    incident_no: str
    title: str
    unit: str
    measure: str
    at: datetime
    due_at: datetime
    rung: str
    ended_at: datetime | None
    overdue: bool


def may_supervise(work: Work) -> bool:
    """Return whether the actor looks at departments as a whole."""
    return any(post.group in SUPERVISORS for post in work.actor.posts)


def standings(work: Work) -> Sequence[Standing]:
    """Return how the departments stand in the actor's territory, those with the most overdue first; raise Forbidden."""
    _check(work)
    parent = aliased(OrgUnit)
    paused, now = DeadlineClock.remaining_seconds.is_not(None), work.clock.now()
    told = sa.select(SupervisionNotice.id).where(
        SupervisionNotice.referral_no == Referral.no, SupervisionNotice.measure.in_(STRICTER)
    )
    overdue = _count(sa.and_(sa.not_(paused), DeadlineClock.due_at < now))
    columns = (sa.func.count(), _count(paused), overdue, _count(told.correlate(Referral).exists()))
    select = (
        _referrals(work, *(Referral.unit, OrgUnit.name, parent.name, *columns))
        .join(parent, parent.code == OrgUnit.parent_code)
        .where(Referral.ended_at.is_(None), DeadlineClock.stopped_at.is_(None))
        .group_by(Referral.unit, OrgUnit.name, parent.name)
        .order_by(overdue.desc(), Referral.unit)
    )
    return [Standing(*row) for row in work.session.execute(select)]


def measures(work: Work, page: int = 1) -> Sequence[Measure]:
    """Return what was said to departments in the actor's territory, the newest first; raise Forbidden."""
    _check(work)
    select = (
        _referrals(work, SupervisionNotice, Incident, OrgUnit.name, Referral.ended_at, DeadlineClock)
        .join(SupervisionNotice, SupervisionNotice.referral_no == Referral.no)
        .where(SupervisionNotice.measure.in_(STRICTER))
        .order_by(SupervisionNotice.at.desc(), SupervisionNotice.id)
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    )
    now = work.clock.now()
    return [
        Measure(
            incident_no=incident.no,
            title=incident.title,
            unit=unit,
            measure=notice.measure,
            at=notice.at,
            due_at=notice.due_at,
            rung=notice.rung,
            ended_at=ended_at,
            overdue=ended_at is None and clock.remaining_seconds is None and clock.due_at < now,
        )
        for notice, incident, unit, ended_at, clock in work.session.execute(select)
    ]


def _check(work: Work) -> None:
    if not may_supervise(work):
        raise Forbidden(group="agency_clerk")


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def _referrals(work: Work, *columns: Any) -> sa.Select[Any]:
    """Return columns of the referrals in the actor's territory, with the clock of their present round."""
    on = sa.and_(DeadlineClock.referral_no == Referral.no, DeadlineClock.round == Referral.rework_count)
    return (
        sa.select(*columns)
        .select_from(Referral)
        .join(OrgUnit, OrgUnit.code == Referral.unit)
        .join(Incident, Incident.no == Referral.incident_no)
        .join(DeadlineClock, on)
        .outerjoin(ProcessInstance, ProcessInstance.id == Incident.process_instance_id)
        .where(visible(work.actor))
    )
