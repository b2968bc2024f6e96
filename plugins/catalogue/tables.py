"""What is remembered of the catalogue. Nothing is deleted; what ends gets an end."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.core_api import Base

CODE = sa.String(20)
ITEM = sa.String(30)


class Catalogue(Base):
    """One version of a county's catalogue: what was decided, by whom, and since when it is known to the public (R38).

    `process_instance_id` is the case that led to it; None for the catalogue that a county had before this system.
    """

    __tablename__ = "catalogue"

    county: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    decision_no: Mapped[str] = mapped_column(sa.String(60))
    approved_by: Mapped[str] = mapped_column(sa.String(100))
    approved_on: Mapped[date]
    published_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(sa.String(64))
    process_instance_id: Mapped[str | None] = mapped_column(sa.ForeignKey("process_instance.id"))


class CatalogueItem(Base):
    """An item. Its code, `<county>-<department>-<number>`, is its own for ever; what it says stands in its versions."""

    __tablename__ = "catalogue_item"

    code: Mapped[str] = mapped_column(ITEM, primary_key=True)
    county: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"), index=True)
    department: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"), index=True)


class CatalogueItemVersion(Base):
    """What an item says from one day until another (half open, days of the place), and the guarantees behind it.

    `legal_bases`: a list of `LegalBasis` as JSON. `guarantees`: `{guidance_person, training, resources, funding}`
    (R49-R51).
    `suspended_on`: since when it may not be used although it is in the catalogue; `suspended_because`: why, for the
    public. What takes it up again is the next version.
    """

    __tablename__ = "catalogue_item_version"
    __table_args__ = (
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates_in_order"),
        sa.ForeignKeyConstraint(["county", "catalogue_number"], ["catalogue.county", "catalogue.number"]),
        sa.Index("ix_catalogue_item_version_county", "county", "valid_from"),
        sa.Index(
            "uq_catalogue_item_version_open",
            "item_code",
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        ),
    )

    item_code: Mapped[str] = mapped_column(sa.ForeignKey("catalogue_item.code"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    county: Mapped[str] = mapped_column(CODE)
    catalogue_number: Mapped[int]
    name_zh: Mapped[str] = mapped_column(sa.String(100))
    name_en: Mapped[str] = mapped_column(sa.String(200))
    description: Mapped[str] = mapped_column(sa.Text)
    worker_action: Mapped[str] = mapped_column(sa.String(20))
    requires_professional_skill: Mapped[bool]
    requires_enforcement_qualification: Mapped[bool]
    legal_bases: Mapped[list[Any]]
    guarantees: Mapped[dict[str, Any]]
    temporary_until: Mapped[date | None]
    suspended_on: Mapped[date | None]
    suspended_because: Mapped[str] = mapped_column(sa.Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class CatalogueApplication(Base):
    """A department's application to change the catalogue (R39), and the one process instance that deals with it.

    `content` is the application as it was last checked (`draft.plain`), which alone can be enacted; empty before.
    `item_code` and `catalogue_number` are what came of it: None until the new version of the catalogue is made, but
    for the item that is to be amended or removed.
    `origin`: "" for a department's own; else why the system began it (`due_reviews.Origin`).
    `simplified`: whether, as last checked, nothing changes that needs legality review and approval (SPEC 8(b)).
    """

    __tablename__ = "catalogue_application"

    no: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    county: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"), index=True)
    department: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    item_code: Mapped[str | None] = mapped_column(ITEM, index=True)
    origin: Mapped[str] = mapped_column(sa.String(20))
    simplified: Mapped[bool]
    process_instance_id: Mapped[str] = mapped_column(sa.ForeignKey("process_instance.id"), unique=True)
    content: Mapped[dict[str, Any]]
    checked_at: Mapped[datetime | None]
    catalogue_number: Mapped[int | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(sa.String(64))
    created_by_name: Mapped[str] = mapped_column(sa.String(100))


class GuaranteeLapse(Base):
    """A guarantee of an item that the watch has found lapsed (R49-R51), from the day it was found until it is over.

    `reason`: a `suspensions.Lapse`. `over_on`: the day on which the watch found it restored, or None.
    `process_instance_id`: the case in which the county decides; None while it has not begun.
    """

    __tablename__ = "guarantee_lapse"
    __table_args__ = (
        sa.CheckConstraint("over_on IS NULL OR over_on >= found_on", name="dates_in_order"),
        sa.Index(
            "uq_guarantee_lapse_open",
            "item_code",
            "reason",
            unique=True,
            sqlite_where=sa.text("over_on IS NULL"),
            postgresql_where=sa.text("over_on IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    item_code: Mapped[str] = mapped_column(sa.ForeignKey("catalogue_item.code"))
    reason: Mapped[str] = mapped_column(sa.String(30))
    found_on: Mapped[date]
    over_on: Mapped[date | None]
    process_instance_id: Mapped[str | None] = mapped_column(sa.ForeignKey("process_instance.id"), unique=True)


class Consultation(Base):
    """The public is asked about an application before it is decided; each time it comes to that is a round of its own.

    `content`: what is published of the application. `closes_on`: the last day. `answered_at`: when what was said and
    what became of it was published; None before, and where nothing was said.
    """

    __tablename__ = "catalogue_consultation"

    application_no: Mapped[str] = mapped_column(sa.ForeignKey("catalogue_application.no"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    county: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"), index=True)
    department: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"))
    content: Mapped[dict[str, Any]]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    answered_at: Mapped[datetime | None]


class Opinion(Base):
    """What somebody of the public says (R47): kept by a receipt number, its contact protected (I20).

    It is about an item, the catalogue as a whole, or a consultation (`application_no`, `round`); then it is answered
    in its case: `handled` says how, `summary` what may be published of it.
    """

    __tablename__ = "opinion"
    __table_args__ = (
        sa.Index("ix_opinion_county", "county", "given_at"),
        sa.Index("ix_opinion_application_no", "application_no", "round"),
        sa.ForeignKeyConstraint(
            ["application_no", "round"], ["catalogue_consultation.application_no", "catalogue_consultation.round"]
        ),
    )

    receipt_no: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    county: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"))
    item_code: Mapped[str | None] = mapped_column(sa.ForeignKey("catalogue_item.code"))
    application_no: Mapped[str | None] = mapped_column(sa.String(40))
    round: Mapped[int | None]
    handled: Mapped[str | None] = mapped_column(sa.String(20))
    summary: Mapped[str | None] = mapped_column(sa.Text)
    text: Mapped[str] = mapped_column(sa.Text)
    contact: Mapped[str] = mapped_column(sa.String(100))
    given_at: Mapped[datetime]
    due_at: Mapped[datetime]
    reply: Mapped[str | None] = mapped_column(sa.Text)
    replied_at: Mapped[datetime | None]
    replied_by: Mapped[str | None] = mapped_column(sa.String(64))
    replied_by_name: Mapped[str | None] = mapped_column(sa.String(100))
