"""The order in which rows are locked: the instance before anything else of it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.tables.instances import ProcessInstance
from engine.tables.jobs import Job
from engine.tables.tasks import UserTask

_ID: sa.BindParameter[str] = sa.bindparam("id")
# made once: building a statement costs as much as running it
_ONE = sa.select(ProcessInstance.id).where(ProcessInstance.id == _ID).with_for_update()
_OF: dict[type, sa.Select[str]] = {
    table: sa.select(ProcessInstance.id)
    .where(ProcessInstance.id == sa.select(table.instance_id).where(table.id == _ID).scalar_subquery())
    .with_for_update()
    for table in (Job, UserTask)
}


def lock_instance(session: Session, instance_id: str) -> None:
    """Lock an instance, if the session may write. To be done before it is read.

    Two writers of one instance queue here. Were each to lock its own task or job first, and then the instance, and
    then what its step cancels, they would wait for each other. SQLite has one writer at a time and needs no lock.
    """
    _lock(session, _ONE, instance_id)


def lock_instance_of(session: Session, table: type[Job | UserTask], row_id: str) -> None:
    """Lock the instance that a job or a user task belongs to, as `lock_instance` does."""
    _lock(session, _OF[table], row_id)


def _lock(session: Session, select: sa.Select[str], row_id: str) -> None:
    if session.info.get("write") and session.get_bind().dialect.name != "sqlite":
        session.connection().execute(select, {"id": row_id})
