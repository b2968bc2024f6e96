"""What PostgreSQL's logins may do with the log, where the installation has roles (`onegrid database roles`)."""

from __future__ import annotations

from typing import Final

from engine.core_api import DatabaseRules

RULES: Final = DatabaseRules(tables={"worker_event": "INSERT"})
