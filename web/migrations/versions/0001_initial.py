"""The first release."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module

from alembic import op

from engine.db import Base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    import_module("engine.tables")
    for plugin in import_module("plugins").BUILTIN:
        with suppress(ImportError):
            import_module(f"{plugin}.tables")
    Base.metadata.create_all(op.get_bind())


def downgrade() -> None:
    Base.metadata.drop_all(op.get_bind())
