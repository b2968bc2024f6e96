"""Whoever served the grids that a division ended serves their successors, until the township decides (SPEC a11)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from engine.core_api import today
from plugins.grid_registry import api as grids
from plugins.workforce import log
from plugins.workforce.acting import acting_on
from plugins.workforce.assignments import assign, serving
from plugins.workforce.coverage import predecessors_of
from plugins.workforce.model import AssignedWorker


def carry_over(work: log.Writer, township: str, codes: Iterable[str]) -> list[str]:
    """Give new grids the workers of the grids they came from, from their first day on; return the codes of those grids.

    The primary worker of the first predecessor that had one is primary, the others assist. Grids that somebody
    serves already are left as they are, and so are those whose predecessors had nobody who still acts.
    """
    session, day, carried = work.session, today(work.clock), []
    for grid in current(session, township, codes):
        if serving(session, [grid.code], day):
            continue
        heirs = _successors(session, grid)
        for worker in heirs:
            assign(work, township, worker.worker_id, grid.code, (grid.valid_from, None), primary=worker.is_primary)
        if heirs:
            carried.append(grid.code)
    return carried


def current(session: Session, township: str, codes: Iterable[str]) -> list[grids.GridStanding]:
    """Return those of a township's grids that nothing has ended yet, by code."""
    stands = grids.standing(session, codes)
    return [grid for grid in stands.values() if grid.township == township and grid.valid_to is None]


def _successors(session: Session, grid: grids.GridStanding) -> list[AssignedWorker]:
    """Return who follows to a grid: each once, one of them primary at most."""
    acting = {worker.id for worker in acting_on(session, grid.township, grid.valid_from)}
    before = [worker for each in predecessors_of(session, grid) for worker in each.workers]
    following = {worker.worker_id: worker for worker in before if worker.worker_id in acting}
    first = next((worker for worker in before if worker.is_primary and worker.worker_id in acting), None)
    return [
        AssignedWorker(
            each.worker_id, each.staff_no, each.name, each.person_id, each.township, is_primary=each is first
        )
        for each in sorted(following.values(), key=lambda each: each.staff_no)
    ]
