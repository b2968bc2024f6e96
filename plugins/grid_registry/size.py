"""What the size rule (SPEC 9, D1) is told of each grid a plan makes or resizes, and its verdicts. No thresholds.

The rule itself is the decision `grid_size_check` in processes/grid_division: data that the agency may change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from plugins.grid_registry import geometry
from plugins.grid_registry.model import ResultingGrid, Unit, Verdict
from plugins.grid_registry.outcome import Made, Outcome
from plugins.grid_registry.state import HeldGrid, State

DECISION = "grid_size_check"
NO_INSTITUTION = "none"
COMPOUND = "compound"

Judge = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Takes the facts of one grid, gives the outputs of the decision."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Households and residents of a grid, and what institution it stands for."""

    households: int
    population: int
    institution: str


def figures(units: Sequence[Unit]) -> Figures:
    """Add up the units of a grid."""
    return Figures(
        households=sum(unit.households for unit in units),
        population=sum(unit.population for unit in units),
        institution=institution(units),
    )


def institution(units: Sequence[Unit]) -> str:
    """Return the institution a grid consists of: its largest one, `compound` for a single compound, else `none`.

    A grid with anything else in it is no institution's own: R28 and R31 speak of the school, the compound itself.
    """
    if units and all(unit.type == "institution" for unit in units):
        return max(units, key=lambda unit: unit.population).institution or "other"
    if len(units) == 1 and units[0].type == "residential_compound":
        return COMPOUND
    return NO_INSTITUTION


def resulting(outcome: Outcome, state: State) -> list[ResultingGrid]:
    """Return the grids that the plan makes or resizes, in the order of its changes."""
    made = [_of_made(each, state) for each in outcome.made]
    resized = [
        _of_held(state.grids[code], state, outcome, path, justification)
        for code, (path, justification) in outcome.resized.items()
        if code not in outcome.retired
    ]
    return sorted([*made, *resized], key=lambda grid: _place(grid.field))


def renamed(outcome: Outcome, state: State) -> list[ResultingGrid]:
    """Return the grids that the plan only renames; the size rule is not asked about them."""
    return [
        _of_held(state.grids[code], state, outcome, path, "")
        for code, (path, _) in outcome.renamed.items()
        if code not in outcome.retired and code not in outcome.resized
    ]


def facts(grid: ResultingGrid) -> dict[str, Any]:
    """Return what travels to the decision as one item of `check.grids`."""
    return {
        "field": grid.field,
        "name": grid.name,
        "kind": grid.kind,
        "setting": grid.setting,
        "households": grid.households,
        "population": grid.population,
        "institution": grid.institution,
        "reasons": grid.reasons,
        "justification": grid.justification,
    }


def judged(grids: Iterable[ResultingGrid], judge: Judge) -> list[ResultingGrid]:
    """Return the grids with their verdicts; one whose kind or setting is not chosen yet has none."""
    return [
        replace(grid, verdict=verdict(judge(facts(grid)))) if grid.kind and grid.setting else grid for grid in grids
    ]


def verdict(outputs: Mapping[str, Any]) -> Verdict:
    """Return the decision's outputs as a value."""
    return Verdict(
        suggested_kind=str(outputs["suggested_kind"]),
        verdict=str(outputs["verdict"]),
        justification_required=bool(outputs["justification_required"]),
        review_level=str(outputs["review_level"]),
        explanation_zh=str(outputs["explanation_zh"]),
        explanation_en=str(outputs["explanation_en"]),
    )


def _place(field: str) -> tuple[int, ...]:
    return tuple(int(part) for part in field.split(".") if part.isdecimal())


def _of_made(made: Made, state: State) -> ResultingGrid:
    units = [state.units[code] for code in made.units]
    added = figures(units)
    return ResultingGrid(
        field=made.field,
        code=None,
        name=made.name,
        kind=made.kind,
        setting=made.setting,
        community=made.community,
        households=added.households,
        population=added.population,
        institution=added.institution,
        reasons=bool(made.justification),
        justification=made.justification,
        unit_codes=made.units,
        predecessors=made.predecessors,
        boundary=geometry.union(unit.geometry for unit in units),
    )


def _of_held(grid: HeldGrid, state: State, outcome: Outcome, field: str, justification: str) -> ResultingGrid:
    codes = outcome.units_after(grid)
    units = [state.units[code] for code in codes]
    added = figures(units)
    return ResultingGrid(
        field=field,
        code=grid.code,
        name=outcome.renamed.get(grid.code, ("", grid.name))[1] or grid.name,
        kind=grid.kind,
        setting=grid.setting,
        community=grid.community,
        households=added.households,
        population=added.population,
        institution=added.institution,
        reasons=bool(justification),
        justification=justification,
        unit_codes=codes,
        predecessors=(grid.code, *sorted(old for old, new in outcome.lineage if new == grid.code)),
        boundary=geometry.union(unit.geometry for unit in units),
    )
