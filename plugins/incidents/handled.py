"""What was done about an incident so far, for whoever verifies it, reworks it or decides on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import OrgUnit
from plugins.incidents.tables_referral import Referral, Verification


@dataclass(frozen=True, slots=True)
class Handled:
    """What a department did: `handling` as its form gave it, its files, and what verifiers found, oldest first."""

    unit_name: str
    role: str
    handling: Mapping[str, Any]
    evidence: Sequence[Mapping[str, Any]]
    verifications: Sequence[Verification]


def handled(session: Session, incident_no: str) -> list[Handled]:
    """Return what departments did about an incident, in the order in which it was referred to them. Two statements."""
    select = sa.select(Referral, OrgUnit.name).join(OrgUnit, OrgUnit.code == Referral.unit)
    rows = session.execute(select.where(Referral.incident_no == incident_no).order_by(Referral.number))
    done = [(referral, name) for referral, name in rows if referral.handling]
    if not done:
        return []
    seen = sa.select(Verification).where(Verification.referral_no.in_([referral.no for referral, _ in done]))
    verdicts = session.scalars(seen.order_by(Verification.at, Verification.round)).all()
    return [_handled(referral, name, verdicts) for referral, name in done]


def _handled(referral: Referral, name: str, verdicts: Sequence[Verification]) -> Handled:
    handling = referral.handling or {}
    evidence = handling.get("evidence")
    return Handled(
        unit_name=name,
        role=referral.role,
        handling=handling,
        evidence=evidence if isinstance(evidence, list) else (),
        verifications=[each for each in verdicts if each.referral_no == referral.no],
    )
