"""What is remembered of notices: to whom, of what, when, and who acknowledged it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.core_api import Base, Wording


class Notice(Base):
    """One notice to the holders of a post: the group in the unit. One of them acknowledges it for all.

    With `person_id` it is for that holder of the post alone. `due_at` is until when it should be acknowledged, or None
    when nobody waits for it.
    """

    __tablename__ = "notice"
    __table_args__ = (sa.Index("ix_notice_recipient", "candidate_group", "org_unit", "sent_at"),)

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    candidate_group: Mapped[str] = mapped_column(sa.String(64))
    org_unit: Mapped[str] = mapped_column(sa.ForeignKey("org_unit.code"))
    person_id: Mapped[str | None] = mapped_column(sa.ForeignKey("person.id"))
    subject: Mapped[Wording] = mapped_column(sa.JSON)
    body: Mapped[Wording] = mapped_column(sa.JSON)
    instance_id: Mapped[str] = mapped_column(sa.ForeignKey("process_instance.id"), index=True)
    sent_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(sa.String(64))
    acknowledged_by_name: Mapped[str | None] = mapped_column(sa.String(100))
