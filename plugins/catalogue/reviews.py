"""Who reviewed an application, on the very version that is to be enacted. Read from the case's history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from engine.core_api import TIMEZONE, Completion, GuardRefused, HandlerContext, PersonPost
from plugins.catalogue.draft import Kind
from plugins.catalogue.tables import CatalogueApplication

ASSENT: Final[Mapping[str, Mapping[str, str]]] = {
    "formal": {"result": "accept"},
    "legality": {"conclusion": "pass", "authority_ok": "yes", "bases_in_force": "yes", "worker_scope_ok": "yes"},
    "strict_review": {"conclusion": "propose_approve"},
    "approve": {"decision": "approve"},
}
"""Element of the process → the values of its form that mean yes."""

SPARED: Final[Mapping[str, Sequence[str]]] = {Kind.TEMPORARY: ("legality",)}
"""Kind → the elements that its simplified way leaves out (SPEC 8(b))."""


def approval(context: HandlerContext, application: CatalogueApplication) -> Completion:
    """Return the approval of an application as it was last checked; of a simplified amendment, its strict review.

    Raises:
        GuardRefused: a review is missing, said no, or is older than what was checked; or the approver may not (I14).
    """
    simple = application.simplified
    spared = ("legality", "approve") if simple else SPARED.get(application.kind, ())
    missing = [step for step in ASSENT if step not in spared and _yes(context, application, step) is None]
    found = _yes(context, application, "approve") or (_yes(context, application, "strict_review") if simple else None)
    if missing or found is None:
        raise GuardRefused(f"申请 {application.no} 未经审查、批准（{'、'.join(missing)}）。", missing=missing)
    against = dependence(context, application)
    if against:
        raise GuardRefused(f"申请 {application.no}：{against[0]}。", application_no=application.no)
    return found


def dependence(context: HandlerContext, application: CatalogueApplication) -> tuple[str, str] | None:
    """Return why the last approver might not approve on that day, in Chinese and English; None if nothing was (I14)."""
    approvals = [each for each in context.completions("approve") if _is_after_check(each, application)]
    approver = (approvals or context.completions("strict_review"))[-1]
    applied = {each.actor_id for step in ("apply", "correct") for each in context.completions(step)}
    if approver.actor_id in applied | {application.created_by}:
        return "批准人不得是提请人", "the approver must not be the applicant"
    if approvals and approver.actor_id in {each.actor_id for each in context.completions("strict_review")}:
        return "批准人不得是本件的审查人", "the approver must not be the reviewer of this case"
    day = approver.at.astimezone(TIMEZONE).date()
    posts = sa.select(PersonPost.id).where(
        PersonPost.person_id == approver.actor_id,
        PersonPost.org_unit == application.department,
        PersonPost.valid_from <= day,
        sa.or_(PersonPost.valid_to.is_(None), PersonPost.valid_to > day),
    )
    if context.session.scalar(posts.limit(1)):
        return "批准人不得是申请部门的人", "the approver must not be of the applying department"
    return None


def _yes(context: HandlerContext, application: CatalogueApplication, step: str) -> Completion | None:
    """Return the last yes of a step to the application as it was last checked, or None."""
    found = context.completions(step)
    if not found or not _is_after_check(found[-1], application):
        return None
    detail: Mapping[str, Any] = found[-1].detail
    return found[-1] if all(detail.get(field) == wanted for field, wanted in ASSENT[step].items()) else None


def _is_after_check(completion: Completion, application: CatalogueApplication) -> bool:
    return application.checked_at is not None and completion.at >= application.checked_at
