"""A proposal's before and after: the state its plan was drafted on, and what the plan makes of it. Read only.

Before is always the plan's base revision. A plan whose base is stale is never applied, so for an applied plan that is
what stood just before it, and the answer stays the same for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from engine.core_api import NotFound
from plugins.grid_registry.model import Difference, Grid, ResultingGrid
from plugins.grid_registry.outcome import Outcome, outcome_of
from plugins.grid_registry.picture import grid_value
from plugins.grid_registry.plan import read
from plugins.grid_registry.plans import last_plan, proposal
from plugins.grid_registry.size import renamed, resulting, verdict
from plugins.grid_registry.state import LATEST, Moment, State, last_revision, load


def difference(session: Session, proposal_no: str, verdicts: Sequence[Mapping[str, Any]] = ()) -> Difference:
    """Return before and after of a proposal's last checked plan.

    Args:
        session: the session to ask.
        proposal_no: the proposal.
        verdicts: the process variable `verdicts`, one for each resulting grid, in order; empty for none.

    Raises:
        NotFound: no such proposal, or nothing was checked yet.
    """
    found = proposal(session, proposal_no)
    stored = last_plan(session, proposal_no)
    if stored is None:
        raise NotFound(proposal_no=proposal_no)
    plan = read(stored.plan)
    base = plan.base_revision if 0 <= plan.base_revision <= last_revision(session) else None
    state = load(session, found.township, LATEST if base is None else Moment(revision=base))
    outcome = outcome_of(plan, state)
    before = [grid_value(grid, state.units) for grid in _touched(outcome, state)]
    after = [*_judged(resulting(outcome, state), verdicts), *renamed(outcome, state)]
    if found.revision is not None:
        after = _coded(after, load(session, found.township, Moment(revision=found.revision)))
    return Difference(
        proposal_no=proposal_no,
        before=_collection(_feature(grid, _fate(grid.code, outcome)) for grid in before),
        after=_collection(_feature(grid, _origin(grid, outcome)) for grid in after),
        before_grids=tuple(before),
        after_grids=tuple(after),
        lineage=_lineage(before, after),
    )


def _touched(outcome: Outcome, state: State) -> list[Any]:
    codes = {*outcome.retired, *outcome.resized, *outcome.renamed}
    return [grid for grid in state.grids.values() if grid.code in codes]


def _judged(grids: list[ResultingGrid], verdicts: Sequence[Mapping[str, Any]]) -> list[ResultingGrid]:
    if len(verdicts) != len(grids):  # of another version of the plan
        return grids
    return [
        replace(grid, verdict=verdict(each) if each.get("verdict") else None)  # the rule may have had nothing to say
        for grid, each in zip(grids, verdicts, strict=True)
    ]


def _coded(grids: list[ResultingGrid], applied: State) -> list[ResultingGrid]:
    """Return the grids with the codes they were given; names are unique in a community."""
    codes = {(grid.community, grid.name): grid.code for grid in applied.grids.values()}
    return [replace(grid, code=grid.code or codes.get((grid.community, grid.name))) for grid in grids]


def _fate(code: str, outcome: Outcome) -> str:
    if code in outcome.retired:
        return "retired"
    return "changed" if code in outcome.resized else "renamed"


def _origin(grid: ResultingGrid, outcome: Outcome) -> str:
    if grid.code in outcome.resized:
        return "changed"
    return "renamed" if grid.code in outcome.renamed else "created"


def _lineage(before: Sequence[Grid], after: Sequence[ResultingGrid]) -> tuple[tuple[int, int], ...]:
    place = {grid.code: index for index, grid in enumerate(before)}
    return tuple(
        (place[code], index) for index, grid in enumerate(after) for code in grid.predecessors if code in place
    )


def _feature(grid: Grid | ResultingGrid, change: str) -> dict[str, Any]:
    properties = {
        "code": grid.code,
        "name": grid.name,
        "kind": grid.kind,
        "setting": grid.setting,
        "community": grid.community,
        "households": grid.households,
        "population": grid.population,
        "change": change,
    }
    return {"type": "Feature", "geometry": grid.boundary, "properties": properties}


def _collection(features: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}
