"""Every road to a grid but the one: which of them the locks stop, and which three nothing inside a process can."""

# ruff: noqa: S608  the statements are the attacks

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine.db import connect
from engine.errors import GuardRefused
from plugins.grid_registry import gate, guard
from plugins.grid_registry.tables import (
    Grid,
)
from tests.plugins.grid_registry.attacks import (
    ANYWHERE,
    CODE,
    COLUMNS,
    DRIVER_ERRORS,
    INSERT,
    NEW,
    RENAME,
    RETIRE,
    VALUES,
    a_cascade_from_the_revision,
    a_revision_of_my_own,
    add,
    all_rows,
    bulk_update,
    core_delete,
    delete,
)
from tests.plugins.grid_registry.town import Town


@pytest.mark.parametrize("attack", ANYWHERE, ids=lambda attack: attack.__name__)
def test_the_orm_and_sql_are_refused(both_settled: Town, attack: Callable[[Session], None]) -> None:
    before = all_rows(both_settled)
    with pytest.raises((GuardRefused, DBAPIError)), both_settled.session() as session:
        attack(session)
    assert all_rows(both_settled) == before


@pytest.fixture
def unguarded(settled: Town) -> Iterator[sa.Engine]:
    """The town's database without a single lock."""
    settled.database.dispose()
    with closing(sqlite3.connect(str(settled.database.url.database))) as other:
        for statement in guard.drop_trigger_ddl("sqlite"):
            other.execute(statement)
    listeners = (("before_flush", guard._refuse_flush), ("do_orm_execute", guard._refuse_bulk))
    for name, listener in listeners:
        sa.event.remove(Session, name, listener)
    engine = connect(str(settled.database.url))
    yield engine
    engine.dispose()
    for name, listener in listeners:
        sa.event.listen(Session, name, listener)


STOPPED_BY_CONSTRAINTS = [delete, core_delete, a_revision_of_my_own, a_cascade_from_the_revision]


@pytest.mark.parametrize(
    "attack", [each for each in ANYWHERE if each not in STOPPED_BY_CONSTRAINTS], ids=lambda attack: attack.__name__
)
def test_it_is_the_locks_that_stop_the_attacks(unguarded: sa.Engine, attack: Callable[[Session], None]) -> None:
    with Session(unguarded) as session:
        attack(session)


def test_the_refusal_says_what_is_allowed(settled: Town) -> None:
    with pytest.raises(GuardRefused, match="只有经审核批准的网格划分才能变更网格"), settled.session() as session:
        add(session)


def test_reading_and_writing_other_tables_is_not_hindered(both_settled: Town) -> None:
    with both_settled.session() as session:
        session.execute(
            sa.text("UPDATE org_unit SET name_en = 'a grid' WHERE code = (SELECT township FROM grid LIMIT 1)")
        )
        assert session.scalar(sa.select(sa.func.count()).select_from(Grid)) == 3


# -- attacks past SQLAlchemy, on SQLite ------------------------------------------------------------------------------

Cursor = sqlite3.Cursor


def raw_insert(cursor: Cursor) -> None:
    cursor.execute(INSERT)


def raw_replace_dressed_up(cursor: Cursor) -> None:
    cursor.execute(f"WITH x AS (SELECT 1) INSERT OR REPLACE INTO main.'grid' ({COLUMNS}) SELECT {VALUES} FROM x")


def raw_replace(cursor: Cursor) -> None:
    cursor.execute(f"REPLACE INTO [grid] ({COLUMNS}) VALUES ({VALUES})")


def raw_rename(cursor: Cursor) -> None:
    cursor.execute(RENAME)


def raw_delete(cursor: Cursor) -> None:
    cursor.execute("DELETE FROM grid_unit_membership")


def drop_trigger(cursor: Cursor) -> None:
    cursor.execute("DROP TRIGGER grid_guard_insert")


def drop_table_raw(cursor: Cursor) -> None:
    cursor.execute("DROP TABLE grid_version")


def drop_the_index_of_open_memberships(cursor: Cursor) -> None:
    cursor.execute("DROP INDEX uq_grid_unit_membership_open")


