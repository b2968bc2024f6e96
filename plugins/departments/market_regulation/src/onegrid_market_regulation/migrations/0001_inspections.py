"""The bureau's first table."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of inspections."""
    op.create_table(
        "market_regulation_inspection",
        sa.Column("no", sa.String(20), primary_key=True),
        sa.Column("idempotency_key", sa.String(200), nullable=False, unique=True),
        sa.Column("grid_code", sa.String(20), sa.ForeignKey("grid.code"), nullable=False),
        sa.Column("item", sa.String(20), nullable=False),
        sa.Column("premises", sa.String(100), nullable=False),
        sa.Column("licence", sa.String(40)),
        sa.Column("result", sa.String(10), nullable=False),
        sa.Column("inspected_on", sa.Date, nullable=False),
        sa.Column("rectify_by", sa.Date),
    )
    op.create_index("ix_market_regulation_inspection_grid_code", "market_regulation_inspection", ["grid_code"])


def downgrade() -> None:
    """Take it away again; what it held is lost."""
    op.drop_table("market_regulation_inspection")
