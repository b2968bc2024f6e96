"""Which stories of the demo are played, which case each has become, and whether all is over."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.core_api import Base


class DemoStory(Base):
    """A story that was started: its key, its path, its case (None: it has none), and when, in the story's time."""

    __tablename__ = "demo_story"

    key: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    path: Mapped[str] = mapped_column(sa.String(60))
    instance_id: Mapped[str | None] = mapped_column(sa.ForeignKey("process_instance.id"), unique=True)
    started_at: Mapped[datetime]


class DemoReplay(Base):
    """The one replay of the demo's past: up to which moment, and when it was done. None: it goes on, or was cut off."""

    __tablename__ = "demo_replay"

    until: Mapped[datetime] = mapped_column(primary_key=True)
    finished_at: Mapped[datetime | None]
