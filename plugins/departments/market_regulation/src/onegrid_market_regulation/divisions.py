"""What the bureau does when it hears that a grid division has ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.plugin_api import Context
from onegrid_market_regulation.tables import inspection, recheck


def note_retired_grids(event: Mapping[str, Any], ctx: Context) -> None:
    """Note the inspections that lie in grids which are retired now, once each; heard twice, it changes nothing.

    The registry is asked for each grid of the county in which the bureau has inspected something.
    """
    in_county = inspection.c.grid_code.startswith(str(event["county"]))
    for code in ctx.session.scalars(sa.select(inspection.c.grid_code).where(in_county).distinct()).all():
        grid = ctx.grid.get(code)
        if grid is None or grid["status"] != "retired":
            continue
        noted = sa.select(recheck.c.inspection_no)
        new = sa.select(inspection.c.no).where(inspection.c.grid_code == code, inspection.c.no.not_in(noted))
        for no in ctx.session.scalars(new).all():
            row = {"inspection_no": no, "grid_code": code, "proposal_no": event["business_key"] or ""}
            ctx.session.execute(sa.insert(recheck).values(row | {"noted_at": str(event["at"])}))
