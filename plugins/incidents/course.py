"""What became of an incident's referrals: clocks with their segments, urgings, disputes, verifications, ratings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from engine.core_api import NotFound, OrgUnit, ProcessInstance, Wording, Work
from plugins.incidents import clock as clocks
from plugins.incidents import ladder
from plugins.incidents.referral_list import visible
from plugins.incidents.tables import Incident
from plugins.incidents.tables_referral import (
    DeadlineClock,
    Dispute,
    Referral,
    Reopening,
    Satisfaction,
    SupervisionNotice,
    Verification,
)
from plugins.incidents.time_limits import Reckoning


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a clock's course: `running`, `paused` or `extended`; `until` is None for the one that goes on.

    For an extension `since` is the due time before it and `until` the one after it; `note` is what was given as reason.
    """

    kind: str
    since: datetime
    until: datetime | None
    note: str = ""
    review_on: date | None = None
    decision: str = ""


@dataclass(frozen=True, slots=True)
class ClockCourse:
    """A clock as people read it. `left`: seconds that count until it is due. `round`: 0, then one a rework."""

    round: int
    amount: int
    unit: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    paused: bool
    overdue: bool
    left: int
    provisional: bool
    explanation_zh: str
    explanation_en: str
    segments: Sequence[Segment]
    rung: str
    next_rung_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReferralCourse:
    """A referral with everything that happened to it. `handling` and `return_request` are as the forms gave them."""

    no: str
    unit: str
    unit_name: str
    role: str
    state: str
    designated: bool
    reason: Wording
    dispatched_at: datetime
    sign_by: datetime
    signed_at: datetime | None
    signed_automatically: bool
    return_by: datetime
    return_request: dict[str, Any] | None
    handling: dict[str, Any] | None
    completed_at: datetime | None
    ended_at: datetime | None
    end_reason: Wording
    clocks: Sequence[ClockCourse]
    notices: Sequence[SupervisionNotice]
    disputes: Sequence[Dispute]
    verifications: Sequence[Verification]


@dataclass(frozen=True, slots=True)
class Course:
    """What became of an incident since it was first dispatched."""

    referrals: Sequence[ReferralCourse]
    ratings: Sequence[Satisfaction]
    reopenings: Sequence[Reopening]


def course_of(work: Work, incident_no: str) -> Course:
    """Return the course of an incident that the actor may see, or that was referred to a department of theirs.

    Raises:
        NotFound: no such incident, or one that the actor may not see.
    """
    incident = _seen(work, incident_no)
    session = work.session
    select = sa.select(Referral, OrgUnit.name).join(OrgUnit, OrgUnit.code == Referral.unit)
    rows = session.execute(select.where(Referral.incident_no == incident_no).order_by(Referral.number)).all()
    rated = sa.select(Satisfaction).where(Satisfaction.incident_no == incident_no).order_by(Satisfaction.at)
    reopened = sa.select(Reopening).where(Reopening.incident_no == incident_no).order_by(Reopening.number)
    return Course(
        [_referral(work, incident, referral, name) for referral, name in rows],
        session.scalars(rated).all(),
        session.scalars(reopened).all(),
    )


def clock_of(work: Work, referral_no: str) -> ClockCourse:
    """Return the present clock of a referral that the actor may see; raise NotFound."""
    referral = work.session.get(Referral, referral_no)
    if referral is None:
        raise NotFound(referral_no=referral_no)
    incident = _seen(work, referral.incident_no)
    return _clock(work, incident, referral, clocks.current(work.session, referral))


def _seen(work: Work, incident_no: str) -> Incident:
    select = (
        sa.select(Incident)
        .outerjoin(ProcessInstance, ProcessInstance.id == Incident.process_instance_id)
        .outerjoin(Referral, Referral.incident_no == Incident.no)
        .outerjoin(OrgUnit, OrgUnit.code == Referral.unit)
        .where(Incident.no == incident_no, visible(work.actor))
        .limit(1)
    )
    found = work.session.scalars(select).first()
    if found is None:
        raise NotFound(incident_no=incident_no)
    return found


def _referral(work: Work, incident: Incident, referral: Referral, unit_name: str) -> ReferralCourse:
    session = work.session
    rounds = sa.select(DeadlineClock).where(DeadlineClock.referral_no == referral.no).order_by(DeadlineClock.round)
    return ReferralCourse(
        no=referral.no,
        unit=referral.unit,
        unit_name=unit_name,
        role=referral.role,
        state=referral.state,
        designated=referral.designated,
        reason=referral.reason,
        dispatched_at=referral.dispatched_at,
        sign_by=referral.sign_by,
        signed_at=referral.signed_at,
        signed_automatically=referral.signed_automatically,
        return_by=referral.return_by,
        return_request=referral.return_request,
        handling=referral.handling,
        completed_at=referral.completed_at,
        ended_at=referral.ended_at,
        end_reason=referral.end_reason,
        clocks=[_clock(work, incident, referral, clock) for clock in session.scalars(rounds).all()],
        notices=_of(work, SupervisionNotice, referral, SupervisionNotice.at),
        disputes=_of(work, Dispute, referral, Dispute.opened_at),
        verifications=_of(work, Verification, referral, Verification.at),
    )


def _of(work: Work, table: Any, referral: Referral, order: Any) -> Sequence[Any]:
    return work.session.scalars(sa.select(table).where(table.referral_no == referral.no).order_by(order)).all()


def _clock(work: Work, incident: Incident, referral: Referral, clock: DeadlineClock) -> ClockCourse:
    now = work.clock.now()
    reading = clocks.read(clock, Reckoning.of(work.calendar, clock.unit), now)
    rungs = [] if reading.stopped else list(ladder.rungs(work.calendar, incident.urgency, clock, reading, now))
    return ClockCourse(
        round=clock.round,
        amount=clock.amount,
        unit=clock.unit,
        started_at=clock.started_at,
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
        paused=reading.paused,
        overdue=reading.overdue,
        left=reading.left,
        provisional=clock.provisional,
        explanation_zh=clock.explanation_zh,
        explanation_en=clock.explanation_en,
        segments=_segments(work, referral, clock),
        rung=next((rung.name for rung in reversed(rungs) if rung.at is None), "none"),
        next_rung_at=next((rung.at for rung in rungs if rung.at is not None), None),
    )


def _segments(work: Work, referral: Referral, clock: DeadlineClock) -> list[Segment]:
    """Return what a clock went through, in order: running and paused in turn, and the extensions."""
    since: datetime | None = clock.started_at
    found = []
    for pause in clocks.pauses(work.session, referral.no):
        if pause.round == clock.round:
            if since is not None and pause.from_at > since:
                found.append(Segment("running", since, pause.from_at))
            found.append(Segment("paused", pause.from_at, pause.until_at, pause.interim_measures, pause.review_on))
            since = pause.until_at
    if since is not None:
        found.append(Segment("running", since, clock.stopped_at))
    extended = [
        Segment("extended", each.from_due, each.to_due, each.reason, decision=each.decision)
        for each in clocks.extensions(work.session, referral.no)
        if each.round == clock.round
    ]
    return [*found, *extended]
