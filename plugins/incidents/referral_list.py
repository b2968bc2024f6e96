"""Which referrals are open where one may look: those overdue first, then by when they are due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.core_api import Actor, ActorKind, OrgUnit, ProcessInstance, Work, below
from plugins.incidents.tables import Incident
from plugins.incidents.tables_referral import DeadlineClock, Referral

PAGE = 50


@dataclass(frozen=True, slots=True)
class ReferralFilter:
    """Which of them: of one department, of one township, overdue ones only, those of one urgency; page from 1."""

    unit: str = ""
    township: str = ""
    urgency: str = ""
    overdue: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class OpenReferral:
    """An open referral as a list shows it. `paused`: 挂账, `due_at` is then the one before."""

    no: str
    incident_no: str
    instance_id: str | None
    title: str
    sensitive: bool
    urgency: str
    item: str | None
    unit: str
    unit_name: str
    township: str | None
    role: str
    state: str
    designated: bool
    rework_count: int
    dispatched_at: datetime
    due_at: datetime
    paused: bool
    overdue: bool
    provisional: bool


def referrals(work: Work, wanted: ReferralFilter = ReferralFilter(), limit: int = PAGE) -> Sequence[OpenReferral]:
    """Return a page of the open referrals that the actor may see.

    Seen are those to units of one's own or below, and those of incidents that one may see: of the township or county.
    """
    now = work.clock.now()
    running = DeadlineClock.remaining_seconds.is_(None)
    select = (
        sa.select(Referral, Incident, DeadlineClock, OrgUnit.name)
        .join(Incident, Incident.no == Referral.incident_no)
        .join(OrgUnit, OrgUnit.code == Referral.unit)
        .join(
            DeadlineClock,
            sa.and_(DeadlineClock.referral_no == Referral.no, DeadlineClock.round == Referral.rework_count),
        )
        .outerjoin(ProcessInstance, ProcessInstance.id == Incident.process_instance_id)
        .where(DeadlineClock.stopped_at.is_(None), Referral.ended_at.is_(None), *_conditions(wanted))
        .where(visible(work.actor))
        .order_by(running.desc(), DeadlineClock.due_at, Referral.no)
        .limit(limit)
        .offset((wanted.page - 1) * limit)
    )
    if wanted.overdue:
        select = select.where(running, DeadlineClock.due_at < now)
    return [_line(now, *row) for row in work.session.execute(select)]


def _conditions(wanted: ReferralFilter) -> list[sa.ColumnElement[bool]]:
    given: tuple[tuple[Any, str], ...] = (
        (Referral.unit, wanted.unit),
        (Incident.township, wanted.township),
        (Incident.urgency, wanted.urgency),
    )
    return [column == value for column, value in given if value]


def visible(actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on OrgUnit (of the referral) and ProcessInstance that says what an actor may see."""
    if actor.kind is ActorKind.SYSTEM:
        return sa.true()
    paths = {post.path for post in actor.posts}
    return sa.or_(
        sa.false(),
        *(sa.or_(below(OrgUnit.path, path), below(ProcessInstance.org_path, path)) for path in sorted(paths)),
    )


def _line(now: datetime, referral: Referral, incident: Incident, clock: DeadlineClock, unit_name: str) -> OpenReferral:
    paused = clock.remaining_seconds is not None
    return OpenReferral(
        no=referral.no,
        incident_no=incident.no,
        instance_id=incident.process_instance_id,
        title=incident.title,
        sensitive=incident.sensitive,
        urgency=incident.urgency,
        item=incident.item,
        unit=referral.unit,
        unit_name=unit_name,
        township=incident.township,
        role=referral.role,
        state=referral.state,
        designated=referral.designated,
        rework_count=referral.rework_count,
        dispatched_at=referral.dispatched_at,
        due_at=clock.due_at,
        paused=paused,
        overdue=not paused and now > clock.due_at,
        provisional=clock.provisional,
    )
