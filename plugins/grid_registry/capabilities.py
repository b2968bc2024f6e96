"""The questions about grids that departments' handlers may ask (`grid:read`). There is no question that writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import Capability, OrgUnit
from plugins.grid_registry.model import Grid as GridValue
from plugins.grid_registry.model import Unit
from plugins.grid_registry.picture import grid, township_picture
from plugins.grid_registry.tables import Grid


def grid_get(session: Session, org_path: str, code: str) -> dict[str, Any] | None:
    """Return a grid of the case's county, in force or retired, or None: other counties' grids are not its business."""
    path = session.scalar(sa.select(OrgUnit.path).join(Grid, Grid.township == OrgUnit.code).where(Grid.code == code))
    if path is None or _county(path) != _county(org_path):
        return None
    detail = grid(session, code)
    return _answer(detail.grid, detail.units)


def grids_in_county(session: Session, org_path: str, county: str) -> list[dict[str, Any]]:
    """Return the grids in force of the case's own county, by code; none for another county."""
    if county != _county(org_path):
        return []
    townships = session.scalars(
        sa.select(OrgUnit.code)
        .where(OrgUnit.parent_code == county, sa.exists().where(Grid.township == OrgUnit.code))
        .order_by(OrgUnit.code)
    )
    pictures = [township_picture(session, township) for township in townships]
    return [
        _answer(held, [unit for unit in picture.units if unit.grid == held.code])
        for picture in pictures
        for held in picture.grids
    ]


GRID_READ = Capability(
    name="grid:read",
    title="读取本县（市、区）的网格",
    questions={"grid.get": grid_get, "grid.in_county": grids_in_county},
)


def _county(org_path: str) -> str:
    """Return the county of a place in the tree `/city/county/…`; empty for the city itself."""
    codes = org_path.strip("/").split("/")
    return codes[1] if len(codes) > 1 else ""


def _answer(held: GridValue, units: Sequence[Unit]) -> dict[str, Any]:
    return {
        "code": held.code,
        "name": held.name,
        "kind": held.kind,
        "setting": held.setting,
        "households": held.households,
        "population": held.population,
        "units": [unit.name for unit in units],
        "status": held.status,
    }
