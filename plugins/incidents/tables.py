"""What is remembered of incidents. Nothing is deleted. Who reported one is kept apart."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

import plugins.incidents.tables_referral  # noqa: F401  migrations ask for this module alone
from engine.core_api import Base, Wording

CODE = sa.String(20)


class Incident(Base):
    """Something that was found and reported (SPEC 6.1), and where it stands.

    `must_refer` is set from the item alone: it needs skill or enforcement power (R41). Such an incident is neither in
    the hands of a worker nor handled by one (I10): the database says so too. `item_version` is the catalogue's version
    that decided it. `grid_as_of` is the day for which the grid was found (I3).
    """

    __tablename__ = "incident"
    __table_args__ = (
        sa.CheckConstraint("NOT (must_refer AND state = 'self_handling')", name="referred_only"),
        sa.CheckConstraint("NOT (must_refer AND self_handled_at IS NOT NULL)", name="not_self_handled"),
        sa.CheckConstraint("(grid IS NULL) = (grid_as_of IS NULL)", name="grid_as_of"),
        sa.Index("ix_incident_county", "county", "state", "reported_at"),
        sa.Index("ix_incident_item", "item", "reported_at"),
    )

    no: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    county: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"))
    township: Mapped[str | None] = mapped_column(sa.ForeignKey("org_unit.code"), index=True)
    grid: Mapped[str | None] = mapped_column(sa.ForeignKey("grid.code"), index=True)
    grid_as_of: Mapped[date | None]
    channel: Mapped[str] = mapped_column(sa.String(20))
    item: Mapped[str | None] = mapped_column(sa.String(30))
    item_version: Mapped[int | None]
    must_refer: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(sa.String(80))
    description: Mapped[str] = mapped_column(sa.Text)
    place: Mapped[str] = mapped_column(sa.String(200))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    occurred_at: Mapped[datetime]
    reported_at: Mapped[datetime]
    urgency: Mapped[str] = mapped_column(sa.String(20))
    danger: Mapped[bool] = mapped_column(default=False)
    statutory: Mapped[bool] = mapped_column(default=False)
    unacceptable: Mapped[bool] = mapped_column(default=False)
    sensitive: Mapped[bool] = mapped_column(default=False)
    ordered_department: Mapped[str | None] = mapped_column(sa.ForeignKey("org_unit.code"))
    media: Mapped[list[Any]] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(sa.String(20))
    routing: Mapped[dict[str, Any] | None]
    self_handling: Mapped[dict[str, Any] | None]
    self_handled_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closing_code: Mapped[str | None] = mapped_column(sa.String(30))
    closing_note: Mapped[Wording] = mapped_column(sa.JSON, default="")
    duplicate_of: Mapped[str | None] = mapped_column(sa.String(40))
    rework_count: Mapped[int] = mapped_column(default=0)
    reopen_count: Mapped[int] = mapped_column(default=0)
    process_instance_id: Mapped[str | None] = mapped_column(sa.ForeignKey("process_instance.id"), index=True)


class IncidentReporter(Base):
    """Who reported an incident: protected. `receipt_digest` is of the code by which the reporter follows it.

    `sealed` is name, telephone number and e-mail address, sealed by the vault for this incident; None: nothing was
    given, or `blanked_at` it was blanked because the incident was closed long ago. `person_id` is the login of whoever
    reported with one.
    """

    __tablename__ = "incident_reporter"

    incident_no: Mapped[str] = mapped_column(sa.ForeignKey("incident.no"), primary_key=True)
    person_id: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    receipt_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    blanked_at: Mapped[datetime | None]


class IncidentReporterLook(Base):
    """That somebody looked at who reported an incident, and why. Rows never change (triggers.py)."""

    __tablename__ = "incident_reporter_look"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    incident_no: Mapped[str] = mapped_column(sa.ForeignKey("incident.no"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(sa.String(64))
    by_name: Mapped[str] = mapped_column(sa.String(100))
    reason: Mapped[str] = mapped_column(sa.String(200))


class IncidentSupplement(Base):
    """What was told of an incident after it had been reported. `by`: a person's id; "": the reporter's own words.

    `media` as attachments give it.
    """

    __tablename__ = "incident_supplement"

    incident_no: Mapped[str] = mapped_column(sa.ForeignKey("incident.no"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(sa.String(64))
    by_name: Mapped[str] = mapped_column(sa.String(100))
    text: Mapped[str] = mapped_column(sa.Text)
    media: Mapped[list[Any]] = mapped_column(default=list)


class IncidentCorrection(Base):
    """What the platform corrected in an incident, and why."""

    __tablename__ = "incident_correction"

    incident_no: Mapped[str] = mapped_column(sa.ForeignKey("incident.no"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    changes: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(sa.Text)
