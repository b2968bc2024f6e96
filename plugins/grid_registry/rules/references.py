"""Rules on what a plan refers to: everything named is the township's own, and in force (I19)."""

from __future__ import annotations

from collections.abc import Iterator

from plugins.grid_registry.model import Finding
from plugins.grid_registry.rules.case import Case, error, named_units, targets


def grids_exist(case: Case) -> Iterator[Finding]:
    """Every grid named is one of the township's, and in force."""
    for change in case.plan.changes:
        for field, code in (*change.sources, *targets(change)):
            if code in case.state.retired:
                yield error(field, "GRID_RETIRED", "I3", f"网格 {code} 已注销。", f"grid {code} is retired")
            elif code not in case.state.grids:
                yield error(
                    field, "GRID_UNKNOWN", "I19", f"本乡镇（街道）没有网格 {code}。", f"no grid {code} in this township"
                )


def units_exist(case: Case) -> Iterator[Finding]:
    """Every unit named is one of the township's."""
    for field, code in named_units(case.plan):
        if code not in case.state.units:
            yield error(
                field, "UNIT_UNKNOWN", "I19", f"本乡镇（街道）没有单元 {code}。", f"no unit {code} in this township"
            )


def community_exists(case: Case) -> Iterator[Finding]:
    """A new grid is made in one of the township's communities."""
    for change in case.plan.changes:
        if change.community and change.community not in case.state.communities:
            yield error(
                f"{change.field}.community",
                "COMMUNITY_UNKNOWN",
                "I19",
                f"本乡镇（街道）没有村（社区）{change.community}。",
                f"no community {change.community} in this township",
            )
