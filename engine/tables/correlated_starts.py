"""Which instance was started by which message with which key: one active instance a key."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base


class CorrelatedStart(Base):
    """The instance of a process that a message with a key has started last. Whoever would start one locks this row."""

    __tablename__ = "correlated_start"

    definition_key: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    correlation: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    instance_id: Mapped[str | None] = mapped_column(sa.ForeignKey("process_instance.id"))
