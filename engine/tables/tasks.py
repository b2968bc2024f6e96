"""User tasks: one row a task that waits or waited for a person, so that the inbox never loads an instance."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base


class UserTask(Base):
    """A task for a person. Its id is the token's. `candidate_group` and `org_unit` say who may do it."""

    __tablename__ = "user_task"
    __table_args__ = (
        sa.Index(
            "ix_user_task_inbox",
            "candidate_group",
            "org_unit",
            "created_at",
            "id",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.Index(
            "ix_user_task_claimed",
            "assignee",
            "created_at",
            "id",
            sqlite_where=sa.text("state = 'open' AND assignee IS NOT NULL"),
            postgresql_where=sa.text("state = 'open' AND assignee IS NOT NULL"),
        ),
        sa.Index("ix_user_task_instance_id", "instance_id"),
    )

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    instance_id: Mapped[str] = mapped_column(sa.ForeignKey("process_instance.id"))
    definition_id: Mapped[str] = mapped_column(sa.ForeignKey("process_definition.id"))
    element_id: Mapped[str] = mapped_column(sa.String(100))
    name: Mapped[str] = mapped_column(sa.String(200))
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    form: Mapped[str | None] = mapped_column(sa.String(100))
    candidate_group: Mapped[str] = mapped_column(sa.String(64))
    org_unit: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[str] = mapped_column(sa.String(12))
    assignee: Mapped[str | None] = mapped_column(sa.String(64))
    due_at: Mapped[datetime | None]
    due_basis: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    """How `due_at` was counted, or what was said about it: see `engine.due_basis`."""
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the form shows: the token's variables when the task opened."""
    draft: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[str | None] = mapped_column(sa.String(64))
