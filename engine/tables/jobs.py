"""Jobs: units of machine work that wait to run, a handler to call or a timer to fire; and the ledger of effects."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base


class Job(Base):
    """One job. Its id is the token's; unique, so an instance restored twice cannot make two.

    `attempt` counts tickets that are used up, `spared` those among them that were no attempt. The job engine runs
    `(id, attempt)`; a stale pair is a no-op. While a department's handler is called, no transaction is open, and
    `leased_by` says which worker calls it: nobody else calls it until `leased_until`, and nobody else's outcome counts.
    A job that waits for its plugin to be at hand again has `held`, why it waits, and no ticket; so has one that belongs
    to a replay (`engine.jobs.queue.REPLAY`).
    A job of kind `external` has no ticket either: it waits to be fetched, and `leased_by` is then the id of a
    `engine.tables.workers.JobLock`.
    """

    __tablename__ = "job"
    __table_args__ = (
        sa.Index("ix_job_instance_id", "instance_id"),
        sa.Index(
            "ix_job_due",
            "due_at",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.Index(
            "ix_job_dead",
            "handler",
            sqlite_where=sa.text("state = 'dead'"),
            postgresql_where=sa.text("state = 'dead'"),
        ),
        sa.Index(
            "ix_job_held",
            "handler",
            "county",
            "due_at",
            sqlite_where=sa.text("state = 'waiting' AND held IS NOT NULL"),
            postgresql_where=sa.text("state = 'waiting' AND held IS NOT NULL"),
        ),
        sa.Index(
            "ix_job_external",
            "handler",
            "due_at",
            sqlite_where=sa.text("kind = 'external' AND state = 'waiting'"),
            postgresql_where=sa.text("kind = 'external' AND state = 'waiting'"),
        ),
    )

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    instance_id: Mapped[str] = mapped_column(sa.ForeignKey("process_instance.id"))
    definition_id: Mapped[str] = mapped_column(sa.ForeignKey("process_definition.id"))
    """Of a handler: the process that its task is drawn in, the instance's own or one it has called. Of a timer: the
    instance's.
    """
    element_id: Mapped[str] = mapped_column(sa.String(100))
    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(12))
    handler: Mapped[str | None] = mapped_column(sa.String(100))
    inputs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    county: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[str] = mapped_column(sa.String(12))
    attempt: Mapped[int] = mapped_column(default=0)
    spared: Mapped[int] = mapped_column(default=0)
    held: Mapped[str | None] = mapped_column(sa.String(12))
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(sa.String(40))
    leased_until: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(sa.Text)

    @property
    def made(self) -> int:
        """Attempts made: the tickets used up, less those that were none."""
        return self.attempt - self.spared
