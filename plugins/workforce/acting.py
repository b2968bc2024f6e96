"""Who of a township can be given a grid on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from plugins.workforce.tables import Engagement, GridWorker


@dataclass(frozen=True, slots=True)
class ActingWorker:
    """A worker who can be given a grid."""

    id: str
    staff_no: str
    name: str


def acting_on(session: Session, township: str, day: date) -> list[ActingWorker]:
    """Return the workers of a township who are engaged and not suspended on a day, by staff number."""
    select = (
        sa.select(GridWorker.id, GridWorker.staff_no, GridWorker.name)
        .join(Engagement, Engagement.worker_id == GridWorker.id)
        .where(Engagement.township == township, Engagement.valid_from <= day, Engagement.suspended.is_(False))
        .where(sa.or_(Engagement.valid_to.is_(None), Engagement.valid_to > day))
        .order_by(GridWorker.staff_no)
    )
    return [ActingWorker(*row) for row in session.execute(select)]
