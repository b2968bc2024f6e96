"""Which worker serves which grid, from when until when. A grid's end ends its assignments: README.md says how."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import Message, NotFound, OrgUnit, new_id
from plugins.grid_registry import api as grids
from plugins.workforce import log
from plugins.workforce.faults import Faults, refuse
from plugins.workforce.model import AssignedWorker
from plugins.workforce.tables import Engagement, GridAssignment, GridWorker

Period = tuple[date, date | None]
"""The first day, and the first day no longer or None."""


def assign(work: log.Writer, township: str, worker_id: str, grid: str, period: Period, *, primary: bool) -> str:
    """Give a worker a grid of the township, from a day on, until another or without end; return the assignment's id.

    Raises:
        NotFound: nobody whom the township has engaged on the first day.
        FormInvalid: the grid is not the township's, or not in force on the first day (I3); the worker has it already;
            or another is its primary worker.
    """
    start, until = period
    worker = work.session.scalars(sa.select(GridWorker).filter_by(id=worker_id).with_for_update()).one_or_none()
    if worker is None or managing_township(work.session, worker_id, start) != township:
        raise NotFound(worker=worker_id)
    _one_at_a_time(work.session, township)
    refuse(_faults(work.session, township, worker_id, grid, period, primary=primary))
    row = GridAssignment(
        id=new_id(), worker_id=worker_id, grid_code=grid, is_primary=primary, valid_from=start, valid_to=until
    )
    work.session.add(row)
    work.session.flush()
    log.write(work, "grid.assigned", township, worker_id, grid=grid, primary=primary, since=start.isoformat())
    return row.id


def _one_at_a_time(session: Session, township: str) -> None:
    """Wait for others who assign in the township, so that each sees what was before and only one is primary."""
    session.execute(sa.select(OrgUnit.code).filter_by(code=township).with_for_update(key_share=True))


def end_assignment(work: log.Writer, township: str, assignment_id: str, on: date) -> str:
    """End an assignment on a day, the first without; return the worker's id.

    Raises:
        NotFound: no such assignment in the township.
        FormInvalid: the day is before the first, or the assignment ends before it anyway.
    """
    row = work.session.scalars(sa.select(GridAssignment).filter_by(id=assignment_id).with_for_update()).one_or_none()
    if row is None or grids.standing(work.session, [row.grid_code])[row.grid_code].township != township:
        raise NotFound(assignment=assignment_id)
    if on < row.valid_from or (row.valid_to is not None and row.valid_to <= on):
        refuse([("on", Message("应在负责期间之内"))])
    row.valid_to = on
    log.write(work, "assignment.ended", township, row.worker_id, grid=row.grid_code, on=on.isoformat())
    return row.worker_id


def workers_of(session: Session, grid: str, day: date) -> list[AssignedWorker]:
    """Return who serves a grid on a day, the primary worker first; nobody where the grid is not in force (I3, I18)."""
    stands = grids.standing(session, [grid]).get(grid)
    if stands is None or not stands.in_force(day):
        return []
    return serving(session, [grid], day).get(grid, [])


def grids_of(session: Session, worker_id: str, day: date) -> list[str]:
    """Return the codes of the grids that a worker serves on a day, those with the primary responsibility first."""
    select = (
        sa.select(GridAssignment.grid_code)
        .join(Engagement, Engagement.worker_id == GridAssignment.worker_id)
        .where(GridAssignment.worker_id == worker_id, _on(GridAssignment, day), _on(Engagement, day))
        .where(Engagement.suspended.is_(False))
        .order_by(GridAssignment.is_primary.desc(), GridAssignment.grid_code)
    )
    codes = list(session.scalars(select))
    stands = grids.standing(session, codes)
    return [code for code in codes if stands[code].in_force(day)]


def serving(session: Session, codes: list[str], day: date) -> dict[str, list[AssignedWorker]]:
    """Return who is assigned to grids and serves on a day, by grid. Whether the grids stand is not looked at."""
    select = (
        sa.select(GridAssignment.grid_code, GridAssignment.is_primary, GridWorker, Engagement.township)
        .join(GridWorker, GridWorker.id == GridAssignment.worker_id)
        .join(Engagement, Engagement.worker_id == GridWorker.id)
        .where(GridAssignment.grid_code.in_(codes), _on(GridAssignment, day), _on(Engagement, day))
        .where(Engagement.suspended.is_(False))
        .order_by(GridAssignment.is_primary.desc(), GridWorker.staff_no)
    )
    found: dict[str, list[AssignedWorker]] = {}
    for code, primary, worker, township in session.execute(select):
        found.setdefault(code, []).append(
            AssignedWorker(worker.id, worker.staff_no, worker.name, worker.person_id, township, primary)
        )
    return found


def managing_township(session: Session, worker_id: str, day: date) -> str | None:
    """Return the township that manages a worker on a day (I16), suspended or not; None when nobody does."""
    select = sa.select(Engagement.township).where(Engagement.worker_id == worker_id, _on(Engagement, day))
    return session.scalars(select).one_or_none()


def worker_of_person(session: Session, person_id: str) -> str | None:
    """Return the worker whose login a person is, or None."""
    return session.scalars(sa.select(GridWorker.id).filter_by(person_id=person_id)).one_or_none()


def _on(row: type[Engagement | GridAssignment], day: date) -> sa.ColumnElement[bool]:
    return sa.and_(row.valid_from <= day, sa.or_(row.valid_to.is_(None), row.valid_to > day))


def _faults(session: Session, township: str, worker_id: str, grid: str, period: Period, *, primary: bool) -> Faults:
    start, until = period
    stands = grids.standing(session, [grid]).get(grid)
    if stands is None or stands.township != township:
        yield "grid", Message("本辖区没有这个网格")
        return
    if not stands.in_force(start):
        yield "grid", Message("该网格在 %(day)s 不在用", day=start)
    if until is not None and until <= start:
        yield "until", Message("应晚于开始之日")
    overlapping = sa.and_(
        GridAssignment.grid_code == grid,
        sa.or_(GridAssignment.valid_to.is_(None), GridAssignment.valid_to > start),
        GridAssignment.valid_from < until if until is not None else sa.true(),
    )
    for each in session.scalars(sa.select(GridAssignment).where(overlapping)):
        if each.worker_id == worker_id:
            yield "grid", Message("该网格员在此期间已负责该网格")
        elif primary and each.is_primary:
            yield "primary", Message("该网格在此期间已有主责网格员，请先结束其负责")
