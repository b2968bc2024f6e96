"""The staffing of a division's new grids: what is proposed, what is wrong with an answer, and writing it.

An answer is plain JSON, and complete: who is not in it serves the grid no longer.

    {"office_phone": "0746-…", "supervision_phone": "0746-…",
     "grids": [{"grid": "<code>", "primary": "<staff number>", "others": ["<staff number>", …]}, …]}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import Message, today
from plugins.workforce import contacts, log
from plugins.workforce.acting import acting_on
from plugins.workforce.assignments import assign, end_assignment, serving
from plugins.workforce.contacts import Contact
from plugins.workforce.succession import current
from plugins.workforce.tables import GridAssignment

Staffing = dict[str, Any]
"""An answer, in the shape above."""

Faults = dict[str, Any]
"""What is wrong, nested as the answer is."""

NOBODY: Final = Message("请选择主责网格员")
UNKNOWN: Final = Message("本乡镇（街道）没有这名在岗的网格员")
TWICE: Final = Message("主责网格员不用再列为其他网格员")
OTHER_GRIDS: Final = Message("新网格有变化，请刷新后重新选择")


def proposed(session: Session, township: str, codes: Iterable[str], day: date) -> Staffing:
    """Return how the grids of a division that still stand are staffed, and the published numbers, as an answer."""
    of = [grid.code for grid in current(session, township, codes)]
    found = serving(session, of, day)
    rows = []
    for code in of:
        staff = found.get(code, [])
        primary = next((each.staff_no for each in staff if each.is_primary), "")
        rows.append({"grid": code, "primary": primary, "others": [e.staff_no for e in staff if not e.is_primary]})
    return {**asdict(contacts.contact_of(session, township)), "grids": rows}


def faults(session: Session, township: str, codes: Iterable[str], day: date, answer: Staffing) -> Faults:
    """Return what is wrong with an answer in its shape; empty when each grid has a primary worker who acts."""
    found: Faults = {}
    for field, message in contacts.faults(_contact(answer)):
        found[field] = [message]
    asked, rows = [grid.code for grid in current(session, township, codes)], answer["grids"]
    if [row["grid"] for row in rows] != asked:
        return found | {"grids": [OTHER_GRIDS]}
    acting = {worker.staff_no for worker in acting_on(session, township, day)}
    wrong = {number: faulty for number, row in enumerate(rows) if (faulty := _row_faults(row, acting))}
    return found | ({"grids": wrong} if wrong else {})


def settle(work: log.Writer, township: str, answer: Staffing) -> None:
    """Let grids be served from today on as an answer without faults says, and publish the numbers."""
    day = today(work.clock)
    contacts.publish(work, township, _contact(answer))
    ids = {worker.staff_no: worker.id for worker in acting_on(work.session, township, day)}
    for row in answer["grids"]:
        wanted = {ids[row["primary"]]: True} | {ids[each]: False for each in row["others"]}
        for open_ in _open(work.session, row["grid"]):
            if wanted.get(open_.worker_id) == open_.is_primary:
                del wanted[open_.worker_id]
            else:
                end_assignment(work, township, open_.id, max(day, open_.valid_from))
        work.session.flush()
        for worker, primary in wanted.items():
            assign(work, township, worker, row["grid"], (day, None), primary=primary)


def _open(session: Session, grid: str) -> Sequence[GridAssignment]:
    lasting = sa.and_(GridAssignment.grid_code == grid, GridAssignment.valid_to.is_(None))
    return session.scalars(sa.select(GridAssignment).where(lasting).order_by(GridAssignment.id)).all()


def _contact(answer: Mapping[str, Any]) -> Contact:
    return Contact(answer["office_phone"], answer["supervision_phone"])


def _row_faults(row: Mapping[str, Any], acting: set[str]) -> Faults:
    wrong: Faults = {}
    if not row["primary"]:
        wrong["primary"] = [NOBODY]
    elif row["primary"] not in acting:
        wrong["primary"] = [UNKNOWN]
    if not set(row["others"]) <= acting:
        wrong["others"] = [UNKNOWN]
    elif row["primary"] in row["others"]:
        wrong["others"] = [TWICE]
    return wrong
