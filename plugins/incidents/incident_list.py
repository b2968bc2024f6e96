"""Which incidents there are where one may look, and one of them. Who reported it: `reporters`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from engine.core_api import (
    ActorKind,
    NotFound,
    OrgUnit,
    ProcessInstance,
    UserTask,
    Wording,
    Work,
    below,
    takes_part,
    today,
)
from plugins.incidents.lifecycle import ENDED_INCIDENT
from plugins.incidents.tables import Incident, IncidentReporter
from plugins.incidents.tables_referral import DeadlineClock, Referral, SupervisionNotice
from plugins.workforce.api import grids_of, worker_of_person

PAGE = 50
WORKER: Final = "grid_worker"
STRICTER: Final = ("supervise", "interview", "report")
"""Measures of D7 beyond reminding and urging."""


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """Which of them: `state` one state, or "open"; `search` in number, title and place; page from 1.

    `department`: those that were referred to it; `overdue`: those with a referral whose clock has run out;
    `supervised`: those about which a department was told more than to hurry (督办、约谈、通报).
    """

    state: str = ""
    county: str = ""
    township: str = ""
    grid: str = ""
    urgency: str = ""
    search: str = ""
    item: str = ""
    department: str = ""
    overdue: bool = False
    supervised: bool = False
    reported_by: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """An incident as a list or a page shows it: no word of who reported it."""

    no: str
    instance_id: str | None
    channel: str
    title: str
    description: str
    place: str
    latitude: float | None
    longitude: float | None
    county: str
    township: str | None
    grid: str | None
    grid_as_of: date | None
    item: str | None
    urgency: str
    state: str
    sensitive: bool
    must_refer: bool
    occurred_at: datetime
    reported_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    closing_code: str | None
    closing_note: Wording
    duplicate_of: str | None
    rework_count: int
    reopen_count: int
    routing: dict[str, Any] | None
    self_handling: dict[str, Any] | None
    media: Sequence[dict[str, Any]]


_FIELDS = tuple(name for name in IncidentLine.__dataclass_fields__ if name != "instance_id")


def incidents(work: Work, wanted: IncidentFilter = IncidentFilter(), limit: int = PAGE) -> list[IncidentLine]:
    """Return a page of the incidents that the actor may see: those that are overdue first, then the newest.

    Seen are those of one's units and below, and those referred to a department of one's own; by a grid worker those of
    the worker's own grids, those that the worker reported, and those in which the worker takes part.
    """
    late = _late(work)
    order = (late.desc(), Incident.reported_at.desc(), Incident.no.desc())
    select = seen(work).where(*_conditions(wanted)).order_by(*order)
    if wanted.overdue:
        select = select.where(late)
    if wanted.reported_by:
        own = sa.select(IncidentReporter.incident_no).where(IncidentReporter.person_id == wanted.reported_by)
        select = select.where(Incident.no.in_(own))
    rows = work.session.scalars(select.limit(limit).offset((wanted.page - 1) * limit))
    return [_line(row) for row in rows]


def incident_of(work: Work, no: str) -> IncidentLine:
    """Return an incident that the actor may see; raise NotFound."""
    found = work.session.scalars(seen(work).where(Incident.no == no)).one_or_none()
    if found is None:
        raise NotFound(incident_no=no)
    return _line(found)


def seen(work: Work) -> sa.Select[Incident]:
    """Return the incidents that the actor may see, as a statement."""
    referred = (
        sa.select(Referral.no)
        .join(OrgUnit, OrgUnit.code == Referral.unit)
        .where(Referral.incident_no == Incident.no, _own_department(work))
        .correlate(Incident)
    )
    return (
        sa.select(Incident)
        .outerjoin(ProcessInstance, ProcessInstance.id == Incident.process_instance_id)
        .where(sa.or_(_in_place(work), referred.exists()))
    )


def _own_department(work: Work) -> sa.ColumnElement[bool]:
    """Return whether a referral's department is one of the actor's; of a worker's post none is."""
    paths = sorted({post.path for post in work.actor.posts if post.group != WORKER})
    return sa.or_(sa.false(), *(below(OrgUnit.path, path) for path in paths))


