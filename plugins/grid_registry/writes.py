"""What applying a plan writes, row by row, as plain JSON: kept with the plan when it is checked, and signed with it.

The writer takes it as it is: `changes.py` on SQLite, the function `onegrid_apply_plan` on PostgreSQL (`door.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from plugins.grid_registry.codes import next_grid_codes
from plugins.grid_registry.outcome import Made, Outcome
from plugins.grid_registry.tables import Grid


def writes_of(session: Session, outcome: Outcome) -> dict[str, Any]:
    """Return what an outcome that the check passed comes to.

    `{"retired": [code], "renamed": {code: name}, "made": [{code, community, kind, setting, name, units}],
    "moves": [{unit, grid}], "lineage": [[ended grid, grid in force]]}`, each list in a stable order.

    Raises:
        CodesExhausted: a community has no number left for a new grid.
    """
    codes = _codes(session, outcome.made)
    made = list(zip(outcome.made, codes, strict=True))
    lineage = {(old, code) for grid, code in made for old in grid.predecessors} | outcome.lineage
    return {
        "retired": sorted(outcome.retired),
        "renamed": {code: name for code, (_, name) in sorted(outcome.renamed.items())},
        "made": [
            {
                "code": code,
                "community": grid.community,
                "kind": grid.kind,
                "setting": grid.setting,
                "name": grid.name,
                "units": sorted(grid.units),
            }
            for grid, code in made
        ],
        "moves": [{"unit": move.unit, "grid": move.target} for move in outcome.moves],
        "lineage": [list(pair) for pair in sorted(lineage)],
    }


def _codes(session: Session, made: Sequence[Made]) -> list[str]:
    """Return a new code for each grid made, in order."""
    given: list[str] = []
    for grid in made:
        ever = session.scalars(sa.select(Grid.code).where(Grid.community == grid.community))
        given += next_grid_codes(grid.community, grid.kind, [*ever, *given], 1)
    return given
