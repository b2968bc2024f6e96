"""Which grid am I in, for everyone (R46): by the unit or by a point, with who serves there and where to call."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from engine.core_api import OrgUnit, today
from plugins.grid_registry import api as grids
from plugins.workforce.assignments import workers_of
from plugins.workforce.contacts import contact_of
from web.plugin_api import Blueprint, MenuEntry, WebPart, current_work, gettext, lazy_gettext, render, request

public = Blueprint("where", __name__, template_folder="templates", url_prefix="/catalogue/where")

PART = WebPart(public, [MenuEntry(lazy_gettext("我在哪个网格"), "where.show")], public=True)

Answer = Any
"""What a view returns; Flask turns it into a response."""


@public.get("")
def show() -> Answer:
    """Show in which grid a place lies: by township and compound, building or village; or by where one stands.

    What a grid's township publishes of it: name, extent, who serves there, and telephone numbers of offices (SPEC a14).
    Of a worker nothing but the name (I20).
    """
    work = current_work()
    townships = grids.divided_townships(work.session)
    wanted = {name: request.args.get(name, "").strip() for name in ("township", "unit", "latitude", "longitude")}
    point = _point(wanted["latitude"], wanted["longitude"])
    at = _grid_at(townships, point) if point else None
    code = at[:9] if at else wanted["township"]
    township = next((each for each in townships if each.code == code), None)
    picture = grids.township_picture(work.session, township.code, today(work.clock)) if township else None
    units = sorted(picture.units, key=lambda each: (each.community, each.name)) if picture else []
    unit = next((each for each in units if each.code == wanted["unit"]), None) if not at else None
    grid = next((g for g in picture.grids if g.code in (at, unit.grid if unit else None)), None) if picture else None
    communities = {each.code: each for each in picture.communities} if picture else {}
    return render(
        "workforce/where.html",
        townships=townships,
        township=township,
        picture=picture,
        communities=[(communities[code], list(of)) for code, of in groupby(units, lambda each: each.community)],
        unit=unit,
        point=point,
        wanted=wanted,
        error="" if point or not (wanted["latitude"] or wanted["longitude"]) else gettext("纬度、经度应为度数。"),
        grid=grid,
        community=communities.get(grid.code[:12]) if grid else None,
        workers=workers_of(work.session, grid.code, today(work.clock)) if grid else [],
        contact=contact_of(work.session, township.code) if township else None,
        neighbours=[each for each in units if grid and each.grid == grid.code],
    )


def _point(latitude: str, longitude: str) -> tuple[float, float] | None:
    """Return a point in degrees, or None for anything else."""
    try:
        point = float(latitude), float(longitude)
    except ValueError:
        return None
    return point if -90 <= point[0] <= 90 and -180 <= point[1] <= 180 else None


def _grid_at(townships: list[OrgUnit], point: tuple[float, float]) -> str | None:
    work = current_work()
    counties = sorted({each.code[:6] for each in townships})
    found = (grids.grid_at(work.session, county, *point, today(work.clock)) for county in counties)
    return next((code for code in found if code), None)
