"""Special trainings (R50): what was taught to whom, and what a worker may therefore handle alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import Message, NotFound, OrgUnit, Work, new_id, today
from plugins.catalogue import api as catalogue
from plugins.workforce import log
from plugins.workforce.assignments import managing_township
from plugins.workforce.faults import Faults, refuse
from plugins.workforce.model import Obstacle, Policy, SelfHandling
from plugins.workforce.tables import (
    Engagement,
    TrainingAttendance,
    TrainingPolicy,
    TrainingSession,
    TrainingTopic,
)

PASS_MARK: Final = 60
"""Points of the test from which a training counts (assumed); without a test, being there is enough."""

TITLE_LENGTH: Final = 100
MOST_HOURS: Final = 80


@dataclass(frozen=True, slots=True)
class NewTraining:
    """A training to be recorded. `items` are codes of the catalogue, `hours` whole."""

    title: str
    held_on: date
    hours: int
    items: Sequence[str]


Marks = Mapping[str, tuple[bool, int | None]]
"""Worker → whether present, and the points of the test or None."""


def hold(work: Work, township: str, new: NewTraining) -> str:
    """Record that a township holds a training; return its id.

    Raises:
        FormInvalid: no title, hours out of range, or no item of the county's catalogue that day.
    """
    refuse(_faults(work.session, township, new))
    row = TrainingSession(id=new_id(), township=township, title=new.title, held_on=new.held_on, hours=new.hours)
    work.session.add(row)
    work.session.flush()
    work.session.add_all(TrainingTopic(session_id=row.id, item_code=code) for code in sorted(set(new.items)))
    log.write(work, "training.held", township, training=row.id, held_on=new.held_on.isoformat())
    return row.id


def record(work: Work, township: str, training_id: str, marks: Marks) -> None:
    """Record who was there; what was recorded before of these workers is replaced, and the log keeps both.

    Raises:
        NotFound: no such training of the township, or a worker whom it had not engaged that day.
        FormInvalid: the training has not been held yet, or points are not 0 to 100.
    """
    select = sa.select(TrainingSession).filter_by(id=training_id, township=township).with_for_update()
    training = work.session.scalars(select).one_or_none()
    if training is None:
        raise NotFound(training=training_id)
    if training.held_on > today(work.clock):
        refuse([("held_on", Message("培训还没有举办"))])
    refuse(_marks_faults(marks))
    for worker_id, (present, score) in marks.items():
        if managing_township(work.session, worker_id, training.held_on) != township:
            raise NotFound(worker=worker_id)
        kept = work.session.get(TrainingAttendance, (training_id, worker_id))
        if kept is None:
            kept = TrainingAttendance(session_id=training_id, worker_id=worker_id)
            work.session.add(kept)
        elif (kept.present, kept.score) == (present, score):
            continue
        kept.present, kept.score = present, score
        log.write(work, "attendance.recorded", township, worker_id, training=training_id, present=present, score=score)


def trained(session: Session, worker_id: str, item_code: str, day: date) -> bool:
    """Return whether a worker has had a training for an item by a day, and passed the test if there was one."""
    select = (
        sa.select(TrainingAttendance.worker_id)
        .join(TrainingSession, TrainingSession.id == TrainingAttendance.session_id)
        .join(TrainingTopic, TrainingTopic.session_id == TrainingSession.id)
        .where(TrainingAttendance.worker_id == worker_id, TrainingTopic.item_code == item_code)
        .where(TrainingSession.held_on <= day, passed())
    )
    return session.scalars(select.limit(1)).first() is not None


def passed() -> sa.ColumnElement[bool]:
    """Return the condition that an attendance counts."""
    enough = sa.or_(TrainingAttendance.score.is_(None), TrainingAttendance.score >= PASS_MARK)
    return sa.and_(TrainingAttendance.present.is_(True), enough)


def may_self_handle(session: Session, worker_id: str, item_code: str, day: date) -> SelfHandling:
    """Return whether a worker may handle an item alone on a day (D4 row 11; I10, I11, R50)."""
    township = managing_township(session, worker_id, day)
    county = county_of(session, township) if township else ""
    policy = policy_of(session, county)
    obstacle = _obstacle(session, worker_id, item_code, county, day)
    allowed = obstacle is None or (obstacle is Obstacle.NOT_TRAINED and policy is Policy.WARN)
    return SelfHandling(allowed, policy, obstacle)


def policy_of(session: Session, county: str) -> Policy:
    """Return what a county does about workers without training; block where nothing is set."""
    row = session.get(TrainingPolicy, county)
    return Policy(row.untrained) if row else Policy.BLOCK


def set_policy(work: Work, county: str, policy: Policy) -> None:
    """Set what a county does about workers without training."""
    row = work.session.get(TrainingPolicy, county)
    if row is None:
        work.session.add(TrainingPolicy(county=county, untrained=policy.value))
    else:
        row.untrained = policy.value
    log.write(work, "policy.set", county, untrained=policy.value)


def county_of(session: Session, township: str) -> str:
    """Return the county of a township."""
    unit = session.get(OrgUnit, township)
    return (unit.parent_code or "") if unit else ""


def _obstacle(session: Session, worker_id: str, item_code: str, county: str, day: date) -> Obstacle | None:
    select = sa.select(Engagement.id).where(
        Engagement.worker_id == worker_id,
        Engagement.valid_from <= day,
        sa.or_(Engagement.valid_to.is_(None), Engagement.valid_to > day),
        Engagement.suspended.is_(False),
    )
    if session.scalars(select).first() is None:
        return Obstacle.NOT_SERVING
    try:
        item = catalogue.item_in_force(session, item_code, day).item
    except NotFound:
        return Obstacle.NOT_IN_FORCE
    if item.county != county:
        return Obstacle.NOT_IN_FORCE
    if item.handling_mode is not catalogue.HandlingMode.SELF_HANDLE:
        return Obstacle.REPORT_ONLY
    return None if trained(session, worker_id, item_code, day) else Obstacle.NOT_TRAINED


def _faults(session: Session, township: str, new: NewTraining) -> Faults:
    if not 2 <= len(new.title) <= TITLE_LENGTH:
        yield "title", Message("请写2至%(most)s字", most=TITLE_LENGTH)
    if not 1 <= new.hours <= MOST_HOURS:
        yield "hours", Message("学时应在1至%(most)s之间", most=MOST_HOURS)
    if not new.items:
        yield "items", Message("请选择培训的事项")
    county = county_of(session, township)
    for code in sorted(set(new.items)):
        if not _is_item(session, county, code):
            yield "items", Message("清单中没有事项 %(code)s", code=code)


def _is_item(session: Session, county: str, code: str) -> bool:
    """Return whether a code is an item of the county: in force or not, workers are trained before it is."""
    try:
        return catalogue.versions(session, code)[0].item.county == county
    except NotFound:
        return False


def _marks_faults(marks: Marks) -> Faults:
    for worker_id, (_, score) in marks.items():
        if score is not None and not 0 <= score <= 100:
            yield f"score.{worker_id}", Message("分数应在0至100之间")
