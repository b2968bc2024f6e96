"""The ladder of D7: which rung a referral has reached, when the next comes, and who was told, each rung once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import HandlerContext, WorkCalendar, new_id
from plugins.incidents import clock as clocks
from plugins.incidents import disputes, notices, referrals
from plugins.incidents.notices import RECIPIENTS
from plugins.incidents.tables import Incident
from plugins.incidents.tables_referral import DeadlineClock, Referral, SupervisionNotice
from plugins.incidents.time_limits import Reckoning
from plugins.notifications.api import Message, send

RUNGS: Final = ("50", "80", "due", "day1", "day5")
NOTED: Final = (*RUNGS, "rework", "dispute")
"""Why somebody may be told: a rung, or too much rework, or disputes lost (D7 row 6)."""
MEASURES: Final[Mapping[str, str]] = {
    "remind": "提醒",
    "urge": "催办",
    "supervise": "督办",
    "interview": "约谈",
    "report": "通报",
}
HASTE: Final = frozenset({"urgent", "emergency"})
"""Urgencies that have a rung at half of the time."""
STEP: Final = timedelta(minutes=15)
STEPS: Final = 8
"""An emergency that is overdue is called about every quarter of an hour, for two hours (the end is assumed)."""
_AFTER_DUE: Final = {"day1": 1, "day5": 5}
_SHARE: Final = {"50": 0.5, "80": 0.8}
_AT_LEAST: Final = timedelta(days=1)
"""How long a ladder rests at least while its clock is paused."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung of the ladder. `at`: when it is or was reached, None for one that was reached before now."""

    name: str
    step: int
    at: datetime | None


def look(context: HandlerContext, incident_no: str, referral_no: str) -> Mapping[str, Any]:
    """Read the clock of a referral and say where the ladder stands. Nothing is written."""
    session, now = context.session, context.clock.now()
    incident, referral = referrals.of_incident(context, incident_no, referral_no)
    clock = clocks.current(session, referral)
    reading = clocks.read(clock, Reckoning.of(context.calendar, clock.unit), now)
    ladder = list(rungs(context.calendar, incident, clock, reading, now))
    reached = [rung for rung in ladder if rung.at is None]
    following = None if reading.stopped else next((rung.at for rung in ladder if rung.at is not None), None)
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
        "urgency": incident.urgency,
        "rework_count": referral.rework_count,
        "disputes_lost": disputes.lost(session, referral, incident.item, now),
        **clocks.outputs(clock),
    }


def rungs(
    calendar: WorkCalendar, incident: Incident, clock: DeadlineClock, reading: clocks.Reading, now: datetime
) -> Iterator[Rung]:
    """Give the rungs of a clock in order. One that is paused is read as if it ran on from now."""
    reckoning = Reckoning.of(calendar, clock.unit)
    for name, share in _SHARE.items():
        if name == "80" or incident.urgency in HASTE:
            ahead = reading.left - (reading.total - int(reading.total * share))
            yield Rung(name, 0, reckoning.after(now, ahead) if ahead > 0 else None)
    due = reckoning.after(now, reading.left) if reading.paused else reading.due
    yield _rung("due", 0, due, now)
    days = Reckoning.of(calendar, "working_days")
    first = days.deadline(due, 1).at
    if incident.urgency == "emergency":
        for step in range(1, STEPS + 1):
            if due + step * STEP < first:
                yield _rung("due", step, due + step * STEP, now)
    for name, count in _AFTER_DUE.items():
        yield _rung(name, 0, days.deadline(due, count).at, now)


def _rung(name: str, step: int, at: datetime, now: datetime) -> Rung:
    return Rung(name, step, at if at > now else None)


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
            messages.append(_write(context, incident, referral, key, str(measure.get("message_zh") or "")))
    session.flush()
    return {"notices": send(context, messages)}


def _write(
    context: HandlerContext, incident: Incident, referral: Referral, key: tuple[str, int, str, str], said: str
) -> Message:
    rung, step, measure, recipient = key
    clock = clocks.current(context.session, referral)
    unit = notices.place_of(context, incident, referral, recipient)
    body = f"{said or MEASURES[measure]}。派遣单 {referral.no}，办理期限 {clocks.local(clock.due_at)}。"
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
    return Message(RECIPIENTS[recipient], unit, f"{MEASURES[measure]}：{notices.headline(incident)}", body)


def _notices(session: Session, referral: Referral) -> Sequence[SupervisionNotice]:
    """Return the notices of a referral's present round."""
    select = sa.select(SupervisionNotice).where(
        SupervisionNotice.referral_no == referral.no, SupervisionNotice.round == referral.rework_count
    )
    return session.scalars(select).all()


def _told(session: Session, referral: Referral) -> frozenset[str]:
    return frozenset(notice.rung for notice in _notices(session, referral))