def rename_table_raw(cursor: Cursor) -> None:
    cursor.execute("ALTER TABLE grid RENAME TO g2")


def writable_schema(cursor: Cursor) -> None:
    cursor.execute("PRAGMA writable_schema = 1")
    cursor.execute("DELETE FROM sqlite_master WHERE type = 'trigger'")


def schema_without_pragma(cursor: Cursor) -> None:
    cursor.execute("DELETE FROM sqlite_master WHERE type = 'trigger'")


def switch_constraints_off(cursor: Cursor) -> None:
    cursor.execute("PRAGMA ignore_check_constraints = 1")


def another_table_with_a_trigger(cursor: Cursor) -> None:
    cursor.execute(f"CREATE TRIGGER t AFTER UPDATE ON org_unit BEGIN {RENAME}; END")
    cursor.execute("UPDATE org_unit SET name_en = 'x'")


def a_trigger_on_the_grid(cursor: Cursor) -> None:
    cursor.execute("CREATE TRIGGER t AFTER INSERT ON grid BEGIN SELECT 1; END")


def the_same_file_attached(cursor: Cursor) -> None:
    file = cursor.execute("PRAGMA database_list").fetchone()[2]
    cursor.execute(f"ATTACH '{file}' AS again")
    cursor.execute("UPDATE again.grid SET setting = 'rural'")


def my_own_function(cursor: Cursor) -> None:
    cursor.connection.create_function("onegrid_open_room", 0, lambda: gate.REGISTRY)
    cursor.execute(RETIRE)


def a_table_in_front_of_it(cursor: Cursor) -> None:
    cursor.execute("CREATE TEMP TABLE grid AS SELECT * FROM main.grid")


def a_view_in_front_of_it(cursor: Cursor) -> None:
    cursor.execute("CREATE TEMP VIEW grid AS SELECT * FROM main.grid WHERE 0")


ON_THE_CONNECTION = [
    raw_insert, raw_replace_dressed_up, raw_replace, raw_rename, raw_delete, drop_trigger, drop_table_raw,
    drop_the_index_of_open_memberships, rename_table_raw, writable_schema, schema_without_pragma,
    switch_constraints_off, another_table_with_a_trigger, a_trigger_on_the_grid, the_same_file_attached,
    my_own_function, a_table_in_front_of_it, a_view_in_front_of_it,
]  # fmt: skip


@pytest.mark.parametrize("attack", ON_THE_CONNECTION, ids=lambda attack: attack.__name__)
def test_the_raw_connection_is_refused(settled: Town, attack: Callable[[Cursor], None]) -> None:
    before = all_rows(settled)
    with closing(settled.database.raw_connection()) as connection, pytest.raises(sqlite3.DatabaseError):
        attack(connection.cursor())
    assert all_rows(settled) == before
    assert set(names(settled)) >= names_wanted()


def names(town: Town) -> list[str]:
    with town.database.connect() as connection:
        return list(connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))


def names_wanted() -> set[str]:
    return {statement.split()[2] for statement in guard.trigger_ddl("sqlite")}


def test_a_second_connection_to_the_file_cannot_write(settled: Town) -> None:
    with closing(sqlite3.connect(str(settled.database.url.database))) as other:
        for statement in (INSERT, RENAME, RETIRE, "DELETE FROM grid", "UPDATE grid SET setting = 'rural'"):
            with pytest.raises(sqlite3.DatabaseError, match=r"onegrid_open_room|only an approved grid division"):
                other.execute(statement)


def test_an_old_statement_prepared_while_the_room_was_open_is_refused_afterwards(settled: Town) -> None:
    """The authorizer is asked when a statement is prepared; the trigger is asked when it runs."""
    with closing(settled.database.raw_connection()) as connection:
        info = connection.info
        info["grid_registry.open_room"] = gate.REGISTRY
        statement = "UPDATE grid SET ended_revision = ended_revision"
        connection.cursor().execute(statement)
        del info["grid_registry.open_room"]
        with pytest.raises(sqlite3.DatabaseError, match="only an approved grid division"):
            connection.cursor().execute(statement)


