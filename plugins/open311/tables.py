"""Keys of programs that may report by Open311. Only digests are kept."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.core_api import Base


class Open311Key(Base):
    """A key: whose it is, and until when it holds (None: until it is revoked)."""

    __tablename__ = "open311_key"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(sa.String(100))
    revoked_at: Mapped[datetime | None]