def _in_place(work: Work) -> sa.ColumnElement[bool]:
    if work.actor.kind is ActorKind.SYSTEM:
        return sa.true()
    others = [post for post in work.actor.posts if post.group != WORKER]
    seen = [below(ProcessInstance.org_path, post.path) for post in others]
    if work.actor.holds(WORKER):
        own = sa.select(IncidentReporter.incident_no).where(IncidentReporter.person_id == work.actor.id)
        seen += [
            Incident.grid.in_(own_grids(work)),
            Incident.no.in_(own),
            Incident.process_instance_id.in_(_to_do(work)),
        ]
    return sa.or_(sa.false(), *seen)


def _to_do(work: Work) -> sa.Select[str]:
    """Return the cases in which the actor takes part as a worker."""
    parts = [takes_part(work.actor, post) for post in work.actor.posts if post.group == WORKER]
    return sa.select(UserTask.instance_id).where(sa.or_(sa.false(), *parts))


def own_grids(work: Work) -> list[str]:
    """Return the grids that the actor serves today as a grid worker, those with the primary responsibility first."""
    worker = worker_of_person(work.session, work.actor.id)
    return grids_of(work.session, worker, today(work.clock)) if worker else []


def _late(work: Work) -> sa.ColumnElement[bool]:
    """Return whether a referral of an incident has run out of time: computed, never kept (I15)."""
    return _running().where(Referral.incident_no == Incident.no, DeadlineClock.due_at < work.clock.now()).exists()


def _running() -> sa.Select[str]:
    on = sa.and_(DeadlineClock.referral_no == Referral.no, DeadlineClock.round == Referral.rework_count)
    runs = sa.and_(DeadlineClock.stopped_at.is_(None), DeadlineClock.remaining_seconds.is_(None))
    return sa.select(Referral.no).join(DeadlineClock, on).where(runs, Referral.ended_at.is_(None))


def due_times(work: Work, nos: Sequence[str]) -> dict[str, datetime]:
    """Return by when incidents are due now: the earliest running clock of their referrals, by number."""
    least = sa.func.min(DeadlineClock.due_at, type_=DeadlineClock.due_at.type)
    select = _running().with_only_columns(Referral.incident_no, least).where(Referral.incident_no.in_(nos))
    return {no: due for no, due in work.session.execute(select.group_by(Referral.incident_no))}


def leads(work: Work, nos: Sequence[str]) -> dict[str, str]:
    """Return who has incidents: the name of the department that leads now, by number."""
    select = sa.select(Referral.incident_no, OrgUnit.name).join(OrgUnit, OrgUnit.code == Referral.unit)
    held = sa.and_(Referral.role == "lead", Referral.ended_at.is_(None), Referral.incident_no.in_(nos))
    return {no: name for no, name in work.session.execute(select.where(held))}


def supervised(work: Work, nos: Sequence[str]) -> frozenset[str]:
    """Return which of the incidents are supervised, or were."""
    return frozenset(work.session.scalars(_supervised().where(Referral.incident_no.in_(nos))))


def _supervised() -> sa.Select[str]:
    told = sa.and_(SupervisionNotice.referral_no == Referral.no, SupervisionNotice.measure.in_(STRICTER))
    return sa.select(Referral.incident_no).join(SupervisionNotice, told)


def _conditions(wanted: IncidentFilter) -> list[sa.ColumnElement[bool]]:
    given: tuple[tuple[Any, str], ...] = (
        (Incident.county, wanted.county),
        (Incident.township, wanted.township),
        (Incident.grid, wanted.grid),
        (Incident.urgency, wanted.urgency),
        (Incident.item, wanted.item),
    )
    found = [column == value for column, value in given if value]
    if wanted.state == "open":
        found.append(Incident.state.not_in([str(state) for state in ENDED_INCIDENT]))
    elif wanted.state:
        found.append(Incident.state == wanted.state)
    if wanted.department:
        found.append(Incident.no.in_(sa.select(Referral.incident_no).where(Referral.unit == wanted.department)))
    if wanted.supervised:
        found.append(Incident.no.in_(_supervised()))
    if wanted.search:
        columns = (Incident.no, Incident.title, Incident.place)
        found.append(sa.or_(*(column.contains(wanted.search, autoescape=True) for column in columns)))
    return found


def _line(row: Incident) -> IncidentLine:
    return IncidentLine(instance_id=row.process_instance_id, **{name: getattr(row, name) for name in _FIELDS})
