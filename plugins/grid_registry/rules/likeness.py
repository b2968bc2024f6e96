"""Rules on what must be alike, and what must differ: community, setting, kind, name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from plugins.grid_registry.model import Finding
from plugins.grid_registry.rules.case import PLACE_OF_TARGETS, WARNING, Case, error, targets


def within_one_community(case: Case) -> Iterator[Finding]:
    """Grids are merged, and units moved, within one community (I7)."""
    for change in case.plan.changes:
        involved = [*case.sources(change)]
        involved += [case.state.grids[code] for _, code in targets(change) if code in case.state.grids]
        if len({grid.community for grid in involved}) > 1:
            field = f"{change.field}.{PLACE_OF_TARGETS.get(change.op, 'grids')}"
            yield error(
                field,
                "CROSS_COMMUNITY",
                "I7",
                "网格不得跨村（社区）。",
                "A grid lies inside one community.",
            )


def setting_is_chosen(case: Case) -> Iterator[Finding]:
    """Grids of town and country are merged only with the setting said, and then it is pointed out."""
    for change in case.plan.changes:
        settings = {grid.setting for grid in case.sources(change)}
        if change.op != "merge" or len(settings) < 2:
            continue
        field, chosen = f"{change.field}.setting", change.parts[0].setting
        if chosen:
            yield Finding(
                field,
                WARNING,
                "SETTING_MIXED",
                "",
                "合并的网格分属城区和农村，请核对适用的标准。",
                "Urban and rural grids are merged: check which standard applies.",
            )
        else:
            yield error(
                field,
                "SETTING_MISSING",
                "",
                "合并的网格分属城区和农村，请选择适用的标准。",
                "Urban and rural grids are merged: choose the standard that applies.",
            )


def something_changes(case: Case) -> Iterator[Finding]:
    """A change of kind or name gives another kind or name, and units move to another grid."""
    for change in case.plan.changes:
        for grid in case.sources(change):
            for op, wanted, present, key in (
                ("change_kind", change.kind, grid.kind, "kind"),
                ("rename", change.name, grid.name, "name"),
            ):
                if change.op == op and wanted == present:
                    yield error(
                        f"{change.field}.{key}",
                        "NOTHING_CHANGES",
                        "",
                        "与现状相同，无需调整。",
                        "This is as it is now: nothing changes.",
                    )
            if change.op in ("move_units", "retire") and any(code == grid.code for _, code in targets(change)):
                field = f"{change.field}.{PLACE_OF_TARGETS[change.op]}"
                yield error(field, "NOTHING_CHANGES", "", "请选择另一个网格。", "Choose another grid.")


def names_differ(case: Case) -> Iterator[Finding]:
    """No two grids of a community bear the same name."""
    outcome, state = case.outcome, case.state
    borne = [
        (grid.community, grid.name, "")
        for grid in state.grids.values()
        if grid.code not in outcome.retired and grid.code not in outcome.renamed
    ]
    borne += [
        (state.grids[code].community, name, f"{field}.name")
        for code, (field, name) in outcome.renamed.items()
        if code not in outcome.retired
    ]
    borne += [(made.community, made.name, f"{made.field}.name") for made in outcome.made]
    count = Counter((community, name) for community, name, _ in borne)
    for community, name, field in borne:
        if field and name and count[community, name] > 1:
            yield error(
                field,
                "NAME_TAKEN",
                "",
                f"本村（社区）已有网格名为“{name}”。",
                f"Another grid of this community is named {name}.",
            )
