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
                    f"网格“{case.grid_name(code)}”在方案中被多次调整，请合并为一项调整。",
                    f"Grid {case.grid_name(code)} is changed more than once: make it one change.",
                )


def each_grid_is_renamed_once(case: Case) -> Iterator[Finding]:
    """A grid gets at most one new name."""
    seen: set[str] = set()
    for change in case.plan.changes:
        for _, code in change.sources if change.op == "rename" else ():
            if code in seen:
                name = case.grid_name(code)
                yield error(
                    change.field, "RENAMED_TWICE", "I8", f"网格“{name}”被重复更名。", f"Grid {name} is renamed twice."
                )
            seen.add(code)


def each_unit_goes_to_one_grid(case: Case) -> Iterator[Finding]:
    """No unit is given to two grids (I4)."""
    seen: dict[str, str] = {}
    for field, code in named_units(case.plan):
        if code in seen:
            name = case.unit_name(code)
            yield error(
                field,
                "UNIT_TWICE",
                "I4",
                f"单元“{name}”被分给多个网格。",
                f"Unit {name} is given to more than one grid.",
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
                name, grid = case.unit_name(code), case.grid_name(change.sources[0][1])
                yield error(
                    field,
                    "UNIT_NOT_IN_GRID",
                    "I4",
                    f"单元“{name}”不属于网格“{grid}”。",
                    f"Unit {name} does not belong to grid {grid}.",
                )


def new_grids_take_free_units(case: Case) -> Iterator[Finding]:
    """A created grid takes units of its community that belong to no grid yet."""
    for change in case.plan.changes:
        for field, code in units_of(change) if change.op == "create" else ():
            unit = case.state.units.get(code)
            if unit is not None and unit.grid is not None:
                name, grid = case.unit_name(code), case.grid_name(unit.grid)
                yield error(
                    field,
                    "UNIT_TAKEN",
                    "I4",
                    f"单元“{name}”已属于网格“{grid}”，请改用拆分或单元调整。",
                    f"Unit {name} belongs to grid {grid}: split that grid or move the unit.",
                )
            if unit is not None and change.community and unit.community != change.community:
                yield error(
                    field,
                    "CROSS_COMMUNITY",
                    "I7",
                    f"单元“{case.unit_name(code)}”不在所选的村（社区）内。",
                    f"Unit {case.unit_name(code)} lies in another community.",
                )
