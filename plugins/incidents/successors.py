"""Where an incident lies today: it keeps the grid of the day it happened, and is linked to what became of that (I3)."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from engine.core_api import Attached, Work, today
from plugins.grid_registry.api import GridStanding, grid_at, heirs, standing
from plugins.incidents.incident_list import IncidentLine, incident_of
from plugins.incidents.lifecycle import ENDED_INCIDENT
from plugins.incidents.tables import Incident


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


def open_in(work: Work, grids: Sequence[str]) -> list[Attached]:
    """Return how many incidents are open in each of the grids, in words; nothing for grids without.

    They keep the grid of the day they happened, and are linked to what becomes of it.
    """
    select = sa.select(Incident.grid, sa.func.count()).where(
        Incident.grid.in_(grids), Incident.state.not_in([str(state) for state in ENDED_INCIDENT])
    )
    counts = work.session.execute(select.group_by(Incident.grid).order_by(Incident.grid)).all()
    return [
        Attached(
            str(grid),
            f"网格 {grid} 内有 {count} 件未结事件：仍属该网格，由原承办人办理，事件页注明现为哪个网格",
            f"Grid {grid} has {count} open incidents: they keep it and whoever has them; "
            "their pages say which grid it has become",
        )
        for grid, count in counts
    ]


def _of_point(work: Work, incident: IncidentLine) -> str | None:
    if incident.latitude is None or incident.longitude is None:
        return None
    return grid_at(work.session, incident.county, incident.latitude, incident.longitude, today(work.clock))
