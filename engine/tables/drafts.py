"""What somebody has drawn and not deployed yet. One draft a person and process."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base


class ProcessDraft(Base):
    """A draft of a process: the files that differ from the version it began with.

    `files` is name → text, None for one that is taken away; `base_version` 0 is a process that is not deployed yet.
    """

    __tablename__ = "process_draft"

    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    base_version: Mapped[int]
    files: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
