"""What the pages show: the workers of a township, one worker with all dates, the trainings. Telephones are masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import NotFound, OrgUnit
from plugins.catalogue import api as catalogue
from plugins.grid_registry import api as grids
from plugins.workforce.model import Terms, masked
from plugins.workforce.staff import terms_of
from plugins.workforce.tables import (
    Engagement,
    GridAssignment,
    GridWorker,
    TrainingAttendance,
    TrainingSession,
    TrainingTopic,
)


@dataclass(frozen=True, slots=True)
class Served:
    """An assignment with the grid's name. `ends` is its last day plus one: its own end or the grid's, or None."""

    id: str
    grid: str
    grid_name: str
    is_primary: bool
    begins: date
    ends: date | None
    ended_with_grid: bool

    def on(self, day: date) -> bool:
        """Return whether it holds on a day."""
        return self.begins <= day and (self.ends is None or day < self.ends)


@dataclass(frozen=True, slots=True)
class Engaged:
    """An engagement with its dates. `township` is the name."""

    township: str
    terms: Terms
    begins: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A worker in the list of a township. `engaged` is the engagement of the day, or the next one."""

    id: str
    staff_no: str
    name: str
    phone: str
    engaged: Engaged
    grids: Sequence[Served]


@dataclass(frozen=True, slots=True)
class Attended:
    """A training that a worker was to attend."""

    title: str
    held_on: date
    items: Sequence[str]
    present: bool
    score: int | None


@dataclass(frozen=True, slots=True)
class WorkerSheet:
    """One worker. `township` is the present or last one; `is_open`: engaged without an end."""

    id: str
    staff_no: str
    name: str
    phone: str
    has_login: bool
    township: str
    is_open: bool
    engagements: Sequence[Engaged]
    assignments: Sequence[Served]
    trainings: Sequence[Attended]


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """A training of a township. `attended` and `of`: how many were there, of how many recorded."""

    id: str
    title: str
    held_on: date
    hours: int
    items: Sequence[tuple[str, str]]
    marks: Mapping[str, tuple[bool, int | None]]

    @property
    def attended(self) -> int:
        """How many were there."""
        return sum(present for present, _ in self.marks.values())


def roster(session: Session, township: str, day: date) -> list[WorkerRow]:
    """Return the workers whom a township has engaged on a day or will engage, by staff number."""
    lasting = sa.or_(Engagement.valid_to.is_(None), Engagement.valid_to > day)
    select = (
        sa.select(GridWorker, Engagement)
        .join(Engagement, Engagement.worker_id == GridWorker.id)
        .where(Engagement.township == township, lasting)
        .order_by(GridWorker.staff_no, Engagement.valid_from.desc())
    )
    rows = {worker.id: (worker, engagement) for worker, engagement in session.execute(select)}  # the earliest stays
    served = _served(session, list(rows))
    return [
        WorkerRow(
            worker.id,
            worker.staff_no,
            worker.name,
            masked(worker.phone),
            _engaged(session, engagement),
            [each for each in served.get(worker.id, []) if each.on(day)],
        )
        for worker, engagement in rows.values()
    ]


def engaged_on(session: Session, township: str, day: date) -> list[tuple[str, str, str]]:
    """Return (id, staff number, name) of the workers of a township on a day, by staff number."""
    select = (
        sa.select(GridWorker.id, GridWorker.staff_no, GridWorker.name)
        .join(Engagement, Engagement.worker_id == GridWorker.id)
        .where(Engagement.township == township, Engagement.valid_from <= day)
        .where(sa.or_(Engagement.valid_to.is_(None), Engagement.valid_to > day))
        .order_by(GridWorker.staff_no)
    )
    return [(id_, staff_no, name) for id_, staff_no, name in session.execute(select)]


