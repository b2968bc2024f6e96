"""Who reported: sealed by the vault, masked by default, told in full to the platform alone, each look kept (I20)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import orjson
import sqlalchemy as sa

from engine.core_api import Forbidden, FormInvalid, Message, ProcessInstance, Work, new_id
from engine.plugin_api import SecretText
from plugins.incidents.incident_list import incident_of
from plugins.incidents.tables import Incident, IncidentReporter, IncidentReporterLook

SEES_REPORTER: Final = frozenset({"township_clerk", "agency_clerk"})
"""Groups of the platform, whose people may ask the reporter back; departments may not (SPEC 2.2, recusal)."""
REASON: Final = (4, 200)
"""Least and most characters of the reason for a look."""
_MASK: Final = "****"


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports. Kept apart from the incident, and never in variables or notices (I20). Empty: anonymous.

    `blanked`: it was told, and is not kept any more (`retention.py`).
    """

    name: str = ""
    phone: str = ""
    email: str = ""
    person_id: str | None = None
    blanked: bool = False

    def __repr__(self) -> str:
        """Show nothing: what is logged by mistake says nothing either."""
        return "Reporter(…)"

    @property
    def anonymous(self) -> bool:
        """Whether nothing is known of whoever reports."""
        return not (self.name or self.phone or self.email or self.person_id)

    def masked(self) -> Reporter:
        """Return it with the surname, the ends of the telephone number and the mail's host alone to be read."""
        return Reporter(
            name=f"{self.name[:1]}**" if self.name else "",
            phone=f"{self.phone[:3]}{_MASK}{self.phone[-2:]}" if len(self.phone) >= 7 else _MASK * bool(self.phone),
            blanked=self.blanked,
            email=f"{_MASK}@{self.email.rpartition('@')[2]}" if "@" in self.email else _MASK * bool(self.email),
        )


def row(work: Work, reporter: Reporter, no: str, receipt_digest: str) -> IncidentReporter:
    """Return the row that keeps a reporter."""
    told = {name: getattr(reporter, name).strip() for name in ("name", "phone", "email")}
    sealed = None
    if any(told.values()):
        sealed = work.vault.seal(SecretText(orjson.dumps(told).decode()), _place(no))
    return IncidentReporter(incident_no=no, person_id=reporter.person_id, sealed=sealed, receipt_digest=receipt_digest)


def may_look(work: Work) -> bool:
    """Return whether the actor is of the platform."""
    return any(work.actor.holds(group) for group in SEES_REPORTER)


def may_look_at(work: Work, no: str) -> bool:
    """Return whether the actor is of the platform where an incident is; who sees it by another post is not."""
    select = sa.select(ProcessInstance.org_path).join(Incident, Incident.process_instance_id == ProcessInstance.id)
    place = work.session.scalar(select.where(Incident.no == no))
    return place is not None and any(
        post.group in SEES_REPORTER and place.startswith(post.path) for post in work.actor.posts
    )


def reporter_of(work: Work, no: str) -> Reporter:
    """Return who reported an incident, masked.

    Raises:
        NotFound: an incident that the actor may not see.
        Forbidden: the actor is not of the platform: departments are told what was reported, not by whom (I20).
    """
    return _open(work, no).masked()


def reveal_reporter(work: Work, no: str, reason: str) -> Reporter:
    """Return who reported an incident, in full; that it was looked at, by whom and why is kept.

    Raises:
        NotFound, Forbidden: as `reporter_of`.
        FormInvalid: no reason is given.
    """
    reporter = _open(work, no)
    if not REASON[0] <= len(reason.strip()) <= REASON[1]:
        said = Message("请写明查看的理由，%(least)s至%(most)s字", least=REASON[0], most=REASON[1])
        raise FormInvalid(errors={"reason": [said]})
    work.session.add(
        IncidentReporterLook(
            id=new_id(),
            incident_no=no,
            at=work.clock.now(),
            by=work.actor.id,
            by_name=work.actor.name,
            reason=reason.strip(),
        )
    )
    work.session.flush()
    return reporter


def looks(work: Work, no: str) -> list[IncidentReporterLook]:
    """Return who looked at the reporter of an incident, the latest first. Raises NotFound, as `reporter_of`."""
    incident_of(work, no)
    select = sa.select(IncidentReporterLook).filter_by(incident_no=no)
    return list(work.session.scalars(select.order_by(IncidentReporterLook.at.desc(), IncidentReporterLook.id)))


def _open(work: Work, no: str) -> Reporter:
    incident_of(work, no)
    if not may_look_at(work, no):
        raise Forbidden(group="agency_clerk")
    kept = work.session.get(IncidentReporter, no)
    if kept is None:
        return Reporter()
    told = orjson.loads(work.vault.open(kept.sealed, _place(no)).reveal()) if kept.sealed else {}
    return Reporter(**told, person_id=kept.person_id, blanked=kept.blanked_at is not None)


def _place(no: str) -> str:
    return f"incident/{no}/reporter"
