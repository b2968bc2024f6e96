"""The database's own lock on the history and on the plugins' log: rows are added, and neither changed nor deleted.

With it come the history's partitions, which only PostgreSQL has.
"""

from __future__ import annotations

from typing import Final

from engine.tables.history_months import DEFAULT, PARTITIONED, kept

_ROW: Final = "history_event: the history is append-only"
_HEAD: Final = "history_head: a chain only grows"

_TAKEN: Final = (
    "SELECT 1 FROM history_event WHERE id = NEW.id OR (county = NEW.county AND seq = NEW.seq)"  # INSERT OR REPLACE
)
_BEGUN: Final = "SELECT 1 FROM history_head WHERE county = NEW.county"

_LOGGED: Final = "SELECT 1 FROM plugin_event WHERE id = NEW.id"
_LOG: Final = "plugin_event: the log is append-only"

_SQLITE: Final = (
    ("history_event_no_update", f"UPDATE ON history_event BEGIN SELECT RAISE(ABORT, '{_ROW}'); END"),
    ("history_event_no_delete", f"DELETE ON history_event BEGIN SELECT RAISE(ABORT, '{_ROW}'); END"),
    (
        "history_event_no_replace",
        f"INSERT ON history_event WHEN EXISTS ({_TAKEN}) BEGIN SELECT RAISE(ABORT, '{_ROW}'); END",
    ),
    (
        "history_head_grows",
        "UPDATE ON history_head WHEN NEW.county IS NOT OLD.county OR NEW.seq <= OLD.seq"
        f" BEGIN SELECT RAISE(ABORT, '{_HEAD}'); END",
    ),
    ("history_head_no_delete", f"DELETE ON history_head BEGIN SELECT RAISE(ABORT, '{_HEAD}'); END"),
    (
        "history_head_no_replace",
        f"INSERT ON history_head WHEN EXISTS ({_BEGUN}) BEGIN SELECT RAISE(ABORT, '{_HEAD}'); END",
    ),
    ("plugin_event_no_update", f"UPDATE ON plugin_event BEGIN SELECT RAISE(ABORT, '{_LOG}'); END"),
    ("plugin_event_no_delete", f"DELETE ON plugin_event BEGIN SELECT RAISE(ABORT, '{_LOG}'); END"),
    (
        "plugin_event_no_replace",
        f"INSERT ON plugin_event WHEN EXISTS ({_LOGGED}) BEGIN SELECT RAISE(ABORT, '{_LOG}'); END",
    ),
)

_POSTGRES: Final = (
    *PARTITIONED,
    """CREATE FUNCTION onegrid_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'history_head' AND TG_OP = 'UPDATE' THEN
    IF NEW.county = OLD.county AND NEW.seq > OLD.seq THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '%: the history is append-only', TG_TABLE_NAME;
END $$""",
    *(
        statement
        for table in ("history_event", "history_head", "plugin_event")
        for statement in (
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION onegrid_append_only()",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION onegrid_append_only()",
        )
    ),
    kept(DEFAULT),
)


def history_trigger_ddl(dialect: str) -> list[str]:
    """Return the statements that make the triggers, for `sqlite` or `postgresql`; run them after the empty tables' own.

    Raises:
        ValueError: no triggers are written for this database.
    """
    if dialect == "sqlite":
        return [f"CREATE TRIGGER {name} BEFORE {event}" for name, event in _SQLITE]
    if dialect == "postgresql":
        return list(_POSTGRES)
    raise ValueError(f"no triggers for {dialect}: the history would be unguarded")
