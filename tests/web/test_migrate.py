"""The schema's history: what it builds is what the code declares, on both databases, and it can be walked both ways."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from engine.tables.history_guard import history_trigger_ddl
from engine.tables.history_months import PREFIX
from plugins.grid_registry.guard import trigger_ddl
from plugins.incidents.triggers import trigger_ddl as incidents_ddl
from plugins.workforce.triggers import trigger_ddl as workforce_ddl
from web import migrate


def test_the_migrated_schema_is_the_one_the_code_declares(database: sa.Engine) -> None:
    with database.connect() as connection:
        options = {"compare_type": True, "include_name": lambda name, kind, _of: not is_partition(name, kind)}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, migrate.metadata()) == []


def is_partition(name: str | None, kind: str) -> bool:
    return kind == "table" and str(name).startswith(PREFIX)


def test_a_migrated_database_is_at_the_head(database: sa.Engine) -> None:
    assert migrate.current(database) == migrate.head() != ""


def test_a_draft_where_nothing_has_changed_is_empty(tmp_path: Path) -> None:
    draft = migrate.draft("nothing", tmp_path)
    assert draft.parent == tmp_path
    assert f"down_revision = {migrate.head()!r}" in draft.read_text()
    assert draft.read_text().count("    pass") == 2


def test_an_empty_database_is_at_no_revision(empty_database: sa.Engine) -> None:
    assert migrate.current(empty_database) is None


def test_the_history_runs_up_down_and_up_again(empty_database: sa.Engine) -> None:
    migrate.upgrade(empty_database)
    first = set(sa.inspect(empty_database).get_table_names())

    migrate.downgrade(empty_database, "base")
    assert sa.inspect(empty_database).get_table_names() == ["alembic_version"]

    migrate.upgrade(empty_database)
    assert set(sa.inspect(empty_database).get_table_names()) == first
    assert {"process_instance", "user_task", "job"} <= first


def test_the_schema_guards_what_the_code_declares_as_checked(database: sa.Engine) -> None:
    # Alembic does not compare check constraints
    inspector = sa.inspect(database)
    declared = {
        table.name: {str(c.name) for c in table.constraints if isinstance(c, sa.CheckConstraint)}
        for table in migrate.metadata().sorted_tables
    }
    assert {name: {str(c["name"]) for c in inspector.get_check_constraints(name)} for name in declared} == declared


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_the_migrated_triggers_are_those_that_are_asked_for(request: pytest.FixtureRequest, kind: str) -> None:
    migrated, declared = request.getfixturevalue(kind), request.getfixturevalue(f"empty_{kind}")
    migrate.metadata().create_all(declared)
    with declared.begin() as connection:
        dialect = declared.dialect.name
        core = (history_trigger_ddl, trigger_ddl, workforce_ddl, incidents_ddl)
        for statement in (each for ddl in core for each in ddl(dialect)):
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})

    assert triggers(migrated) == triggers(declared) != set()


def triggers(database: sa.Engine) -> set[str]:
    statement = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
        " UNION SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname LIKE 'onegrid_%'"
        " UNION SELECT pg_get_viewdef(oid) FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace",
    }[database.dialect.name]
    with database.connect() as connection:
        return {" ".join(definition.split()) for definition in connection.scalars(sa.text(statement))}
