"""Process instances: one row each, with the state as zstd(JSON) and the version that guards concurrent steps."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base


class ProcessInstance(Base):
    """One execution of a definition.

    `org_unit` is the unit that the instance belongs to and `org_path` its place in the tree: who may see the
    instance is decided by them. `county` is the shard and queue key. `state_blob` never holds the specification.
    """

    __tablename__ = "process_instance"
    __table_args__ = (
        sa.UniqueConstraint("definition_key", "business_key"),
        sa.Index("ix_process_instance_org_path", "org_path", "started_at"),
    )

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    definition_id: Mapped[str] = mapped_column(sa.ForeignKey("process_definition.id"))
    definition_key: Mapped[str] = mapped_column(sa.String(100))
    business_key: Mapped[str | None] = mapped_column(sa.String(100))
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    org_unit: Mapped[str] = mapped_column(sa.String(20))
    org_path: Mapped[str] = mapped_column(sa.String(200))
    county: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[str] = mapped_column(sa.String(12))
    milestone: Mapped[str] = mapped_column(sa.String(100), default="")
    """Where it stands, in the designer's words: the `milestone` of the last element entered that has one."""
    end_event: Mapped[str | None] = mapped_column(sa.String(100))
    state_blob: Mapped[bytes] = mapped_column(sa.LargeBinary)
    version: Mapped[int] = mapped_column()
    started_by: Mapped[str] = mapped_column(sa.String(64))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  read by SQLAlchemy in the class body
