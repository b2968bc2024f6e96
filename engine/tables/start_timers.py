"""Start events that wait for a time: rows of their own, for no instance is there yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base


class StartTimer(Base):
    """One timer start event of the newest version of a process.

    `due_at` is the next time at which it starts the process; None once it is over. `cycle` is
    `{"again": number of times after that, -1 for ever, "every": packed interval or cron text}`. `expression` is as
    drawn: a new version with the same one goes on where this one is. A start that failed is tried again at `retry_at`,
    and those after it wait.
    """

    __tablename__ = "start_timer"
    __table_args__ = (sa.UniqueConstraint("definition_key", "element_id"),)

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    definition_id: Mapped[str] = mapped_column(sa.ForeignKey("process_definition.id"))
    definition_key: Mapped[str] = mapped_column(sa.String(100))
    element_id: Mapped[str] = mapped_column(sa.String(100))
    expression: Mapped[str] = mapped_column(sa.Text)
    due_at: Mapped[datetime | None]
    cycle: Mapped[dict[str, Any]] = mapped_column(default=dict)
    attempt: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime]
