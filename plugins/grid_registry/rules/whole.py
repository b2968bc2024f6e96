"""Rules on a plan as a whole: its shape, its date, its base, the ground it stands on."""

from __future__ import annotations

from collections.abc import Iterator

from plugins.grid_registry import geometry
from plugins.grid_registry.model import Finding
from plugins.grid_registry.plan_shape import shape_errors
from plugins.grid_registry.rules.case import Case, error


def shape(case: Case) -> Iterator[Finding]:
    """Every field that an operation needs is there and of the right kind."""
    for field, message in shape_errors(case.raw.get("changes")):
        yield error(field, "INCOMPLETE", "", message, "missing, or not of the right form")


def effective_date(case: Case) -> Iterator[Finding]:
    """A division takes effect today or later, never in the past."""
    on = case.plan.effective_on
    if on is None:
        yield error("effective_date", "DATE_MISSING", "", "请填写生效日期。", "the effective date is missing")
    elif on < case.today:
        yield error(
            "effective_date",
            "DATE_PAST",
            "I18",
            f"生效日期 {on} 已过，请选择今天（{case.today}）或以后的日期。",
            f"the effective date {on} is past",
        )


def base_is_current(case: Case) -> Iterator[Finding]:
    """Nobody changed the plan's communities since it was drafted."""
    base = case.plan.base_revision
    if base < 0 or base > case.state.revision:
        yield error(
            "base_revision", "BASE_UNKNOWN", "I8", "缺少方案所依据的网格版本，请重新打开表单。", "no base revision"
        )
        return
    for community in sorted(case.outcome.communities(case.state)):
        changed = case.state.changed.get(community, 0)
        if changed > base:
            name = case.state.communities[community].name
            yield error(
                "base_revision",
                "BASE_STALE",
                "I8",
                f"{name}的网格在方案起草后已有变更（版本 {changed}，方案依据版本 {base}），请按现状核对后重新提交。",
                f"the grids of {name} changed since the plan was drafted (revision {changed}, base {base})",
            )


def units_do_not_overlap(case: Case) -> Iterator[Finding]:
    """Units of one community have no ground in common, and none lies in another."""
    for community in sorted(case.outcome.communities(case.state)):
        units = {unit.code: unit.geometry for unit in case.state.units_of(community)}
        for first, second in geometry.overlaps(units):
            names = f"“{case.state.units[first].name}”与“{case.state.units[second].name}”"
            yield error("changes", "UNITS_OVERLAP", "I6", f"单元{names}的范围重叠，请先核正单元。", f"{names} overlap")
