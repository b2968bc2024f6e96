"""Where an incident lies today: it keeps the grid of the day it happened, and is linked to what became of that (I3)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.core_api import Work, today
from plugins.grid_registry.api import GridStanding, grid_at, heirs, standing
from plugins.incidents.incident_list import IncidentLine, incident_of


def lies_in(work: Work, no: str) -> Sequence[GridStanding]:
    """Return the grids in which an incident lies today where that is not its own any more; by its point if it has one.

    Empty while its grid still stands there. Without a point, a grid that was divided gives all of its parts.

    Raises:
        NotFound: an incident that the actor may not see.
    """
    incident = incident_of(work, no)
    if incident.grid is None:
        return ()
    day = today(work.clock)
    code = _of_point(work, incident)
    if code is not None:
        return () if code == incident.grid else tuple(standing(work.session, [code]).values())
    return tuple(heirs(work.session, incident.grid, day))


def _of_point(work: Work, incident: IncidentLine) -> str | None:
    if incident.latitude is None or incident.longitude is None:
        return None
    return grid_at(work.session, incident.county, incident.latitude, incident.longitude, today(work.clock))
