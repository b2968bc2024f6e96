"""The ladder of D7: which rung a referral has reached, when the next comes, and who was told, each rung once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import HandlerContext, Wording, in_language, new_id, worded
from plugins.incidents import clock as clocks
from plugins.incidents import disputes, ladder, notices, referrals
from plugins.incidents.notices import RECIPIENTS
from plugins.incidents.tables import Incident
from plugins.incidents.tables_referral import Referral, SupervisionNotice
from plugins.incidents.time_limits import Reckoning
from plugins.notifications.api import Message, send

NOTED: Final = (*ladder.RUNGS, "rework", "dispute")
"""Why somebody may be told: a rung, or too much rework, or disputes lost (D7 row 6)."""
MEASURES: Final[Mapping[str, tuple[str, str]]] = {
    "remind": ("提醒", "Reminder"),
    "urge": ("催办", "Urging"),
    "supervise": ("督办", "Formal supervision"),
    "interview": ("约谈", "Supervisory interview"),
    "report": ("通报", "Circular notice"),
}
"""What a notice is called, in Chinese and in English."""
SUPERVISE: Final = "supervise"
"""The user task of the department's process in which the county supervises; its title names the referral."""
_AT_LEAST: Final = timedelta(days=1)
"""How long a ladder rests at least while its clock is paused."""


def look(context: HandlerContext, incident_no: str, referral_no: str) -> Mapping[str, Any]:
    """Read the clock of a referral and say where the ladder stands. Nothing is written."""
    session, now = context.session, context.clock.now()
    incident, referral = referrals.of_incident(context, incident_no, referral_no)
    clock = clocks.current(session, referral)
    reading = clocks.read(clock, Reckoning.of(context.calendar, clock.unit), now)
    found = list(ladder.rungs(context.calendar, incident.urgency, clock, reading, now))
    reached = [rung for rung in found if rung.at is None]
    following = None if reading.stopped else next((rung.at for rung in found if rung.at is not None), None)
    if following is not None and reading.paused:
        following = max(following, now + _AT_LEAST)
    names = list(dict.fromkeys(rung.name for rung in reached))
    told = _told(session, referral)
    return {
        "rung": names[-1] if names else "none",
        "step": reached[-1].step if reached else 0,
        "reached": names,
        "fresh": [name for name in names if name not in told],
        "next_at": None if following is None else clocks.iso(following),
        "paused": reading.paused,
        "overdue": reading.overdue,
        "supervising": _supervising(context, incident, referral),
        "urgency": incident.urgency,
        "rework_count": referral.rework_count,
        "disputes_lost": disputes.lost(session, referral, incident.item, now),
        **clocks.outputs(clock),
    }


def _supervising(context: HandlerContext, incident: Incident, referral: Referral) -> bool:
    """Return whether the county's task to supervise this referral is still open."""
    waiting = context.tasks.waiting(incident.county)
    return any(task.element_id == SUPERVISE and referral.no in task.title.split() for task in waiting)


def remind(
    context: HandlerContext, incident_no: str, referral_no: str, measures: Sequence[Mapping[str, Any]], step: int
) -> Mapping[str, Any]:
    """Write the notices of D7's measures and send them. What was sent for a rung before is not sent again."""
    session = context.session
    incident, referral = referrals.of_incident(context, incident_no, referral_no)
    clock = clocks.current(session, referral)
    if clock.stopped_at is not None:
        return {"notices": 0}
    known = {(each.rung, each.step, each.measure, each.recipient) for each in _notices(session, referral)}
    rung = str(look(context, incident_no, referral_no)["rung"])
    messages = []
    for measure in measures:
        key = (measure.get("rung") or rung, step, measure["measure"], measure["to"])
        if key not in known:
            known.add(key)
            said = worded(measure.get("message_zh"), measure.get("message_en"))
            messages.append(_write(context, incident, referral, key, said))
    session.flush()
    return {"notices": send(context, messages)}


def _write(
    context: HandlerContext, incident: Incident, referral: Referral, key: tuple[str, int, str, str], said: Wording
) -> Message:
    rung, step, measure, recipient = key
    clock = clocks.current(context.session, referral)
    unit = notices.place_of(context, incident, referral, recipient)
    (zh, en), due = MEASURES[measure], clocks.local(clock.due_at)
    body = worded(
        f"{in_language(said, 'zh').rstrip('。') or zh}。派遣单 {referral.no}，办理期限 {due}。",
        f"{in_language(said, 'en').rstrip('.。') or en}. Referral {referral.no}, due {due}.",
    )
    context.session.add(
        SupervisionNotice(
            id=new_id(),
            referral_no=referral.no,
            round=referral.rework_count,
            rung=rung,
            step=step,
            measure=measure,
            recipient=recipient,
            group=RECIPIENTS[recipient],
            org_unit=unit,
            at=context.clock.now(),
            due_at=clock.due_at,
            body=body,
        )
    )
    return Message(RECIPIENTS[recipient], unit, notices.headed(incident, zh, en), body)


def _notices(session: Session, referral: Referral) -> Sequence[SupervisionNotice]:
    """Return the notices of a referral's present round."""
    select = sa.select(SupervisionNotice).where(
        SupervisionNotice.referral_no == referral.no, SupervisionNotice.round == referral.rework_count
    )
    return session.scalars(select).all()


def _told(session: Session, referral: Referral) -> frozenset[str]:
    return frozenset(notice.rung for notice in _notices(session, referral))
