"""What is remembered of referrals and their clocks. Nothing is deleted; what is overdue is never stored (I15)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.core_api import Base, Wording

NO = sa.String(40)
REFERRAL_NO = sa.String(44)
ID = sa.String(32)
_LIVE_LEAD = sa.text("role = 'lead' AND ended_at IS NULL")
_OPEN_PAUSE = sa.text("until_at IS NULL")


class Referral(Base):
    """A referral of an incident to one department (SPEC 6.1). `number` counts up from 1 in its incident.

    An incident has one lead at a time, and what was designated is not returned (I12): the database says so too.
    `process` is the key of the department's own process for the item. `handling` is what it reported at the end.
    """

    __tablename__ = "referral"
    __table_args__ = (
        sa.UniqueConstraint("incident_no", "number"),
        sa.Index(
            "uq_referral_lead",
            "incident_no",
            unique=True,
            sqlite_where=_LIVE_LEAD,
            postgresql_where=_LIVE_LEAD,
        ),
        sa.CheckConstraint("NOT (designated AND state IN ('return_requested', 'returned'))", name="designated_stays"),
        sa.CheckConstraint("role IN ('lead', 'assist')", name="role"),
        sa.Index("ix_referral_unit", "unit", "state"),
    )

    no: Mapped[str] = mapped_column(REFERRAL_NO, primary_key=True)
    incident_no: Mapped[str] = mapped_column(sa.ForeignKey("incident.no"))
    number: Mapped[int]
    unit: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"))
    role: Mapped[str] = mapped_column(sa.String(10))
    designated: Mapped[bool]
    state: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[Wording] = mapped_column(sa.JSON)
    process: Mapped[str | None] = mapped_column(sa.String(100))
    dispatched_at: Mapped[datetime]
    sign_by: Mapped[datetime]
    return_by: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    signed_automatically: Mapped[bool] = mapped_column(default=False)
    return_request: Mapped[dict[str, Any] | None]
    handling: Mapped[dict[str, Any] | None]
    completed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[Wording] = mapped_column(sa.JSON, default="")
    rework_count: Mapped[int] = mapped_column(default=0)


class DeadlineClock(Base):
    """The clock of a referral; each rework begins another round.

    `total_seconds` is the time allowed, extensions included: working seconds for limits in working time, else seconds.
    While it is paused, `remaining_seconds` says what is left. `due_at` and its explanation change only by what is
    recorded beside it.
    """

    __tablename__ = "deadline_clock"

    referral_no: Mapped[str] = mapped_column(sa.ForeignKey("referral.no"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    amount: Mapped[int]
    unit: Mapped[str] = mapped_column(sa.String(20))
    started_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    total_seconds: Mapped[int] = mapped_column(sa.CheckConstraint("total_seconds > 0", name="total_seconds"))
    remaining_seconds: Mapped[int | None]
    provisional: Mapped[bool]
    explanation_zh: Mapped[str] = mapped_column(sa.Text)
    explanation_en: Mapped[str] = mapped_column(sa.Text)
    stopped_at: Mapped[datetime | None]


class ClockPause(Base):
    """A time in which a clock stood still (挂账), approved by the leader. `until_at` is None while it does."""

    __tablename__ = "clock_pause"
    __table_args__ = (
        sa.Index("ix_clock_pause_referral", "referral_no", "round"),
        sa.Index(
            "uq_clock_pause_open",
            "referral_no",
            unique=True,
            sqlite_where=_OPEN_PAUSE,
            postgresql_where=_OPEN_PAUSE,
        ),
        sa.CheckConstraint("until_at IS NULL OR until_at >= from_at", name="in_order"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    referral_no: Mapped[str] = mapped_column(sa.ForeignKey("referral.no"))
    round: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(20))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    review_on: Mapped[date]
    due_before: Mapped[datetime]
    interim_measures: Mapped[str] = mapped_column(sa.Text)
    reason: Mapped[str] = mapped_column(sa.Text)
    tasks: Mapped[list[Any]]
    """Ids of the open tasks that were due with the clock: they are again when it runs on."""


class ClockExtension(Base):
    """A request to extend, and how it was decided; `to_due` is `from_due` when it was refused."""

    __tablename__ = "clock_extension"
    __table_args__ = (sa.Index("ix_clock_extension_referral", "referral_no", "round"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    referral_no: Mapped[str] = mapped_column(sa.ForeignKey("referral.no"))
    round: Mapped[int]
    decided_at: Mapped[datetime]
    decision: Mapped[str] = mapped_column(sa.String(10))
    level: Mapped[str] = mapped_column(sa.String(20))
    from_due: Mapped[datetime]
    to_due: Mapped[datetime]
    reason: Mapped[str] = mapped_column(sa.Text)
    told_reporter: Mapped[bool]


class SupervisionNotice(Base):
    """A reminder, urging, supervision, interview or report (催办、督办、约谈、通报), each once a rung of a round."""

    __tablename__ = "supervision_notice"
    __table_args__ = (sa.UniqueConstraint("referral_no", "round", "rung", "step", "measure", "recipient"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    referral_no: Mapped[str] = mapped_column(sa.ForeignKey("referral.no"))
    round: Mapped[int]
    rung: Mapped[str] = mapped_column(sa.String(10))
    step: Mapped[int]
    measure: Mapped[str] = mapped_column(sa.String(20))
    recipient: Mapped[str] = mapped_column(sa.String(20))
    group: Mapped[str] = mapped_column(sa.String(64))
    org_unit: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"), index=True)
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    body: Mapped[Wording] = mapped_column(sa.JSON)


class Dispute(Base):
    """A dispute about who is responsible. Ruled on, it binds, and is a precedent for its item in its county (D4)."""

    __tablename__ = "dispute"
    __table_args__ = (sa.Index("ix_dispute_precedent", "county", "item", "ruled_at"),)

    no: Mapped[str] = mapped_column(sa.String(48), primary_key=True)
    incident_no: Mapped[str] = mapped_column(sa.ForeignKey("incident.no"), index=True)
    referral_no: Mapped[str] = mapped_column(sa.ForeignKey("referral.no"))
    county: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"))
    item: Mapped[str | None] = mapped_column(sa.String(30))
    claimant: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"))
    departments: Mapped[list[Any]]
    opened_at: Mapped[datetime]
    positions: Mapped[list[Any]]
    arbiter: Mapped[str | None] = mapped_column(sa.String(20))
    level: Mapped[str] = mapped_column(sa.String(40), default="")
    ruled_at: Mapped[datetime | None]
    lead: Mapped[str | None] = mapped_column(sa.ForeignKey("org_unit.code"))
    assists: Mapped[list[Any]]
    reasons: Mapped[Wording] = mapped_column(sa.JSON, default="")
    basis: Mapped[Wording] = mapped_column(sa.JSON, default="")


class Verification(Base):
    """A look at what a department did, by somebody who did not do it (I14)."""

    __tablename__ = "verification"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    referral_no: Mapped[str] = mapped_column(sa.ForeignKey("referral.no"), index=True)
    round: Mapped[int]
    verdict: Mapped[str] = mapped_column(sa.String(20))
    verifier_id: Mapped[str] = mapped_column(sa.String(64))
    verifier_name: Mapped[str] = mapped_column(sa.String(100))
    at: Mapped[datetime]
    detail: Mapped[dict[str, Any]]


class Satisfaction(Base):
    """How the reporter rated it; no answer is a row without a score. `annulled`: why a rating is not used."""

    __tablename__ = "satisfaction"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    incident_no: Mapped[str] = mapped_column(sa.ForeignKey("incident.no"), index=True)
    asked_in: Mapped[int]
    """How often the incident had been reopened by then."""
    at: Mapped[datetime]
    solved: Mapped[str | None] = mapped_column(sa.String(10))
    score: Mapped[int | None] = mapped_column(sa.CheckConstraint("score BETWEEN 1 AND 5", name="score"))
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    annulled: Mapped[str] = mapped_column(sa.Text, default="")


class Reopening(Base):
    """An incident that was taken up again, by whom and why."""

    __tablename__ = "incident_reopening"

    incident_no: Mapped[str] = mapped_column(sa.ForeignKey("incident.no"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str] = mapped_column(sa.Text)
    urgency_before: Mapped[str] = mapped_column(sa.String(20))
    closed_before: Mapped[datetime | None]
    code_before: Mapped[str | None] = mapped_column(sa.String(30))
    note_before: Mapped[Wording] = mapped_column(sa.JSON, default="")
