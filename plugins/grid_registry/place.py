"""In which grid a place lies on a day: by the outlines of the units. Where none is known, no grid is made up (I3)."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from plugins.grid_registry import geometry
from plugins.grid_registry.state import Moment
from plugins.grid_registry.tables import GridUnit, GridUnitMembership


def grid_at(session: Session, area: str, latitude: float, longitude: float, on: date) -> str | None:
    """Return the code of the grid in force on a day in which a point (WGS 84) lies, or None. One statement.

    On an edge between two grids it is the one whose unit comes first by code.

    Args:
        session: to read with.
        area: code of a county or township; units elsewhere are not looked at.
        latitude: in degrees.
        longitude: in degrees.
        on: a day of the place.
    """
    select = (
        sa.select(GridUnit.geometry, GridUnitMembership.grid_code)
        .join(GridUnitMembership, GridUnitMembership.unit_code == GridUnit.code)
        .where(GridUnit.south <= latitude, GridUnit.north >= latitude)
        .where(GridUnit.west <= longitude, GridUnit.east >= longitude)
        .where(GridUnit.community.startswith(area, autoescape=True), Moment(on=on).holds(GridUnitMembership))
        .order_by(GridUnit.code)
    )
    near = session.execute(select)
    return next((code for outline, code in near if outline and geometry.contains(outline, latitude, longitude)), None)
