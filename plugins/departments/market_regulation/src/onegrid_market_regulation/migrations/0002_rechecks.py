"""Inspections whose grid was retired."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of inspections to be found anew."""
    op.create_table(
        "market_regulation_recheck",
        sa.Column("inspection_no", sa.String(20), sa.ForeignKey("market_regulation_inspection.no"), primary_key=True),
        sa.Column("grid_code", sa.String(20), sa.ForeignKey("grid.code"), nullable=False),
        sa.Column("proposal_no", sa.String(40), nullable=False),
        sa.Column("noted_at", sa.String(40), nullable=False),
    )


def downgrade() -> None:
    """Take it away again; what it held is lost."""
    op.drop_table("market_regulation_recheck")
