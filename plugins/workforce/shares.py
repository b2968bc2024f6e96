"""Items for which too few of a county's workers have had the training: a guarantee that has lapsed (R50)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import OrgUnit
from plugins.catalogue import api as catalogue
from plugins.workforce.tables import Engagement, TrainingAttendance, TrainingSession, TrainingTopic
from plugins.workforce.training import passed

REQUIRED_PERCENT: Final = 80
"""Share of the workers that has to be trained for an item (SPEC 8(b), b10; assumed)."""

GRACE: Final = timedelta(days=30)
"""How long a new worker, the townships after the first training, and a planned training have time (assumed)."""


@dataclass(frozen=True, slots=True)
class TrainingShare:
    """How many workers are trained for an item, of those who have served its county for a while.

    `planned_on` is there where nothing at all is recorded: the day of the department's plan, which has passed.
    """

    item: str
    trained: int
    workers: int
    planned_on: date | None = None

    @property
    def percent(self) -> int:
        """The share, rounded down."""
        return 100 * self.trained // self.workers


def lapsed_trainings(session: Session, day: date) -> list[TrainingShare]:
    """Return the items in force on a day for which too few workers are trained, by code.

    What the townships have recorded counts, from 30 days after the first training for an item on. Where nothing is
    recorded for an item that workers handle alone, the day of its department's plan counts, unless the department has
    confirmed that the training was given.
    """
    serving = _serving(session, day - GRACE, day)
    return [share for county in sorted(serving) for share in _of_county(session, county, serving[county], day)]


def _of_county(session: Session, county: str, workers: set[str], day: date) -> Iterator[TrainingShare]:
    begun, trained = _first_trainings(session, county), _trained(session, workers, day)
    for version in catalogue.in_force(session, county, day):
        code = version.item.code
        planned = None if code in begun else _missed_plan(version.item)
        since = begun.get(code, planned)
        share = TrainingShare(code, len(trained.get(code, ())), len(workers), planned)
        if since is not None and since + GRACE <= day and share.percent < REQUIRED_PERCENT:
            yield share


def _missed_plan(item: catalogue.Item) -> date | None:
    """Return for when a training was planned of which nobody has said that it was given, or None."""
    training = item.guarantees.training
    if item.handling_mode is not catalogue.HandlingMode.SELF_HANDLE or training.get("trained_percent") is not None:
        return None
    planned = training.get("on")
    return date.fromisoformat(planned) if isinstance(planned, str) else None


def _serving(session: Session, since: date, day: date) -> Mapping[str, set[str]]:
    """Return county → the workers who have served under one engagement there since a day and still do."""
    select = (
        sa.select(OrgUnit.parent_code, Engagement.worker_id)
        .join(OrgUnit, OrgUnit.code == Engagement.township)
        .where(Engagement.valid_from <= since, Engagement.suspended.is_(False))
        .where(sa.or_(Engagement.valid_to.is_(None), Engagement.valid_to > day))
    )
    found: dict[str, set[str]] = {}
    for county, worker in session.execute(select):
        found.setdefault(str(county), set()).add(worker)
    return found


def _first_trainings(session: Session, county: str) -> Mapping[str, date]:
    """Return item → when a township of the county first held a training for it."""
    select = (
        sa.select(TrainingTopic.item_code, sa.func.min(TrainingSession.held_on))
        .join(TrainingSession, TrainingSession.id == TrainingTopic.session_id)
        .join(OrgUnit, OrgUnit.code == TrainingSession.township)
        .where(OrgUnit.parent_code == county)
        .group_by(TrainingTopic.item_code)
    )
    return {item: held_on for item, held_on in session.execute(select)}


def _trained(session: Session, workers: set[str], day: date) -> Mapping[str, set[str]]:
    """Return item → those of the workers who have had a training for it by a day, wherever they served then."""
    select = (
        sa.select(TrainingTopic.item_code, TrainingAttendance.worker_id)
        .join(TrainingSession, TrainingSession.id == TrainingTopic.session_id)
        .join(TrainingAttendance, TrainingAttendance.session_id == TrainingSession.id)
        .where(TrainingSession.held_on <= day, passed())
    )
    found: dict[str, set[str]] = {}
    for item, worker in session.execute(select):
        if worker in workers:
            found.setdefault(item, set()).add(worker)
    return found
