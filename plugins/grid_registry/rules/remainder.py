"""Rules on what is left: no unit without a grid, no grid without a unit (I5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from plugins.grid_registry.model import Finding
from plugins.grid_registry.rules.case import Case, error, units_of


def all_units_are_distributed(case: Case) -> Iterator[Finding]:
    """A split and a retirement leave no unit of their grid behind (I5)."""
    for change in case.plan.changes:
        if change.op not in ("split", "retire"):
            continue
        given = {code for _, code in units_of(change)}
        left = [unit for grid in case.sources(change) for unit in grid.units if unit not in given]
        if left:
            zh, en = _listed(case, left)
            field = f"{change.field}.{'parts' if change.op == 'split' else 'successors'}"
            yield error(field, "UNIT_ORPHANED", "I5", f"尚有单元未分配：{zh}。", f"Units left over: {en}.")


def no_unit_stays_outside(case: Case) -> Iterator[Finding]:
    """In a community that the plan touches, every unit belongs to a grid afterwards (I5)."""
    owners = case.outcome.owners(case.state)
    for community in sorted(case.outcome.communities(case.state)):
        free = (unit for unit in case.state.units_of(community) if unit.grid is None)
        left = [unit.code for unit in free if unit.code not in owners]
        if left:
            name = case.state.communities[community].name
            zh, en = _listed(case, left)
            yield error(
                "changes",
                "UNIT_OUTSIDE",
                "I5",
                f"{name}尚有单元不属于任何网格：{zh}。",
                f"{name} has units without a grid: {en}.",
            )


def no_grid_is_emptied(case: Case) -> Iterator[Finding]:
    """A grid that goes on keeps at least one unit."""
    for code, (field, _) in case.outcome.resized.items():
        if code not in case.outcome.retired and not case.outcome.units_after(case.state.grids[code]):
            yield error(
                f"{field}.unit_ids",
                "GRID_EMPTIED",
                "I5",
                f"网格“{case.grid_name(code)}”的单元全部移出，请改用撤销或合并。",
                f"Grid {case.grid_name(code)} would be left empty: retire or merge it instead.",
            )


def _listed(case: Case, units: Iterable[str]) -> tuple[str, str]:
    """Return the names of units, listed as Chinese and as English do."""
    names = [case.unit_name(code) for code in units]
    return "、".join(names), ", ".join(names)
