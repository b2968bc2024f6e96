"""Which grids of a township have workers, and which need one: none at all is a warning, never a block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from plugins.grid_registry import api as grids
from plugins.workforce.assignments import serving
from plugins.workforce.model import AssignedWorker


@dataclass(frozen=True, slots=True)
class Predecessor:
    """A grid that ended, its last day and who served it then."""

    code: str
    name: str
    workers: Sequence[AssignedWorker]


@dataclass(frozen=True, slots=True)
class CoveredGrid:
    """A grid in force and who serves it. `predecessors` are given for one without workers: who was there before."""

    grid: grids.GridStanding
    workers: Sequence[AssignedWorker]
    predecessors: Sequence[Predecessor] = ()


def coverage(session: Session, township: str, day: date) -> list[CoveredGrid]:
    """Return the grids of a township that are in force on a day, by code."""
    stands = grids.standing_in(session, township, day)
    workers = serving(session, list(stands), day)
    return [
        CoveredGrid(grid, workers.get(code, []), () if code in workers else predecessors_of(session, grid))
        for code, grid in stands.items()
    ]


def uncovered(found: Sequence[CoveredGrid]) -> list[CoveredGrid]:
    """Return the grids without a worker."""
    return [each for each in found if not each.workers]


def predecessors_of(session: Session, grid: grids.GridStanding) -> list[Predecessor]:
    """Return the grids that ended and that a grid came from, with who served them to the last."""
    found = []
    for code, ended in grids.standing(session, grid.predecessors).items():
        if ended.valid_to is not None and ended.valid_to > ended.valid_from:
            last = serving(session, [code], _before(ended.valid_to)).get(code, [])
            found.append(Predecessor(code, ended.name, last))
    return found


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