# -- what nobody may, not even the writer ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM grid_unit_membership",
        "DELETE FROM grid",
        "UPDATE grid SET code = code || 'x'",
        "UPDATE grid SET created_revision = 2",
        "UPDATE grid_version SET name = 'x'",
        "UPDATE registry_revision SET plan_digest = 'x'",
        "UPDATE grid_unit_membership SET grid_code = 'x'",
    ],
)
def test_history_cannot_be_rewritten_with_the_room_open(both_settled: Town, statement: str) -> None:
    before = all_rows(both_settled)
    with pytest.raises(DBAPIError), both_settled.session() as session, gate.opened(session, gate.REGISTRY):
        session.execute(sa.text(statement))
    assert all_rows(both_settled) == before


def test_an_end_is_not_taken_back(both_settled: Town) -> None:
    both_settled.divide([{"op": "change_kind", "grid": CODE, "kind": "exclusive", "justification": ""}])
    with pytest.raises(DBAPIError), both_settled.session() as session, gate.opened(session, gate.REGISTRY):
        session.execute(sa.text("UPDATE grid SET valid_to = NULL, ended_revision = NULL"))


def test_an_open_room_opens_no_other_room(both_settled: Town) -> None:
    refused = pytest.raises((GuardRefused, DBAPIError))
    with refused, both_settled.session() as session, gate.opened(session, gate.PLANS):
        session.execute(sa.text("UPDATE grid SET setting = 'rural'"))


def test_the_room_closes_when_the_block_fails(both_settled: Town) -> None:
    with both_settled.session() as session:
        with pytest.raises(OSError, match="disk"), gate.opened(session, gate.REGISTRY):
            raise OSError("disk")
        with pytest.raises((GuardRefused, DBAPIError)), session.begin_nested():
            bulk_update(session)
        with pytest.raises(DRIVER_ERRORS), session.begin_nested():
            past_sqlalchemys_lock(session, RETIRE)


def test_the_room_closes_at_the_end_of_the_block(both_settled: Town) -> None:
    with both_settled.session() as session:
        with gate.opened(session, gate.REGISTRY):
            pass
        with pytest.raises(DRIVER_ERRORS), session.begin_nested():
            past_sqlalchemys_lock(session, RETIRE)


def past_sqlalchemys_lock(session: Session, statement: str) -> None:
    """Run a statement where SQLAlchemy does not see it, in the session's transaction."""
    cursor = session.connection().connection.cursor()
    cursor.execute(statement)


# -- the database's own lock, without any of ours --------------------------------------------------------------------


def test_postgresql_refuses_without_any_lock_in_the_process(settled_on_postgres: Town) -> None:
    bare = sa.create_engine(settled_on_postgres.database.url)
    for statement in (RENAME, RETIRE, "DELETE FROM grid", "TRUNCATE grid CASCADE", INSERT, "DELETE FROM grid_unit"):
        with pytest.raises(DBAPIError) as refused, bare.begin() as connection:
            connection.exec_driver_sql(statement)
        assert getattr(refused.value.orig, "sqlstate", None) == "42501"
    bare.dispose()


# -- what still gets through, and is said in README.md ---------------------------------------------------------------


def test_code_that_takes_the_authorizer_away_gets_through(settled: Town) -> None:
    with closing(settled.database.raw_connection()) as connection:
        connection.driver_connection.set_authorizer(None)
        connection.cursor().execute("DROP TRIGGER grid_version_guard_append_only")
        connection.cursor().execute("DROP TRIGGER grid_version_guard_update")
        assert connection.cursor().execute(RENAME).rowcount == 3


def test_a_second_connection_that_drops_the_triggers_gets_through(settled: Town) -> None:
    with closing(sqlite3.connect(str(settled.database.url.database))) as other:
        other.execute("DROP TRIGGER grid_version_guard_append_only")
        other.execute("DROP TRIGGER grid_version_guard_update")
        assert other.execute(RENAME).rowcount == 3


def test_code_that_opens_the_room_itself_gets_through(settled: Town) -> None:
    with settled.session() as session, gate.opened(session, gate.REGISTRY):
        session.execute(sa.text(INSERT))
    assert NEW in settled.state().grids
