"""What the registry remembers. Nothing is ever deleted; what ends gets an end.

Grids and memberships are dated twice: by calendar day (`valid_from`, `valid_to`, half open, day of the place),
which answers "which grid on that day", and by revision, which answers "as it stood before that change". guard.py keeps
every table here from being written by anyone but the writer of its room.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.core_api import Base

CODE = sa.String(20)
NO = sa.String(40)
INSTANCE = sa.String(32)


class DivisionProposal(Base):
    """A township's proposal to divide or adjust its grids, and the one process instance that deals with it."""

    __tablename__ = "division_proposal"

    no: Mapped[str] = mapped_column(NO, primary_key=True)
    township: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"), index=True)
    org_path: Mapped[str] = mapped_column(sa.String(200), index=True)
    process_instance_id: Mapped[str] = mapped_column(sa.ForeignKey("process_instance.id"), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(sa.String(64))
    created_by_name: Mapped[str] = mapped_column(sa.String(100))


class DivisionPlan(Base):
    """One version of a proposal's plan, as it was checked. Append-only: what was signed is what stays.

    `grids` are the resulting grids that the size rule was asked about, `findings` what the structural check said,
    `writes` the rows that applying it writes (`writes.py`); empty for a plan that the check refuses.
    """

    __tablename__ = "division_plan"

    proposal_no: Mapped[str] = mapped_column(sa.ForeignKey("division_proposal.no"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    plan: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(sa.String(64))
    base_revision: Mapped[int]
    effective_on: Mapped[date | None]
    findings: Mapped[list[Any]]
    grids: Mapped[list[Any]]
    writes: Mapped[dict[str, Any]]
    checked_at: Mapped[datetime]


class FilingRecord(Base):
    """The filing of an applied division with the city's agency (R23)."""

    __tablename__ = "filing_record"

    proposal_no: Mapped[str] = mapped_column(sa.ForeignKey("division_proposal.no"), primary_key=True)
    receipt_no: Mapped[str] = mapped_column(sa.String(100))
    remark: Mapped[str] = mapped_column(sa.String(20))
    note: Mapped[str] = mapped_column(sa.Text)
    filed_at: Mapped[datetime]
    filed_by: Mapped[str] = mapped_column(sa.String(64))
    filed_by_name: Mapped[str] = mapped_column(sa.String(100))


class RegistryRevision(Base):
    """One atomic change of the registry: which proposal, which process instance, signed by whom, in force from when."""

    __tablename__ = "registry_revision"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    township: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"), index=True)
    proposal_no: Mapped[str] = mapped_column(sa.ForeignKey("division_proposal.no"), unique=True)
    process_instance_id: Mapped[str] = mapped_column(sa.ForeignKey("process_instance.id"), unique=True)
    effective_on: Mapped[date]
    applied_at: Mapped[datetime]
    plan_digest: Mapped[str] = mapped_column(sa.String(64))
    signatures: Mapped[list[Any]]


class InForce:
    """The double dating of a row: by day and by revision. It ends once, and both ends are set together."""

    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    created_revision: Mapped[int] = mapped_column(sa.ForeignKey("registry_revision.number"))
    ended_revision: Mapped[int | None] = mapped_column(sa.ForeignKey("registry_revision.number"))


def _dating() -> tuple[sa.CheckConstraint, ...]:
    return (
        sa.CheckConstraint("(valid_to IS NULL) = (ended_revision IS NULL)", name="ends_once"),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates_in_order"),
    )


class Grid(InForce, Base):
    """A grid. Its code says its community and kind, and is unique for ever; only its name and its units may change."""

    __tablename__ = "grid"
    __table_args__ = (
        *_dating(),
        sa.CheckConstraint("setting IN ('urban', 'rural')", name="setting"),
        sa.CheckConstraint(
            "(kind = 'comprehensive' AND substr(code, 13, 2) = '-C')"
            " OR (kind = 'exclusive' AND substr(code, 13, 2) = '-E')",
            name="kind_in_code",
        ),
        sa.CheckConstraint("substr(code, 1, 12) = community", name="community_in_code"),
    )

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    community: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"), index=True)
    township: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    setting: Mapped[str] = mapped_column(sa.String(10))


class GridVersion(Base):
    """The name a grid bears from a revision on. Append-only; the last one that is in force counts."""

    __tablename__ = "grid_version"

    grid_code: Mapped[str] = mapped_column(sa.ForeignKey("grid.code"), primary_key=True)
    revision: Mapped[int] = mapped_column(
        sa.ForeignKey("registry_revision.number"), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(sa.String(100))
    valid_from: Mapped[date]


class GridLineage(Base):
    """A retired grid and one that took over units of it."""

    __tablename__ = "grid_lineage"

    predecessor: Mapped[str] = mapped_column(sa.ForeignKey("grid.code"), primary_key=True)
    successor: Mapped[str] = mapped_column(sa.ForeignKey("grid.code"), primary_key=True, index=True)
    revision: Mapped[int] = mapped_column(sa.ForeignKey("registry_revision.number"))


class GridUnit(Base):
    """The atom that is distributed among grids: a compound, a building, a villager group, an institution …

    `geometry` is a GeoJSON polygon in WGS 84; `west` … `north` are its bounds in degrees, by which a point is found.
    `synthetic` marks demo data.
    """

    __tablename__ = "grid_unit"
    __table_args__ = (
        sa.CheckConstraint("geometry IS NULL OR north IS NOT NULL", name="bounds"),
        sa.Index("ix_grid_unit_place", "south", "west"),
    )

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    community: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"), index=True)
    type: Mapped[str] = mapped_column(sa.String(30))
    institution: Mapped[str] = mapped_column(sa.String(30), default="")
    name: Mapped[str] = mapped_column(sa.String(100))
    address: Mapped[str] = mapped_column(sa.String(200), default="")
    households: Mapped[int] = mapped_column(sa.CheckConstraint("households >= 0", name="households"))
    population: Mapped[int] = mapped_column(sa.CheckConstraint("population >= 0", name="population"))
    population_as_of: Mapped[date]
    population_source: Mapped[str] = mapped_column(sa.String(100))
    geometry: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    west: Mapped[float | None]
    south: Mapped[float | None]
    east: Mapped[float | None]
    north: Mapped[float | None]
    synthetic: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class GridUnitMembership(InForce, Base):
    """To which grid a unit belongs. A unit has at most one open membership (I4)."""

    __tablename__ = "grid_unit_membership"
    __table_args__ = (
        *_dating(),
        sa.Index(
            "uq_grid_unit_membership_open",
            "unit_code",
            unique=True,
            sqlite_where=sa.text("ended_revision IS NULL"),
            postgresql_where=sa.text("ended_revision IS NULL"),
        ),
    )

    unit_code: Mapped[str] = mapped_column(sa.ForeignKey("grid_unit.code"), primary_key=True)
    created_revision: Mapped[int] = mapped_column(
        sa.ForeignKey("registry_revision.number"), primary_key=True, autoincrement=False
    )
    grid_code: Mapped[str] = mapped_column(sa.ForeignKey("grid.code"), index=True)


class DivisionFinding(Base):
    """What looks like a division of a department's own, in one column of its data. `kind`: see `hidden.Hidden`."""

    __tablename__ = "division_finding"
    __table_args__ = (sa.UniqueConstraint("plugin", "table_name", "column_name", "kind"),)

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    plugin: Mapped[str] = mapped_column(sa.String(60))
    table_name: Mapped[str] = mapped_column(sa.String(100))
    column_name: Mapped[str] = mapped_column(sa.String(100))
    kind: Mapped[str] = mapped_column(sa.String(20))
    count: Mapped[int]
    sample: Mapped[str] = mapped_column(sa.Text)
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]


class DivisionFindingReview(Base):
    """What an auditor said of a finding. Append-only; the last one counts, as long as there is not much more of it."""

    __tablename__ = "division_finding_review"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    finding_id: Mapped[str] = mapped_column(sa.ForeignKey("division_finding.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(sa.String(64))
    by_name: Mapped[str] = mapped_column(sa.String(100))
    reason: Mapped[str] = mapped_column(sa.Text)
    count: Mapped[int]
