"""Where something lies: a place on the outline of its grid, or among the grids of a township where none is known."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from plugins.grid_registry.drawing import Drawing, Shape, Spot, draw
from plugins.grid_registry.overview import overview_of
from plugins.grid_registry.picture import grid, township_picture


def place_map(
    session: Session, code: str | None, township: str | None, on: date, point: tuple[float, float] | None, title: str
) -> Drawing | None:
    """Return a drawing of a grid with its units, or of a township's grids on a day; None where nothing has an outline.

    Args:
        session: to read with.
        code: of the grid; None: not known.
        township: whose grids are drawn where the grid is not known.
        on: the day whose grids these are.
        point: latitude and longitude (WGS 84, degrees) to mark; None: marks nothing.
        title: what the mark says.
    """
    spots = [Spot(point[1], point[0], title)] if point else []
    if code:
        detail = grid(session, code)
        units = [Shape(unit.geometry, "", unit.name, None, "thin") for unit in detail.units]
        return draw([*units, Shape(detail.grid.boundary, "", detail.grid.name, None, "line")], spots=spots)
    if not township or not spots:
        return None
    grids = township_picture(session, township, on).grids
    return draw([Shape(each.boundary, "", each.name) for each in grids], spots=spots)


def township_map(session: Session, township: str, on: date) -> Drawing | None:
    """Return a drawing of a township's grids on a day; None where no unit has an outline. Raises NotFound."""
    return overview_of(township_picture(session, township, on), {}).drawing
