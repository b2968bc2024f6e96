"""The database's own lock on the log of the workforce: rows are added, and neither changed nor deleted."""

from __future__ import annotations

from typing import Final

_LOG: Final = "worker_event"
_TEXT: Final = f"{_LOG}: the log is append-only"
_WRITTEN: Final = f"SELECT 1 FROM {_LOG} WHERE id = NEW.id"  # noqa: S608  put together of constants

_SQLITE: Final = (
    ("no_update", f"UPDATE ON {_LOG}"),
    ("no_delete", f"DELETE ON {_LOG}"),
    ("no_replace", f"INSERT ON {_LOG} WHEN EXISTS ({_WRITTEN})"),  # INSERT OR REPLACE
)
_POSTGRES: Final = (
    ("append_only", "UPDATE OR DELETE", "ROW"),
    ("no_truncate", "TRUNCATE", "STATEMENT"),
)


def trigger_ddl(dialect: str) -> list[str]:
    """Return the statements that make the triggers, for `sqlite` or `postgresql`; run them after the history's own.

    Raises:
        ValueError: no triggers are written for this database.
    """
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {_LOG}_{name} BEFORE {event} BEGIN SELECT RAISE(ABORT, '{_TEXT}'); END"
            for name, event in _SQLITE
        ]
    if dialect == "postgresql":
        return [
            f"CREATE TRIGGER {_LOG}_{name} BEFORE {event} ON {_LOG}"
            f" FOR EACH {each} EXECUTE FUNCTION onegrid_append_only()"
            for name, event, each in _POSTGRES
        ]
    raise ValueError(f"no triggers for {dialect}: the log would be unguarded")
