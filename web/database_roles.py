"""PostgreSQL's roles: who owns the tables, who works with them, who may call the doors, and each department's own.

| role | logs in | may |
|---|---|---|
| onegrid_owner | no | owns the tables and the doors; migrations run as it |
| onegrid_app | yes | reads and writes what no plugin reserves; makes nothing, drops nothing |
| onegrid_apply | yes | what the application may, and call the doors |
| dept_<plugin> | yes | its own schema p_<plugin>; of the others' what the plugins share with departments |

The statements may be run again after every change: they say what is, not what is added.
"""

# ruff: noqa: S608  put together of constants and of names that are checked

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import sqlalchemy as sa

from engine.hookspecs import DatabaseRules

OWNER, APP, APPLY = "onegrid_owner", "onegrid_app", "onegrid_apply"
DEPARTMENT: Final = "dept_"
SCHEMA: Final = "p_"

ENGINE_RULES: Final = DatabaseRules(tables={"history_head": "INSERT, UPDATE", "alembic_version": ""})
HISTORY: Final = "history_event"
"""The history and its partitions, by the beginning of their names: rows are added only."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,50}")
_LARGE_OBJECTS: Final = ("lo_creat(integer)", "lo_create(oid)", "lo_from_bytea(oid, bytea)", "lo_import(text)")


def in_force(connection: sa.Connection) -> bool:
    """Return whether the connection's login is not the tables' owner, nor a superuser: what it may is granted."""
    if connection.dialect.name != "postgresql":
        return False
    owned = sa.text("SELECT pg_catalog.pg_has_role(tableowner, 'USAGE') FROM pg_tables WHERE tablename = 'job'")
    return connection.scalar(owned) is False


def set_up(connection: sa.Connection, rules: Sequence[DatabaseRules], departments: Iterable[str] = ()) -> None:
    """Make the roles in the database of a superuser's connection, and give them what is theirs."""
    for statement in statements(_database(connection), rules, departments):
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def grant(connection: sa.Connection, rules: Sequence[DatabaseRules]) -> None:
    """Give the logins what is theirs of tables that a migration has just made; the owner may do this."""
    for statement in _grants(rules):
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def _database(connection: sa.Connection) -> str:
    return str(connection.scalar(sa.text("SELECT current_database()")))


def statements(database: str, rules: Sequence[DatabaseRules], departments: Iterable[str] = ()) -> list[str]:
    """Return what a superuser runs, in one transaction, in the migrated database of that name.

    Raises:
        ValueError: a department's name that is none.
    """
    name = '"' + database.replace('"', '""') + '"'
    return [
        *(_role(role, "LOGIN" if role != OWNER else "NOLOGIN") for role in (OWNER, APP, APPLY)),
        f"REVOKE ALL ON DATABASE {name} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {name} TO {OWNER}, {APP}, {APPLY}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}",
        f"GRANT USAGE ON SCHEMA public TO {APP}, {APPLY}",
        *(f"REVOKE ALL ON FUNCTION pg_catalog.{function} FROM PUBLIC" for function in _LARGE_OBJECTS),
        _owned("public", OWNER),
        # the job engine makes its own tables, in a schema of its own
        f"CREATE SCHEMA IF NOT EXISTS dbos AUTHORIZATION {APP}",
        f"ALTER SCHEMA dbos OWNER TO {APP}",
        _owned("dbos", APP),
        f"GRANT {APP} TO {APPLY}",
        *_grants(rules),
        *(statement for each in rules for statement in each.statements),
        *(statement for plugin in departments for statement in department(plugin, name, rules)),
    ]


def _grants(rules: Sequence[DatabaseRules]) -> list[str]:
    kept = {table: verbs for each in (ENGINE_RULES, *rules) for table, verbs in each.tables.items()}
    doors = [door for each in rules for door in each.doors]
    return [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {APP}, {APPLY}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP}",
        *(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {APP}" for table in kept),
        *(f"GRANT {verbs} ON {table} TO {APP}" for table, verbs in kept.items() if verbs),
        _HISTORY,
        *(f"REVOKE ALL ON FUNCTION {door} FROM PUBLIC, {APP}" for door in doors),
        *(f"GRANT EXECUTE ON FUNCTION {door} TO {APPLY}" for door in doors),
    ]


_HISTORY: Final = f"""DO $$ DECLARE r record; BEGIN
  FOR r IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
                  AND relname LIKE '{HISTORY}%' LOOP
    EXECUTE format('REVOKE UPDATE, DELETE ON public.%I FROM {APP}', r.relname);
  END LOOP;
END $$"""


def department(plugin: str, database: str, rules: Sequence[DatabaseRules]) -> list[str]:
    """Return what makes a department's login and schema, in a database whose name is quoted already."""
    if not _NAME.fullmatch(plugin):
        raise ValueError(f"{plugin!r} is no plugin's name")
    role, schema = DEPARTMENT + plugin, SCHEMA + plugin
    shared = [item for each in rules for item in each.shared.items()]
    return [
        _role(role, "LOGIN CONNECTION LIMIT 8"),
        f"ALTER ROLE {role} IN DATABASE {database} SET search_path = {schema}, public",
        f"GRANT CONNECT ON DATABASE {database} TO {role}",
        f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {OWNER}",
        f"GRANT USAGE, CREATE ON SCHEMA {schema} TO {role}",
        f"GRANT USAGE ON SCHEMA {schema} TO {APP}",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        *(f"GRANT {verbs} ON public.{table} TO {role}" for table, verbs in shared),
        # the host reads what the department keeps: for its reports, and for the auditor
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {role} IN SCHEMA {schema} GRANT SELECT ON TABLES TO {APP}",
    ]


def _role(name: str, options: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN"
        f" CREATE ROLE {name} {options}; END IF; END $$"
    )


def _owned(schema: str, owner: str) -> str:
    """Return what gives tables, views and functions of ours to an owner; sequences go with their tables."""
    return f"""DO $$ DECLARE r record; BEGIN
  FOR r IN SELECT relname, CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS kind FROM pg_class
            WHERE relnamespace = '{schema}'::regnamespace AND relkind IN ('r', 'p', 'v') LOOP
    EXECUTE format('ALTER %s {schema}.%I OWNER TO {owner}', r.kind, r.relname);
  END LOOP;
  FOR r IN SELECT p.oid::regprocedure AS signature FROM pg_proc p
            WHERE p.pronamespace = '{schema}'::regnamespace AND p.prorettype <> 'event_trigger'::regtype
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO {owner}', r.signature);
  END LOOP;
END $$"""
