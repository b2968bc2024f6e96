"""Deliveries: calls of departments' plugins that were promised in a transaction and are made after it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base
from engine.tables.history import BIG


class Delivery(Base):
    """One call of a function of a plugin, to be made at least once. Deliveries of one `line` are made in order.

    State: waiting, done, dead (no attempts left; those behind it in its line wait until a person decides). While it is
    called, `leased_until` keeps other workers from it. `receipt` is what the function returned.
    """

    __tablename__ = "plugin_delivery"
    __table_args__ = (
        sa.Index("ix_plugin_delivery_line", "line", "id"),
        sa.Index("ix_plugin_delivery_due", "plugin", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=True)
    plugin: Mapped[str] = mapped_column(sa.String(64))
    function: Mapped[str] = mapped_column(sa.String(100))
    line: Mapped[str] = mapped_column(sa.String(250))
    key: Mapped[str] = mapped_column(sa.String(120))
    county: Mapped[str] = mapped_column(sa.String(20))
    org_unit: Mapped[str] = mapped_column(sa.String(64))
    org_path: Mapped[str] = mapped_column(sa.String(200))
    business_key: Mapped[str | None] = mapped_column(sa.String(100))
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(sa.String(12))
    attempt: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(sa.Text)
    receipt: Mapped[str | None] = mapped_column(sa.String(200))


class DeliveryCursor(Base):
    """How far the history of a county has been read for a plugin's subscriptions. County "": since when it listens."""

    __tablename__ = "plugin_cursor"

    plugin: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    county: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    seq: Mapped[int] = mapped_column(BIG)
