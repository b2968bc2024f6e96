"""Who signed a plan: two persons at least, on the very version that is to be applied. Read from the case's history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.core_api import Completion, GuardRefused, HandlerContext
from plugins.grid_registry.model import Signature
from plugins.grid_registry.plan import digest
from plugins.grid_registry.tables import DivisionPlan

ASSENT: Final[Mapping[str, tuple[str, str]]] = {
    "sign": ("decision", "submit"),
    "review": ("conclusion", "approve"),
    "decide": ("conclusion", "approve"),
}
"""Element of the process → the field of its form and the value that means yes."""

REQUIRED: Final = ("sign", "review")


def signatures(context: HandlerContext, plan: DivisionPlan) -> list[Signature]:
    """Return the signatures on a plan: the township leader's, the county reviewer's, and the county leader's if asked.

    Raises:
        GuardRefused: the plan is not what was checked, one of the two is missing or older than the plan, both are by
            the same person, or the county leader said no.
    """
    if digest(plan.plan) != plan.digest:
        raise GuardRefused(f"方案 {plan.proposal_no} 与校验时不一致。", proposal_no=plan.proposal_no)
    given = [signature for step in ASSENT if (signature := _signature(context, plan, step)) is not None]
    steps = {signature.step for signature in given}
    missing = [step for step in REQUIRED if step not in steps]
    if missing:
        raise GuardRefused(f"方案 {plan.proposal_no} 未经审签（{'、'.join(missing)}）。", missing=missing)
    if len({signature.actor_id for signature in given if signature.step in REQUIRED}) < len(REQUIRED):
        raise GuardRefused(f"方案 {plan.proposal_no} 的审签与审核为同一人。", proposal_no=plan.proposal_no)
    if _said_no(context, plan, "decide"):
        raise GuardRefused(f"方案 {plan.proposal_no} 未获县级负责人同意。", proposal_no=plan.proposal_no)
    return given


def _said_no(context: HandlerContext, plan: DivisionPlan, step: str) -> bool:
    asked = [each for each in context.completions(step) if each.at >= plan.checked_at]
    return bool(asked) and not _assents(asked[-1], step)


def _signature(context: HandlerContext, plan: DivisionPlan, step: str) -> Signature | None:
    """Return the last yes of a step to this version of the plan, or None."""
    completions = context.completions(step)
    if not completions or completions[-1].at < plan.checked_at or not _assents(completions[-1], step):
        return None
    last = completions[-1]
    return Signature(step, last.actor_id, last.actor_name, last.at)


def _assents(completion: Completion, step: str) -> bool:
    field, wanted = ASSENT[step]
    detail: Mapping[str, Any] = completion.detail
    return bool(detail.get(field) == wanted)
