"""What PostgreSQL's logins may do with the registry, where the installation has roles (`onegrid database roles`).

Nobody may write a grid: neither the application's login, nor a department's, nor the reserved one, which may only call
the door (`door.py`). An event trigger refuses what departments' migrations may not make.
"""

# ruff: noqa: S608  put together of constants

from __future__ import annotations

from typing import Final

from engine.core_api import DatabaseRules
from plugins.grid_registry.door import FUNCTION, PUBLIC_VIEW
from plugins.grid_registry.likenesses import GRID, SHAPE, SPATIAL, TABLE

TABLES: Final = {
    "registry_revision": "",
    "grid": "",
    "grid_version": "",
    "grid_lineage": "",
    "grid_unit_membership": "",
    "division_proposal": "INSERT",
    "division_plan": "INSERT",
    "filing_record": "INSERT",
    "grid_unit": "INSERT, UPDATE",
    "division_finding": "INSERT, UPDATE",
    "division_finding_review": "INSERT",
    PUBLIC_VIEW: "",
}

_ALLOWED: Final = "'CREATE TABLE', 'ALTER TABLE', 'CREATE INDEX', 'ALTER INDEX', 'CREATE SEQUENCE', 'ALTER SEQUENCE'"
"""Whatever else a department's login makes or alters is refused: views, functions, types, triggers, copies, grants."""

_COLUMNS: Final = f"""
        FOR c IN SELECT a.attname, a.attnum, format_type(a.atttypid, a.atttypmod) AS type FROM pg_attribute a
                  WHERE a.attrelid = o.objid AND a.attnum > 0 AND NOT a.attisdropped LOOP
            IF c.attname ~* '{SHAPE}' OR c.type ~* '{SPATIAL}' THEN
                RAISE EXCEPTION 'no separate grids: column %.% (%) holds a shape', o.object_identity, c.attname, c.type
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
            IF c.attname ~* '{GRID}' AND NOT EXISTS (
                SELECT FROM pg_constraint k
                 WHERE k.conrelid = o.objid AND k.contype = 'f' AND k.conkey = ARRAY[c.attnum]
                   AND k.confrelid = 'public.grid'::regclass) THEN
                RAISE EXCEPTION 'no separate grids: column %.% names a grid, and does not refer to the registry',
                    o.object_identity, c.attname USING ERRCODE = 'insufficient_privilege';
            END IF;
        END LOOP;
        -- the host reads what a department keeps, for the auditor too: rows may not be hidden from it
        IF (SELECT r.relrowsecurity FROM pg_class r WHERE r.oid = o.objid) THEN
            RAISE EXCEPTION '%: no row security', o.object_identity USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = o.objid AND k.contype = 'f'
                      AND k.confrelid = 'public.grid'::regclass
                      AND (k.confdeltype NOT IN ('a', 'r') OR k.confupdtype NOT IN ('a', 'r'))) THEN
            RAISE EXCEPTION 'no separate grids: %: no cascades from the registry', o.object_identity
                USING ERRCODE = 'insufficient_privilege';
        END IF;
"""

_CHECK: Final = f"""
CREATE OR REPLACE FUNCTION onegrid_department_ddl() RETURNS event_trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    o record;
    c record;
    department boolean := session_user LIKE 'dept\\_%' OR current_user LIKE 'dept\\_%';
BEGIN
    FOR o IN SELECT * FROM pg_event_trigger_ddl_commands() LOOP
        CONTINUE WHEN NOT department AND (o.schema_name IS NULL OR o.schema_name NOT LIKE 'p\\_%');
        IF department AND o.command_tag NOT IN ({_ALLOWED}) THEN
            RAISE EXCEPTION 'a department may not use %', o.command_tag USING ERRCODE = 'insufficient_privilege';
        END IF;
        CONTINUE WHEN o.object_type NOT IN ('table', 'table column');
        IF (SELECT r.relname FROM pg_class r WHERE r.oid = o.objid) ~* '{TABLE}' THEN
            RAISE EXCEPTION 'no separate grids: table %', o.object_identity USING ERRCODE = 'insufficient_privilege';
        END IF;
{_COLUMNS}
    END LOOP;
END $$
"""

RULES: Final = DatabaseRules(
    tables=TABLES,
    doors=(FUNCTION,),
    shared={PUBLIC_VIEW: "SELECT", "grid": "REFERENCES (code)"},
    statements=(
        _CHECK,
        "DROP EVENT TRIGGER IF EXISTS onegrid_department_ddl",
        "CREATE EVENT TRIGGER onegrid_department_ddl ON ddl_command_end EXECUTE FUNCTION onegrid_department_ddl()",
    ),
)
