"""From when until when grids stand: for whoever keeps something by grid and must not outlive it (I3, I18)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from plugins.grid_registry.state import LATEST, Moment, names
from plugins.grid_registry.tables import Grid, GridLineage


@dataclass(frozen=True, slots=True)
class GridStanding:
    """A grid's place and dates (half open). `predecessors` are the ended grids whose units it took over."""

    code: str
    name: str
    township: str
    community: str
    valid_from: date
    valid_to: date | None
    predecessors: tuple[str, ...] = ()

    def in_force(self, day: date) -> bool:
        """Return whether the grid stands on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def standing(session: Session, codes: Iterable[str]) -> dict[str, GridStanding]:
    """Return the standing of grids, in force or not, by code; unknown codes are left out."""
    return _read(session, Grid.code.in_(set(codes)))


def standing_in(session: Session, township: str, day: date) -> dict[str, GridStanding]:
    """Return the grids of a township that are in force on a day, by code."""
    return _read(session, sa.and_(Grid.township == township, Moment(on=day).holds(Grid)))


def _read(session: Session, where: sa.ColumnElement[bool]) -> dict[str, GridStanding]:
    rows = session.scalars(sa.select(Grid).where(where).order_by(Grid.code)).all()
    codes = [row.code for row in rows]
    called = names(session, codes, LATEST)
    before: dict[str, list[str]] = {}
    lineage = sa.select(GridLineage.predecessor, GridLineage.successor).where(GridLineage.successor.in_(codes))
    for predecessor, successor in session.execute(lineage.order_by(GridLineage.predecessor)):
        before.setdefault(successor, []).append(predecessor)
    return {
        row.code: GridStanding(
            code=row.code,
            name=called.get(row.code, row.code),
            township=row.township,
            community=row.community,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            predecessors=tuple(before.get(row.code, ())),
        )
        for row in rows
    }


def heirs(session: Session, code: str, day: date) -> list[GridStanding]:
    """Return the grids that stand on a day in the place of one that ended, over all changes since; by code.

    Empty for a grid that still stands, and for one whose units nobody took over.
    """
    found: dict[str, GridStanding] = {}
    known, asked = {code}, {code}
    if (first := standing(session, [code]).get(code)) is None or first.in_force(day):
        return []
    while asked:
        lineage = sa.select(GridLineage.successor).where(GridLineage.predecessor.in_(asked)).distinct()
        following = standing(session, set(session.scalars(lineage)) - known)
        known |= following.keys()
        found |= {each.code: each for each in following.values() if each.in_force(day)}
        asked = {each.code for each in following.values() if each.valid_to is not None and each.valid_to <= day}
    return [found[each] for each in sorted(found)]
