"""Answers already given to write requests, so that a repeated request gets the same answer and no second effect."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base


class IdempotencyKey(Base):
    """One write request of one actor: fingerprint of what was asked, and the answer."""

    __tablename__ = "idempotency_key"

    actor_id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    answer: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