def sheet(session: Session, worker_id: str) -> WorkerSheet:
    """Return one worker with all engagements, grids and trainings, the latest first; raise NotFound."""
    worker = session.get(GridWorker, worker_id)
    if worker is None:
        raise NotFound(worker=worker_id)
    select = sa.select(Engagement).filter_by(worker_id=worker_id).order_by(Engagement.valid_from.desc())
    engagements = list(session.scalars(select))
    return WorkerSheet(
        id=worker.id,
        staff_no=worker.staff_no,
        name=worker.name,
        phone=masked(worker.phone),
        has_login=worker.person_id is not None,
        township=engagements[0].township,
        is_open=engagements[0].valid_to is None,
        engagements=[_engaged(session, row) for row in engagements],
        assignments=_served(session, [worker_id]).get(worker_id, []),
        trainings=_attended(session, worker_id),
    )


def phone_of(session: Session, worker_id: str) -> str:
    """Return a worker's telephone number in full: whoever is shown it is written down in the log."""
    return session.get_one(GridWorker, worker_id).phone


def trainings(session: Session, township: str) -> list[TrainingRow]:
    """Return the trainings of a township, the latest first."""
    select = sa.select(TrainingSession).filter_by(township=township)
    rows = list(session.scalars(select.order_by(TrainingSession.held_on.desc(), TrainingSession.id)))
    topics = _topics(session, [row.id for row in rows])
    marks: dict[str, dict[str, tuple[bool, int | None]]] = {}
    for mark in session.scalars(sa.select(TrainingAttendance).where(TrainingAttendance.session_id.in_(topics))):
        marks.setdefault(mark.session_id, {})[mark.worker_id] = (mark.present, mark.score)
    codes = {code for of in topics.values() for code in of}
    called = {code: catalogue.versions(session, code)[0].item.name_zh for code in codes}
    return [
        TrainingRow(
            row.id,
            row.title,
            row.held_on,
            row.hours,
            [(code, called[code]) for code in topics[row.id]],
            marks.get(row.id, {}),
        )
        for row in rows
    ]


def _engaged(session: Session, row: Engagement) -> Engaged:
    township = session.get_one(OrgUnit, row.township)  # the same few again and again: the session has them
    return Engaged(township.name, terms_of(row), row.valid_from, row.valid_to)


def _served(session: Session, workers: Sequence[str]) -> dict[str, list[Served]]:
    """Return the assignments of workers, the latest first."""
    select = sa.select(GridAssignment).where(GridAssignment.worker_id.in_(workers))
    rows = list(session.scalars(select.order_by(GridAssignment.valid_from.desc(), GridAssignment.grid_code)))
    stands = grids.standing(session, {row.grid_code for row in rows})
    found: dict[str, list[Served]] = {}
    for row in rows:
        grid = stands[row.grid_code]
        ends = min(filter(None, (row.valid_to, grid.valid_to)), default=None)
        with_grid = ends is not None and ends != row.valid_to
        served = Served(row.id, grid.code, grid.name, row.is_primary, row.valid_from, ends, with_grid)
        found.setdefault(row.worker_id, []).append(served)
    return found


def _attended(session: Session, worker_id: str) -> list[Attended]:
    select = (
        sa.select(TrainingSession, TrainingAttendance)
        .join(TrainingAttendance, TrainingAttendance.session_id == TrainingSession.id)
        .where(TrainingAttendance.worker_id == worker_id)
        .order_by(TrainingSession.held_on.desc())
    )
    rows = session.execute(select).all()
    topics = _topics(session, [training.id for training, _ in rows])
    return [
        Attended(training.title, training.held_on, topics[training.id], mark.present, mark.score)
        for training, mark in rows
    ]


def _topics(session: Session, trainings_: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {each: [] for each in trainings_}
    select = sa.select(TrainingTopic).where(TrainingTopic.session_id.in_(trainings_))
    for topic in session.scalars(select.order_by(TrainingTopic.item_code)):
        found[topic.session_id].append(topic.item_code)
    return found
