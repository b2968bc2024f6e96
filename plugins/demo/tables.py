"""Which stories of the demo are played, and which case each has become."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.core_api import Base


class DemoStory(Base):
    """A story that was started: its key, the path that it takes, its case, and when it was told in the story's time."""

    __tablename__ = "demo_story"

    key: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    path: Mapped[str] = mapped_column(sa.String(60))
    instance_id: Mapped[str] = mapped_column(sa.ForeignKey("process_instance.id"), unique=True)
    started_at: Mapped[datetime]
