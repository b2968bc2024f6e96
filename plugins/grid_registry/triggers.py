"""The database's own lock: triggers that refuse what the gate does not allow, and what nobody may ever do.

Nobody ever: delete a row, change a revision, a name, a lineage, a plan or a filing, change a grid's code, kind, setting
or community, take back an end. With the room open: add rows, and end grids and memberships.
"""

from __future__ import annotations

from typing import Final

from plugins.grid_registry.door import door_ddl, drop_door_ddl
from plugins.grid_registry.gate import ROOMS, SETTING

APPEND_ONLY: Final = (
    "registry_revision",
    "grid_version",
    "grid_lineage",
    "division_proposal",
    "division_plan",
    "filing_record",
)

FIXED: Final = {
    "grid": ("code", "community", "township", "kind", "setting", "valid_from", "created_revision"),
    "grid_unit_membership": ("unit_code", "grid_code", "valid_from", "created_revision"),
    "grid_unit": ("code", "community", "type", "valid_from"),
}
"""Table → the columns that never change once written."""

ENDING: Final = ("grid", "grid_unit_membership")
"""Tables whose rows end once: an end that is set stays."""

FUNCTION: Final = "onegrid_open_room"
"""SQLite: the function that guard.py gives each of our connections; no other connection has it."""


def trigger_ddl(dialect: str) -> list[str]:
    """Return the statements that make the triggers, for `sqlite` or `postgresql`; run them after the tables' own.

    Raises:
        ValueError: no triggers are written for this database.
    """
    if dialect == "sqlite":
        return [*(statement for table in ROOMS for statement in _sqlite(table)), *door_ddl(dialect)]
    if dialect == "postgresql":
        guards = [statement for table in ROOMS for statement in _postgres(table)]
        return [_POSTGRES_FUNCTION, *guards, *door_ddl(dialect)]
    raise ValueError(f"no triggers for {dialect}: the registry would be unguarded")


def drop_trigger_ddl(dialect: str) -> list[str]:
    """Return the statements that take the triggers away again, for a migration's way back."""
    if dialect == "sqlite":
        return [
            *drop_door_ddl(dialect),
            *(f"DROP TRIGGER IF EXISTS {name}" for table in ROOMS for name, _ in _refusals(table)),
        ]
    names = ("write", "truncate")
    drops = [f"DROP TRIGGER IF EXISTS {table}_guard_{name} ON {table}" for table in ROOMS for name in names]
    return [*drop_door_ddl(dialect), *drops, "DROP FUNCTION IF EXISTS onegrid_guard()"]


def _refusals(table: str) -> list[tuple[str, str]]:
    """Return (trigger name, event and condition) of each SQLite trigger of a table."""
    closed = f"WHEN {FUNCTION}() IS NOT '{ROOMS[table]}'"
    found = [
        (f"{table}_guard_insert", f"INSERT ON {table} {closed}"),
        (f"{table}_guard_update", f"UPDATE ON {table} {closed}"),
        (f"{table}_guard_delete", f"DELETE ON {table}"),
    ]
    if table in APPEND_ONLY:
        found.append((f"{table}_guard_append_only", f"UPDATE ON {table}"))
    if table in FIXED:
        found.append((f"{table}_guard_fixed", f"UPDATE OF {', '.join(FIXED[table])} ON {table}"))
    if table in ENDING:
        found.append((f"{table}_guard_ended", f"UPDATE ON {table} WHEN OLD.ended_revision IS NOT NULL"))
    return found


def _sqlite(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {name} BEFORE {event} BEGIN SELECT RAISE(ABORT, '{name}: only an approved grid division"
        f" changes a grid'); END"
        for name, event in _refusals(table)
    ]


_POSTGRES_FUNCTION: Final = f"""
CREATE FUNCTION onegrid_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fixed text;
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
        RAISE EXCEPTION '%: nothing is deleted from the registry', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF current_setting('{SETTING}', true) IS DISTINCT FROM TG_ARGV[0] THEN
        RAISE EXCEPTION '%: only an approved grid division changes a grid', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF TG_ARGV[1] = 'append_only' OR (TG_ARGV[1] = 'ending' AND to_jsonb(OLD) ->> 'ended_revision' IS NOT NULL) THEN
            RAISE EXCEPTION '%: what is written stays', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
        END IF;
        FOREACH fixed IN ARRAY string_to_array(TG_ARGV[2], ',') LOOP
            IF to_jsonb(OLD) -> fixed IS DISTINCT FROM to_jsonb(NEW) -> fixed THEN
                RAISE EXCEPTION '%.%: never changes', TG_TABLE_NAME, fixed USING ERRCODE = 'insufficient_privilege';
            END IF;
        END LOOP;
    END IF;
    RETURN NEW;
END $$
"""


def _postgres(table: str) -> list[str]:
    manner = "append_only" if table in APPEND_ONLY else "ending" if table in ENDING else "open"
    arguments = f"'{ROOMS[table]}', '{manner}', '{','.join(FIXED.get(table, ()))}'"
    return [
        f"CREATE TRIGGER {table}_guard_write BEFORE INSERT OR UPDATE OR DELETE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION onegrid_guard({arguments})",
        f"CREATE TRIGGER {table}_guard_truncate BEFORE TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION onegrid_guard({arguments})",
    ]
