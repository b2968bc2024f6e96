"""The order in which rows are locked: the instance before anything else of it."""

from __future__ import annotations

from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.tables.instances import ProcessInstance
from engine.tables.jobs import Job
from engine.tables.tasks import UserTask

Row = TypeVar("Row", Job, UserTask)

_ID: sa.BindParameter[str] = sa.bindparam("id")
# made once: building a statement costs as much as running it
_ONE = sa.select(ProcessInstance.id).where(ProcessInstance.id == _ID).with_for_update()
_OF: dict[type, sa.Select[str]] = {
    table: sa.select(ProcessInstance.id)
    .where(ProcessInstance.id == sa.select(table.instance_id).where(table.id == _ID).scalar_subquery())
    .with_for_update()
    for table in (Job, UserTask)
}

_WITH_INSTANCE: dict[type, sa.Select[Any, ProcessInstance]] = {
    table: sa.select(table, ProcessInstance)
    .join(ProcessInstance, ProcessInstance.id == table.instance_id)
    .where(table.id == _ID)
    for table in (Job, UserTask)
}
# rows are locked in the order of OF; what changed while a lock was waited for is read again, of both
_WITH_INSTANCE_LOCKED = {
    table: select.with_for_update(of=(ProcessInstance, table)) for table, select in _WITH_INSTANCE.items()
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


def read_with_instance(session: Session, table: type[Row], row_id: str) -> tuple[Row, ProcessInstance] | None:
    """Return a job or a user task and its instance, both locked if the session may write, the instance first."""
    statements = _WITH_INSTANCE_LOCKED if _locks(session) else _WITH_INSTANCE
    found = session.execute(statements[table], {"id": row_id}).one_or_none()
    return None if found is None else (found[0], found[1])


def _locks(session: Session) -> bool:
    return bool(session.info.get("write")) and session.get_bind().dialect.name != "sqlite"


def _lock(session: Session, select: sa.Select[str], row_id: str) -> None:
    if _locks(session):
        session.connection().execute(select, {"id": row_id})
