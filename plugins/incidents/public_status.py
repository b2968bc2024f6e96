"""What a reporter is told of an incident by its receipt: where it stands, who has it, until when, what was answered.

Nothing of the reporter, no description, nothing that officials wrote for each other (I20): others may see a receipt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import OrgUnit, Wording, Work, rewritten, worded
from plugins.incidents.closing import reopen_until
from plugins.incidents.lifecycle import IncidentState
from plugins.incidents.masking import masked, masked_answer
from plugins.incidents.reporting import of_receipt
from plugins.incidents.requests import AnswerKind
from plugins.incidents.tables import Incident
from plugins.incidents.tables_referral import DeadlineClock, Referral

_I = IncidentState
STAGES: Final = {
    **dict.fromkeys((_I.REPORTED, _I.TRIAGE), "received"),
    _I.SELF_HANDLING: "worker",
    **dict.fromkeys((_I.REFERRING, _I.DISPATCHED, _I.RETURNED, _I.IN_DISPUTE), "referring"),
    **dict.fromkeys((_I.SIGNED, _I.HANDLING, _I.REWORK, _I.REOPENED), "handling"),
    _I.SUSPENDED: "suspended",
    **dict.fromkeys((_I.FEEDBACK, _I.VERIFICATION), "answered"),
    _I.SURVEYED: "surveyed",
    **{state: str(state) for state in (_I.CLOSED, _I.NOT_ACCEPTED, _I.CANCELLED, _I.DUPLICATE)},
}
"""State of an incident → what it is for somebody outside."""


@dataclass(frozen=True, slots=True)
class PublicStatus:
    """Where an incident stands, for its reporter. `office`: who has it now, by name; `reply`: what was answered;
    `closing_note`: why it was closed.

    `may_rate`, `may_reopen`: whether the case waits for that now. `duplicate_of`: the number it was merged into.
    """

    no: str
    title: str
    place: str
    stage: str
    office: str
    reported_at: datetime
    due_at: datetime | None
    provisional: bool
    why_zh: str
    why_en: str
    reply: Wording
    closed_at: datetime | None
    closing_code: str | None
    closing_note: Wording
    duplicate_of: str | None
    may_rate: bool
    may_reopen: bool
    reopen_until: datetime | None


def status_of(work: Work, receipt: str) -> PublicStatus:
    """Return what the holder of a receipt may know; raise NotFound for a receipt that there is not."""
    session = work.session
    incident = session.get_one(Incident, of_receipt(work, receipt))
    lead = _lead(session, incident.no)
    clock = _clock(session, lead) if lead is not None and incident.closed_at is None else None
    may_reopen = work.messages.awaited(str(AnswerKind.REOPEN), incident.no)
    return PublicStatus(
        no=incident.no,
        title=masked(incident.title),
        place=masked(incident.place),
        stage=STAGES[IncidentState(incident.state)],
        office=_office(session, incident, lead),
        reported_at=incident.reported_at,
        due_at=clock.due_at if clock else None,
        provisional=clock.provisional if clock else False,
        why_zh=clock.explanation_zh if clock else "",
        why_en=clock.explanation_en if clock else "",
        reply=_reply(incident, lead),
        closed_at=incident.closed_at,
        closing_code=incident.closing_code,
        closing_note=rewritten(incident.closing_note, masked_answer),
        duplicate_of=incident.duplicate_of,
        may_rate=work.messages.awaited(str(AnswerKind.SATISFACTION), incident.no),
        may_reopen=may_reopen,
        reopen_until=reopen_until(work.calendar, incident) if may_reopen else None,
    )


def _lead(session: Session, incident_no: str) -> Referral | None:
    """Return the newest referral to a lead department, ended ones too."""
    select = sa.select(Referral).where(Referral.incident_no == incident_no, Referral.role == "lead")
    return session.scalars(select.order_by(Referral.number.desc()).limit(1)).first()


def _clock(session: Session, lead: Referral) -> DeadlineClock | None:
    """Return the clock that runs; None for one that has stopped."""
    select = sa.select(DeadlineClock).where(DeadlineClock.referral_no == lead.no, DeadlineClock.stopped_at.is_(None))
    return session.scalars(select.order_by(DeadlineClock.round.desc()).limit(1)).first()


def _reply(incident: Incident, lead: Referral | None) -> Wording:
    """Return what was answered to the reporter: by the lead department, else by the worker who dealt with it."""
    handling = (lead.handling if lead is not None else incident.self_handling) or {}
    return rewritten(worded(str(handling.get("reply") or ""), handling.get("reply_en")), masked_answer)


def _office(session: Session, incident: Incident, lead: Referral | None) -> str:
    with_lead = lead is not None and (lead.ended_at is None or lead.handling is not None)
    code = lead.unit if lead is not None and with_lead else incident.township or incident.county
    return session.get_one(OrgUnit, code).name
