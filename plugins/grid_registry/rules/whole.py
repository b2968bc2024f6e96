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
        yield error(field, "INCOMPLETE", "", message, "Missing, or not of the right form.")


def effective_date(case: Case) -> Iterator[Finding]:
    """A division takes effect today or later, never in the past."""
    on = case.plan.effective_on
    if on is None:
        yield error("effective_date", "DATE_MISSING", "", "请填写生效日期。", "Enter the effective date.")
    elif on < case.today:
        yield error(
            "effective_date",
            "DATE_PAST",
            "I18",
            f"生效日期 {on} 已过，请选择今天（{case.today}）或以后的日期。",
            f"The effective date {on} is past: choose today ({case.today}) or later.",
        )


def base_is_current(case: Case) -> Iterator[Finding]:
    """Nobody changed the plan's communities since it was drafted."""
    base = case.plan.base_revision
    if base < 0 or base > case.state.revision:
        yield error(
            "base_revision",
            "BASE_UNKNOWN",
            "I8",
            "缺少方案所依据的网格版本，请重新打开表单。",
            "The plan does not say what it is based on: open the form anew.",
        )
        return
    for community in sorted(case.outcome.communities(case.state)):
        changed = case.state.changed.get(community, 0)
        if changed > base:
            name, by = case.state.communities[community].name, case.state.decided[changed]
            yield error(
                "base_revision",
                "BASE_STALE",
                "I8",
                f"方案起草后，{name}的网格已由方案 {by.proposal_no} 变更（{by.effective_on} 生效），"
                "请按现状核对后重新提交。",
                f"Proposal {by.proposal_no} has changed the grids of {name} since this plan was drafted "
                f"(in force from {by.effective_on}): compare with how they are now and submit again.",
            )


def units_do_not_overlap(case: Case) -> Iterator[Finding]:
    """Units of one community have no ground in common, and none lies in another."""
    for community in sorted(case.outcome.communities(case.state)):
        units = {unit.code: unit.geometry for unit in case.state.units_of(community)}
        for first, second in geometry.overlaps(units):
            one, other = case.unit_name(first), case.unit_name(second)
            yield error(
                "changes",
                "UNITS_OVERLAP",
                "I6",
                f"单元“{one}”与“{other}”的范围重叠，请先核正单元。",
                f"Units {one} and {other} overlap: have the units corrected first.",
            )
