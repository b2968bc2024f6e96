"""What is told of an incident after it was reported: by its reporter, by workers, by the platform that asked back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import Forbidden, FormInvalid, Message, NotFound, ProcessInstance, TaskState, UserTask, Work
from plugins.incidents.incident_list import WORKER, incident_of
from plugins.incidents.lifecycle import ENDED_INCIDENT
from plugins.incidents.reporters import may_look
from plugins.incidents.tables import Incident, IncidentSupplement
from plugins.incidents.tables_referral import Referral

MESSAGE: Final = "supplement"
"""A department's case waits for it when the platform, asked to take a referral back, wants to know more."""
TEXT: Final = (4, 2000)
"""Least and most characters."""

Files = Sequence[Mapping[str, Any]]
"""`{id, name, media_type, size}` of each, as attachments give them."""


def may_supplement(work: Work, state: str) -> bool:
    """Return whether the actor may add to an incident that they see, in its present state."""
    return state not in ENDED_INCIDENT and (may_look(work) or work.actor.holds(WORKER))


def supplement(work: Work, no: str, text: str, media: Files = ()) -> None:
    """Add to an incident, in the actor's name. Whoever may see its case may see the files.

    Raises:
        NotFound: no such incident, or one that the actor may not see.
        Forbidden: the actor neither is of the platform nor a worker.
        FormInvalid: `text`.
    """
    incident_of(work, no)
    if not (may_look(work) or work.actor.holds(WORKER)):
        raise Forbidden(group=WORKER)
    _add(work, no, text, media, work.actor.id, work.actor.name)


def supplement_by_reporter(work: Work, no: str, text: str, media: Files = ()) -> None:
    """Add to an incident for its reporter, whom the caller knows by the receipt. Said twice it is kept once.

    Photos are for whoever deals with the case, not for whoever holds the receipt (I20).

    Raises:
        FormInvalid: `text`.
    """
    _add(work, no, text, media, "", "")


def check(work: Work, no: str, text: str) -> None:
    """Raise FormInvalid, `text`, for what is not to be added to an incident."""
    if not TEXT[0] <= len(text.strip()) <= TEXT[1]:
        asked = Message("请写明补充的情况，%(least)s 至 %(most)s 个字。", least=TEXT[0], most=TEXT[1])
        raise FormInvalid(errors={"text": [asked]})
    if work.session.get_one(Incident, no).state in ENDED_INCIDENT:
        raise FormInvalid(errors={"text": [Message("已经结案，不能补充；没有解决的，可以要求重新办理。")]})


def supplements_of(session: Session, no: str) -> Sequence[IncidentSupplement]:
    """Return what was added to an incident, in order."""
    select = sa.select(IncidentSupplement).where(IncidentSupplement.incident_no == no)
    return session.scalars(select.order_by(IncidentSupplement.number)).all()


def photo_of(work: Work, no: str, attachment_id: str, *, small: bool = False) -> Any:
    """Return a file that came with a supplement, opened, to whoever sees the incident or has a task in its case.

    The case of a department, or of a party to a dispute, lies in another unit: it could not see the file by that.

    Raises:
        NotFound: no such file of the incident, or the actor neither sees it nor has a task in its case.
    """
    known = {str(each["id"]) for added in supplements_of(work.session, no) for each in added.media}
    if attachment_id not in known:
        raise NotFound(attachment_id=attachment_id)
    if not _has_a_task(work, no):
        incident_of(work, no)
    return work.attachments.open(attachment_id, small=small)


def _has_a_task(work: Work, no: str) -> bool:
    """Return whether the actor has something to do in the case now, alone or with colleagues of the post."""
    case = sa.select(Incident.process_instance_id).where(Incident.no == no).scalar_subquery()
    free = sa.or_(UserTask.assignee.is_(None), UserTask.assignee == work.actor.id)
    select = sa.select(UserTask.candidate_group, UserTask.org_unit)
    open_tasks = work.session.execute(
        select.where(UserTask.instance_id == case, UserTask.state == TaskState.OPEN, free)
    )
    waiting = {(group, unit) for group, unit in open_tasks}
    return any((post.group, post.org_unit) in waiting for post in work.actor.posts)


def _add(work: Work, no: str, text: str, media: Files, by: str, by_name: str) -> None:
    text = text.strip()
    incident = work.session.get_one(Incident, no, with_for_update=True)
    check(work, no, text)
    known = supplements_of(work.session, no)
    if known and (known[-1].by, known[-1].text) == (by, text) and not media:
        return
    work.session.add(
        IncidentSupplement(
            incident_no=no,
            number=len(known) + 1,
            at=work.clock.now(),
            by=by,
            by_name=by_name,
            text=text,
            media=[dict(each) for each in media],
        )
    )
    work.session.flush()
    if media:
        case = work.session.get_one(ProcessInstance, incident.process_instance_id)
        work.attachments.refer([str(each["id"]) for each in media], case)
    for referral in _asking(work, no):
        work.messages.hand_over(MESSAGE, referral.no, {"text": text}, referral.unit)


def _asking(work: Work, no: str) -> list[Any]:
    """Return the referrals about which somebody waits for more."""
    select = sa.select(Referral).where(Referral.incident_no == no, Referral.ended_at.is_(None))
    return [each for each in work.session.scalars(select) if work.messages.awaited(MESSAGE, each.no)]
