"""How long it is kept who reported: not longer than needed (个人信息保护法 第十九条); looks at it stay on record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from engine.core_api import Work
from plugins.incidents.lifecycle import ENDED_INCIDENT
from plugins.incidents.tables import Incident, IncidentReporter

SETTING: Final = "reporter_kept_days"
KEPT_DAYS: Final = 180
"""Natural days after closing, where neither county nor installation says otherwise: while the reporter may still sue
(行政诉讼法 第四十六条: six months), the platform may have to ask back. Assumed."""


def blank_old_reporters(work: Work) -> int:
    """Blank name, telephone number and address of who reported incidents that were closed long ago; return how many.

    The receipt goes on working. Who reported on duty, with a login, is no private person and stays. What was reopened
    since is kept.
    """
    sealed = sa.select(IncidentReporter.incident_no).where(IncidentReporter.sealed.is_not(None))
    closed = sa.and_(
        Incident.no.in_(sealed),
        Incident.state.in_([str(state) for state in ENDED_INCIDENT]),
        Incident.closed_at < work.clock.now() - timedelta(days=1),
    )
    counties = work.session.scalars(sa.select(Incident.county).where(closed).distinct()).all()
    return sum(_blank(work, county, closed) for county in counties)


def kept_days(settings: Mapping[str, object]) -> int:
    """Return for how many days after closing who reported is kept, by a county's settings."""
    days = settings.get(SETTING)
    return days if isinstance(days, int) else KEPT_DAYS


def _blank(work: Work, county: str, closed: sa.ColumnElement[bool]) -> int:
    before = work.clock.now() - timedelta(days=kept_days(work.settings.of("incidents", county)))
    old = sa.select(Incident.no).where(closed, Incident.county == county, Incident.closed_at < before)
    blank = sa.update(IncidentReporter).where(
        IncidentReporter.incident_no.in_(old), IncidentReporter.sealed.is_not(None)
    )
    done = work.session.execute(blank.values(sealed=None, blanked_at=work.clock.now()))
    return int(done.rowcount)  # type: ignore[attr-defined]  # of an UPDATE
