"""In which grid a place lies on a day: by the outlines of the units. Where none is known, no grid is made up (I3)."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from shapely.geometry import Point, shape
from sqlalchemy.orm import Session

from plugins.grid_registry.picture import grid_of_unit
from plugins.grid_registry.tables import GridUnit


def grid_at(session: Session, area: str, latitude: float, longitude: float, on: date) -> str | None:
    """Return the code of the grid in force on a day in which a point (WGS 84) lies, or None.

    Args:
        session: to read with.
        area: code of a county or township; units elsewhere are not looked at.
        latitude: in degrees.
        longitude: in degrees.
        on: a day of the place.
    """
    select = sa.select(GridUnit.code, GridUnit.geometry).where(
        GridUnit.community.startswith(area, autoescape=True),
        GridUnit.geometry.is_not(None),
        GridUnit.valid_from <= on,
        sa.or_(GridUnit.valid_to.is_(None), GridUnit.valid_to > on),
    )
    point = Point(longitude, latitude)
    for code, outline in session.execute(select.order_by(GridUnit.code)):
        if outline is not None and shape(outline).intersects(point):
            found = grid_of_unit(session, code, on)
            if found is not None:
                return found
    return None
