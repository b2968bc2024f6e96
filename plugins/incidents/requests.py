"""What people ask of a case under way: the department for more time or an end, the reporter to rate or reopen."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from engine.core_api import Forbidden, NotFound, TaskState, UserTask, Work
from plugins.incidents import extensions, suspensions
from plugins.incidents.schemas import refusal
from plugins.incidents.tables import Incident
from plugins.incidents.tables_referral import Referral

DEPARTMENT = ("department_staff", "department_leader")


class RequestKind(StrEnum):
    """Messages of the department's process. Their content is declared in its `messages.json`."""

    EXTENSION = "extension"
    SUSPENSION = "suspension"
    RESUME = "resume"
    TERMINATION = "termination"


DECIDED_IN: Final[Mapping[RequestKind, tuple[str, ...]]] = {
    RequestKind.EXTENSION: ("decide_extension", "decide_extension_leader"),
    RequestKind.SUSPENSION: ("decide_suspension",),
    RequestKind.TERMINATION: ("decide_termination",),
}
"""Request → the tasks of the department's process in which it is decided."""


class AnswerKind(StrEnum):
    """Messages of the main process that come from whoever reported."""

    SATISFACTION = "satisfaction"
    REOPEN = "reopen"


def ask(work: Work, referral_no: str, kind: RequestKind, values: Mapping[str, Any]) -> None:
    """Ask for something in the name of the department that has a referral.

    Raises:
        NotFound: no such referral.
        Forbidden: the actor has no post in that department.
        MessageNotAwaited: the case is not where this can be asked for.
        MessageInvalid: something is missing, or of another kind.
        BusinessError: EXTENSION_NOT_ALLOWED, SUSPENSION_NOT_ALLOWED: what is asked for could not be granted;
            ALREADY_ASKED: the same is being decided.
    """
    referral = work.session.get(Referral, referral_no)
    if referral is None:
        raise NotFound(referral_no=referral_no)
    if not any(post.org_unit == referral.unit and post.group in DEPARTMENT for post in work.actor.posts):
        raise Forbidden(group=DEPARTMENT[0])
    if _is_being_decided(work, referral, kind):
        said = "同样的申请正在审核，请等待结果", "The same request is being decided: wait for the outcome"
        raise refusal("ALREADY_ASKED", *said)
    content = dict(values)
    if work.messages.awaited(str(kind), referral_no):
        content |= _check(work, referral, kind, values)
    work.messages.hand_over(str(kind), referral_no, content, referral.unit)


def _is_being_decided(work: Work, referral: Referral, kind: RequestKind) -> bool:
    """Return whether a task of the case waits for a decision on such a request: people decide one at a time."""
    case = sa.select(Incident.process_instance_id).where(Incident.no == referral.incident_no).scalar_subquery()
    waiting = sa.select(UserTask.id).where(
        UserTask.instance_id == case,
        UserTask.state == TaskState.OPEN,
        UserTask.element_id.in_(DECIDED_IN.get(kind, ())),
    )
    return work.session.scalar(waiting.limit(1)) is not None


def _check(work: Work, referral: Referral, kind: RequestKind, values: Mapping[str, Any]) -> dict[str, Any]:
    """Refuse what nobody could grant, before anybody is asked to; return what follows from what is asked for.

    An extension for engineering works, and one beyond the limit itself, are for the agency's leader (c9e).
    """
    if kind is RequestKind.EXTENSION:
        beyond = extensions.check(work, referral, values.get("new_due"))
        return {"engineering": beyond or bool(values.get("engineering"))}
    if kind is RequestKind.SUSPENSION:
        suspensions.check(work, referral, values.get("review_date"))
    return {}


def answer(work: Work, incident_no: str, kind: AnswerKind, values: Mapping[str, Any]) -> None:
    """Rate an incident, or ask to take it up again: for its reporter, whom the caller knows by receipt or login.

    Raises:
        NotFound: no such incident.
        MessageNotAwaited: it is not asked now, or the time is over.
        MessageInvalid: something is missing, or of another kind.
    """
    incident = work.session.get(Incident, incident_no)
    if incident is None:
        raise NotFound(incident_no=incident_no)
    work.messages.hand_over(str(kind), incident_no, dict(values), incident.county)
