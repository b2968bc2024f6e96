"""What the reporter thinks of it: kept, and turned into the facts that D8 decides from (SPEC 8(c) c13, c14)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import HandlerContext, new_id
from plugins.incidents import referrals, verification
from plugins.incidents.lifecycle import IncidentState, move_incident
from plugins.incidents.tables_referral import Satisfaction

SOLVED: Final = ("yes", "partly", "no")


def survey(context: HandlerContext, incident_no: str, answer: Mapping[str, Any] | None) -> dict[str, Any]:
    """Keep an answer, or that there was none; what departments did is accepted if nobody looked at it before.

    Returns:
        The facts of D8. Whatever is not said otherwise is within the department's duty, and a lawful claim.
    """
    incident = referrals.of_case(context, incident_no)
    verification.accept(context, incident)
    move_incident(incident, IncidentState.SURVEYED)
    given = answer or {}
    solved = given.get("solved") if given.get("solved") in SOLVED else None
    score = _score(given.get("score"))
    context.session.add(
        Satisfaction(
            id=new_id(),
            incident_no=incident_no,
            asked_in=incident.reopen_count,
            at=context.clock.now(),
            solved=solved,
            score=score,
            comment=str(given.get("comment") or ""),
        )
    )
    seen = verification.last_of(context.session, incident_no)
    return {
        "verification": seen.verdict if seen else "none",
        "answered": solved is not None or score is not None,
        "solved": solved,
        "score": score,
        "within_duty": given.get("reason_within_duty") is not False,
        "lawful": given.get("claim_lawful") is not False,
    }


def _score(value: Any) -> int | None:
    try:
        score = int(value)
    except (TypeError, ValueError):
        return None
    return score if 1 <= score <= 5 else None


def last_of(session: Session, incident_no: str) -> Satisfaction | None:
    """Return the latest answer about an incident, or None."""
    select = sa.select(Satisfaction).where(Satisfaction.incident_no == incident_no)
    return session.scalars(select.order_by(Satisfaction.at.desc(), Satisfaction.asked_in.desc()).limit(1)).first()
