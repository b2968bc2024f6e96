"""What Alembic runs for every command: in the connection and the transaction that `web.migrate` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from engine.db import UtcDateTime


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write a column type of ours as the type it is stored as: a migration imports none of the code it outlives."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("metadata"),  # what to compare with, when drafting
    render_item=render_item,
    render_as_batch=True,  # SQLite changes a table by copying it
    transactional_ddl=True,  # true of SQLite as well, because engine.db begins the transactions itself
    user_module_prefix="sa.",
)
context.run_migrations()
