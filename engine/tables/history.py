"""The append-only history: who, when, what, why, by which definition."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base


class HistoryEvent(Base):
    """One thing that happened in an instance. `event` is one of engine.services.history.EVENTS."""

    __tablename__ = "history_event"
    __table_args__ = (sa.Index("ix_history_event_instance_id", "instance_id", "id"),)

    id: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    instance_id: Mapped[str] = mapped_column(sa.ForeignKey("process_instance.id"))
    definition_id: Mapped[str] = mapped_column(sa.ForeignKey("process_definition.id"))
    at: Mapped[datetime]
    actor_id: Mapped[str] = mapped_column(sa.String(64))
    actor_name: Mapped[str] = mapped_column(sa.String(100))
    event: Mapped[str] = mapped_column(sa.String(40))
    element_id: Mapped[str | None] = mapped_column(sa.String(100))
    element_name: Mapped[str] = mapped_column(sa.String(200), default="")
    token_id: Mapped[str | None] = mapped_column(sa.String(32))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
