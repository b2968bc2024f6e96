"""Room for the history of the months to come: their partitions. For PostgreSQL; on SQLite it is one table."""

from __future__ import annotations

import logging
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.tables.history_months import DEFAULT, month_ddl, month_of, next_month, partition_of

log = logging.getLogger(__name__)

AHEAD = 3
"""Months after the present one that have their partition: enough for workers that stand still for a quarter."""
LOCK = 0x0E1E
"""Key of the advisory lock under which one process at a time adds partitions."""
PATIENCE = "2s"
"""How long to wait for those who write just then; the next round tries again."""


def provide_months(session: Session, now: datetime, ahead: int = AHEAD) -> list[str]:
    """See that this month and the next `ahead` have a partition; return the names of those that were made.

    A month of which rows came before its partition did keeps them all in the default one: history is not moved.

    Raises:
        DBAPIError: others held what is needed for longer than PATIENCE.
    """
    wanted = [month_of(now)]
    for _ in range(ahead):
        wanted.append(next_month(wanted[-1]))
    if not (missing := _without(session, wanted)):
        return []
    session.execute(sa.text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    # what a partition refers to is locked before the default partition, in the order in which those who write lock it
    session.execute(sa.text("LOCK TABLE process_definition, process_instance IN SHARE ROW EXCLUSIVE MODE"))
    made = [month for month in _without(session, missing) if not _begun(session, month)]
    for month in made:
        for statement in month_ddl(month):
            session.execute(sa.text(statement))
    names = [partition_of(month) for month in made]
    if names:
        log.info("partitions of the history were added", extra={"partitions": names})
    return names


def _without(session: Session, months: list[datetime]) -> list[datetime]:
    """Return those months that have no partition, with one look."""
    names: sa.BindParameter[list[str]] = sa.bindparam(
        "names", [partition_of(month) for month in months], expanding=True
    )
    there = sa.text("SELECT relname FROM pg_class WHERE relname IN :names AND relkind = 'r'").bindparams(names)
    found = set(session.scalars(there))
    return [month for month in months if partition_of(month) not in found]


def _begun(session: Session, month: datetime) -> bool:
    at: sa.ColumnClause[datetime] = sa.column("at")
    there = sa.select(at).select_from(sa.table(DEFAULT, at)).where(at >= month, at < next_month(month))
    return bool(session.scalar(sa.select(there.exists())))
