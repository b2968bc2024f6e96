"""What is remembered of workers. Nothing is deleted: what ends gets an end, and every write leaves a line in the log.

Dates are days of the place, half open: from `valid_from` until the day before `valid_to`. ID numbers are not kept.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.core_api import Base

CODE = sa.String(20)
ID = sa.String(32)
_OPEN = sa.text("valid_to IS NULL")
_OPEN_PRIMARY = sa.text("is_primary AND valid_to IS NULL")


def _in_order() -> sa.CheckConstraint:
    return sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates_in_order")


class GridWorker(Base):
    """A person who serves or has served in grids. `person_id` is the login, for those who have one."""

    __tablename__ = "grid_worker"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    staff_no: Mapped[str] = mapped_column(sa.String(30), unique=True)
    name: Mapped[str] = mapped_column(sa.String(50))
    phone: Mapped[str] = mapped_column(sa.String(30))
    person_id: Mapped[str | None] = mapped_column(sa.ForeignKey("person.id"), unique=True)


class Engagement(Base):
    """Under which township, and as what, a worker serves from a day on (I16). A worker has one open one at most."""

    __tablename__ = "worker_engagement"
    __table_args__ = (
        _in_order(),
        sa.Index("ix_worker_engagement_township", "township", "valid_from"),
        sa.Index("uq_worker_engagement_open", "worker_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    worker_id: Mapped[str] = mapped_column(sa.ForeignKey("grid_worker.id"), index=True)
    township: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"))
    employment: Mapped[str] = mapped_column(sa.String(20))
    role: Mapped[str] = mapped_column(sa.String(20))
    employer: Mapped[str] = mapped_column(sa.String(20))
    suspended: Mapped[bool]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class GridAssignment(Base):
    """A worker's grid. It holds on a day only while the grid is in force then: it ends with its grid at the latest."""

    __tablename__ = "grid_assignment"
    __table_args__ = (
        _in_order(),
        sa.Index(
            "uq_grid_assignment_open",
            "worker_id",
            "grid_code",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        sa.Index(
            "uq_grid_assignment_primary",
            "grid_code",
            unique=True,
            sqlite_where=_OPEN_PRIMARY,
            postgresql_where=_OPEN_PRIMARY,
        ),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    worker_id: Mapped[str] = mapped_column(sa.ForeignKey("grid_worker.id"), index=True)
    grid_code: Mapped[str] = mapped_column(sa.ForeignKey("grid.code"), index=True)
    is_primary: Mapped[bool]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class TrainingSession(Base):
    """A special training that a township held (R10, R50)."""

    __tablename__ = "training_session"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    township: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"), index=True)
    title: Mapped[str] = mapped_column(sa.String(100))
    held_on: Mapped[date]
    hours: Mapped[int] = mapped_column(sa.CheckConstraint("hours > 0", name="hours"))


class TrainingTopic(Base):
    """An item that a training was about."""

    __tablename__ = "training_topic"

    session_id: Mapped[str] = mapped_column(sa.ForeignKey("training_session.id"), primary_key=True)
    item_code: Mapped[str] = mapped_column(sa.ForeignKey("catalogue_item.code"), primary_key=True, index=True)


class TrainingAttendance(Base):
    """Whether a worker was there, and the points of the test, 0 to 100, or None where there was no test."""

    __tablename__ = "training_attendance"

    session_id: Mapped[str] = mapped_column(sa.ForeignKey("training_session.id"), primary_key=True)
    worker_id: Mapped[str] = mapped_column(sa.ForeignKey("grid_worker.id"), primary_key=True, index=True)
    present: Mapped[bool]
    score: Mapped[int | None] = mapped_column(sa.CheckConstraint("score BETWEEN 0 AND 100", name="score"))


class TrainingPolicy(Base):
    """What a county does about workers without training. No row: they are kept from handling."""

    __tablename__ = "training_policy"

    county: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"), primary_key=True)
    untrained: Mapped[str] = mapped_column(sa.String(10))


class TownshipContact(Base):
    """The telephone numbers that a township publishes beside its grids: its office's, and where to complain."""

    __tablename__ = "township_contact"

    township: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"), primary_key=True)
    office_phone: Mapped[str] = mapped_column(sa.String(30))
    supervision_phone: Mapped[str] = mapped_column(sa.String(30))


class WorkerEvent(Base):
    """Something that somebody did about workers. Rows never change (triggers.py), and hold no telephone number.

    `worker_id` is None for what concerns several; `place` is the township, or the county for its policy.
    """

    __tablename__ = "worker_event"
    __table_args__ = (sa.Index("ix_worker_event_place", "place", "id"),)

    id: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime]
    place: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"))
    worker_id: Mapped[str | None] = mapped_column(sa.ForeignKey("grid_worker.id"), index=True)
    event: Mapped[str] = mapped_column(sa.String(40))
    actor_id: Mapped[str] = mapped_column(sa.String(64))
    actor_name: Mapped[str] = mapped_column(sa.String(100))
    detail: Mapped[dict[str, Any]]
