"""What is remembered of incidents."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

import plugins.incidents.tables_referral  # noqa: F401  migrations ask for this module alone
from engine.core_api import Base


class Incident(Base):
    """An incident."""

    __tablename__ = "incident"

    no: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    county: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"))
    township: Mapped[str | None] = mapped_column(sa.ForeignKey("org_unit.code"))
    grid: Mapped[str | None] = mapped_column(sa.String(20))
    item: Mapped[str | None] = mapped_column(sa.String(30))
    title: Mapped[str] = mapped_column(sa.String(80))
    description: Mapped[str] = mapped_column(sa.Text)
    place: Mapped[str] = mapped_column(sa.String(200))
    urgency: Mapped[str] = mapped_column(sa.String(20))
    sensitive: Mapped[bool]
    state: Mapped[str] = mapped_column(sa.String(20))
    due_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closing_code: Mapped[str | None] = mapped_column(sa.String(30))
    duplicate_of: Mapped[str | None] = mapped_column(sa.String(40))
    rework_count: Mapped[int] = mapped_column(default=0)
    reopen_count: Mapped[int] = mapped_column(default=0)
    process_instance_id: Mapped[str | None] = mapped_column(sa.ForeignKey("process_instance.id"))
