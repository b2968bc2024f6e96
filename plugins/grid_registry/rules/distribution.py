"""Rules on who gets what: one grid, one change; one unit, one grid (I4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from plugins.grid_registry.model import Finding
from plugins.grid_registry.rules.case import Case, error, named_units, targets, units_of


def each_grid_ends_once(case: Case) -> Iterator[Finding]:
    """A grid that one change ends is touched by no other change, and by that one once."""
    touched = Counter(code for change in case.plan.changes for _, code in (*change.sources, *set(targets(change))))
    for change in case.plan.changes:
        for field, code in change.retires:
            if touched[code] > 1:
                yield error(
                    field,
                    "GRID_TOUCHED_TWICE",
                    "I8",
                    f"网格 {code} 在方案中被多次调整，请合并为一项调整。",
                    f"grid {code} is changed more than once",
                )


def each_grid_is_renamed_once(case: Case) -> Iterator[Finding]:
    """A grid gets at most one new name."""
    seen: set[str] = set()
    for change in case.plan.changes:
        for _, code in change.sources if change.op == "rename" else ():
            if code in seen:
                yield error(
                    change.field, "RENAMED_TWICE", "I8", f"网格 {code} 被重复更名。", f"grid {code} is renamed twice"
                )
            seen.add(code)


def each_unit_goes_to_one_grid(case: Case) -> Iterator[Finding]:
    """No unit is given to two grids (I4)."""
    seen: dict[str, str] = {}
    for field, code in named_units(case.plan):
        if code in seen:
            name = case.state.units[code].name if code in case.state.units else code
            yield error(
                field,
                "UNIT_TWICE",
                "I4",
                f"单元“{name}”被分给多个网格。",
                f"unit {name} is given to more than one grid",
            )
        seen[code] = field


def units_come_from_their_grid(case: Case) -> Iterator[Finding]:
    """A split, a move and a retirement distribute the units of the grid they name, and no others."""
    for change in case.plan.changes:
        if change.op not in ("split", "move_units", "retire"):
            continue
        held = {unit for grid in case.sources(change) for unit in grid.units}
        for field, code in units_of(change):
            if case.sources(change) and code in case.state.units and code not in held:
                name = case.state.units[code].name
                yield error(
                    field,
                    "UNIT_NOT_IN_GRID",
                    "I4",
                    f"单元“{name}”不属于网格 {change.sources[0][1]}。",
                    f"unit {name} does not belong to grid {change.sources[0][1]}",
                )


def new_grids_take_free_units(case: Case) -> Iterator[Finding]:
    """A created grid takes units of its community that belong to no grid yet."""
    for change in case.plan.changes:
        for field, code in units_of(change) if change.op == "create" else ():
            unit = case.state.units.get(code)
            if unit is not None and unit.grid is not None:
                yield error(
                    field,
                    "UNIT_TAKEN",
                    "I4",
                    f"单元“{unit.name}”已属于网格 {unit.grid}，请改用拆分或单元调整。",
                    f"unit {unit.name} belongs to grid {unit.grid}",
                )
            if unit is not None and change.community and unit.community != change.community:
                yield error(
                    field,
                    "CROSS_COMMUNITY",
                    "I7",
                    f"单元“{unit.name}”不在所选的村（社区）内。",
                    f"unit {unit.name} lies in another community",
                )
