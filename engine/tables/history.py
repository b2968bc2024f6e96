"""The append-only history: who, when, what, why, by which definition; chained per county (`engine.chain`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base

DIGEST = 32
"""Bytes of a SHA-256 digest."""
SALT = 16
"""Bytes of a row's salt."""

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class HistoryEvent(Base):
    """One thing that happened in an instance. `event` is one of engine.services.history.EVENTS.

    `changes` is {field: {"before", "after"}} of what a completed task changed. Rows of a county count up from 1 without
    a gap; `digest` chains each to the one before. What may speak of a person (`actor_name`, `detail`, `changes`) enters
    the chain as `content_digest` alone, which is salted. Rows are added by `engine.services.ledger` and never change.
    """

    __tablename__ = "history_event"
    __table_args__ = (
        sa.Index("ix_history_event_instance_id", "instance_id", "id"),
        # `at`, because PostgreSQL keeps a month in a table of its own; see engine.tables.history_months
        sa.UniqueConstraint("county", "seq", "at"),
    )

    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=True)
    county: Mapped[str] = mapped_column(sa.String(20))
    seq: Mapped[int] = mapped_column(BIG)
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
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    salt: Mapped[bytes] = mapped_column(sa.LargeBinary(SALT), deferred=True)
    content_digest: Mapped[bytes] = mapped_column(sa.LargeBinary(DIGEST), deferred=True)
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(DIGEST), deferred=True)


class HistoryHead(Base):
    """The last link of a county's chain. Locked by whoever adds to the chain, so that writers of a county queue."""

    __tablename__ = "history_head"

    county: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    seq: Mapped[int] = mapped_column(BIG)
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(DIGEST))
