"""Systems elsewhere that do departments' work: their tokens, and the locks under which they hold jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base


class WorkerToken(Base):
    """The right of one system to fetch the jobs of a plugin. Rows are never deleted: they say who was let in, and when.

    `digest` is all that is stored of the secret. `topics` are handlers' ids; empty: all of the plugin's. `county`: jobs
    of that county only; None: of all. `replaced_by` is the token that it was rotated to.
    """

    __tablename__ = "worker_token"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    plugin: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(sa.String(40))
    topics: Mapped[list[Any]] = mapped_column(default=list)
    county: Mapped[str | None] = mapped_column(sa.String(20))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(sa.String(64))
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(sa.String(64))
    replaced_by: Mapped[str | None] = mapped_column(sa.String(32))
    last_used_at: Mapped[datetime | None]


class JobLock(Base):
    """One hand-over of a job to a worker. Its id is the fencing token: reports count for the lock that they name.

    `report` is a digest of the report that ended it, so that the same report again gets the same answer. A lock that
    was lost ended without one.
    """

    __tablename__ = "job_lock"
    __table_args__ = (sa.Index("ix_job_lock_job_id", "job_id"), sa.Index("ix_job_lock_taken_at", "taken_at"))

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    job_id: Mapped[str] = mapped_column(sa.ForeignKey("job.id", ondelete="CASCADE"))
    token_id: Mapped[str] = mapped_column(sa.ForeignKey("worker_token.id"))
    worker: Mapped[str] = mapped_column(sa.String(80))
    attempt: Mapped[int]
    taken_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    report: Mapped[str | None] = mapped_column(sa.String(64))
