"""Messages between instances, and who waits for one: the store of those that come early, and the subscriptions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base


class Subscription(Base):
    """One event that waits for a message or a signal: of an instance (its id is the token's), or a start event.

    `county` is the instance's; a start event of a process has none.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        sa.Index("ix_subscription_awaited", "kind", "name", "correlation", "created_at"),
        sa.Index("ix_subscription_instance_id", "instance_id"),
    )

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(8))
    name: Mapped[str] = mapped_column(sa.String(200))
    correlation: Mapped[str] = mapped_column(sa.String(200), default="")
    instance_id: Mapped[str | None] = mapped_column(sa.ForeignKey("process_instance.id"))
    definition_id: Mapped[str] = mapped_column(sa.ForeignKey("process_definition.id"))
    definition_key: Mapped[str] = mapped_column(sa.String(100))
    element_id: Mapped[str] = mapped_column(sa.String(100))
    county: Mapped[str | None] = mapped_column(sa.String(20))
    created_at: Mapped[datetime]


class Message(Base):
    """One message that was published. Its id is the sender's: the same id twice is the same message.

    `instance_id` is the instance that took it. One that nobody takes waits until `expires_at`.
    """

    __tablename__ = "message"
    __table_args__ = (
        sa.Index(
            "ix_message_waiting",
            "name",
            "correlation",
            "published_at",
            sqlite_where=sa.text("delivered_at IS NULL"),
            postgresql_where=sa.text("delivered_at IS NULL"),
        ),
        sa.Index("ix_message_expires_at", "expires_at"),
    )

    id: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    correlation: Mapped[str] = mapped_column(sa.String(200), default="")
    variables: Mapped[dict[str, Any]] = mapped_column(default=dict)
    org_unit: Mapped[str] = mapped_column(sa.String(20))
    published_by: Mapped[str] = mapped_column(sa.String(64))
    published_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    instance_id: Mapped[str | None] = mapped_column(sa.ForeignKey("process_instance.id"))
    last_error: Mapped[str | None] = mapped_column(sa.Text)
