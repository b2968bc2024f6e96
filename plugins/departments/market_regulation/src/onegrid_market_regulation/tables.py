"""What the bureau keeps: its inspections. Where they were is a grid of the one registry, never a place of its own."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

inspection = sa.Table(
    "market_regulation_inspection",
    METADATA,
    sa.Column("no", sa.String(20), primary_key=True),
    sa.Column("idempotency_key", sa.String(200), unique=True, nullable=False),
    # the registry is not in a file of SQLite's own; on PostgreSQL this is a foreign key like any other
    sa.Column("grid_code", sa.String(20), sa.ForeignKey("grid.code"), nullable=False, index=True),
    sa.Column("item", sa.String(20), nullable=False),
    sa.Column("premises", sa.String(100), nullable=False),
    sa.Column("licence", sa.String(40)),
    sa.Column("result", sa.String(10), nullable=False),
    sa.Column("inspected_on", sa.Date, nullable=False),
    sa.Column("rectify_by", sa.Date),
)
"""An inspection of premises. `result`: `pass`, `rectify` (then with `rectify_by`) or `refer`."""

recheck = sa.Table(
    "market_regulation_recheck",
    METADATA,
    sa.Column("inspection_no", sa.String(20), sa.ForeignKey("market_regulation_inspection.no"), primary_key=True),
    sa.Column("grid_code", sa.String(20), sa.ForeignKey("grid.code"), nullable=False),
    sa.Column("proposal_no", sa.String(40), nullable=False),
    sa.Column("noted_at", sa.String(40), nullable=False),
)
"""Inspections whose grid an approved division has retired: their premises are to be found anew in today's grids."""
