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
                yield _retired(case, field, code)
            elif code not in case.state.grids:
                yield error(
                    field,
                    "GRID_UNKNOWN",
                    "I19",
                    f"本乡镇（街道）没有网格 {code}。",
                    f"This township has no grid {code}.",
                )


def _retired(case: Case, field: str, code: str) -> Finding:
    """Say of a grid that it is gone, and what took it away: somebody else's proposal, as a rule."""
    name, by = case.grid_name(code), case.state.retired[code].by
    return error(
        field,
        "GRID_RETIRED",
        "I3",
        f"网格“{name}”已由方案 {by.proposal_no} 调整，自 {by.effective_on} 起撤销。",
        f"Grid {name} was retired by proposal {by.proposal_no} with effect from {by.effective_on}.",
    )


def units_exist(case: Case) -> Iterator[Finding]:
    """Every unit named is one of the township's."""
    for field, code in named_units(case.plan):
        if code not in case.state.units:
            yield error(
                field, "UNIT_UNKNOWN", "I19", f"本乡镇（街道）没有单元 {code}。", f"This township has no unit {code}."
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
                f"This township has no community {change.community}.",
            )
