"""PostgreSQL with roles: no login writes a grid, one function does, and departments cannot make grids of their own."""

# ruff: noqa: S608  the statements are the attacks

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from engine.clock import TIMEZONE, FixedClock
from plugins.grid_registry import plans
from tests.fixtures.databases import Logins
from tests.plugins.grid_registry.attacks import CODE, INSERT, RENAME, RETIRE
from tests.plugins.grid_registry.conftest import settle
from tests.plugins.grid_registry.town import FOREIGN, OTHER, SECOND, URBAN, Town, creating, unit
from web.cli_database import rules
from web.database_roles import set_up
from web.embedded_postgres import PostgresServer

TABLES = ("grid", "grid_version", "grid_lineage", "grid_unit_membership", "registry_revision", "division_plan")


@dataclass
class Attacked:
    """A town with roles; one proposal waits for its signatures."""

    town: Town
    logins: Logins
    unsigned: str

    def run(self, login: str, statement: str) -> None:
        # psql, so to say: none of the locks in the process
        with psycopg.connect(self.logins.url(login).replace("+psycopg", "")) as connection:
            connection.execute(statement.encode())

    def rows(self) -> list[str]:
        with self.logins["postgres"].connect() as connection:
            return [repr(row) for table in TABLES for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]

    def own_tables(self) -> list[str]:
        with self.logins["postgres"].connect() as connection:
            return list(connection.scalars(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'p_police'")))


@pytest.fixture(scope="module")
def attacked(postgres_server: PostgresServer, roles_template: str) -> Iterator[Attacked]:
    """One town for all attacks: each is refused, so that none leaves anything."""
    logins = Logins.create(postgres_server, roles_template)
    clock = FixedClock(datetime(2026, 12, 1, 9, 0, tzinfo=TIMEZONE))
    town = settle(Town(logins["app"], clock, reserved=logins["apply"]))
    unsigned = town.propose(town.plan([{"op": "rename", "grid": CODE, "name": "新名称"}]))
    yield Attacked(town, logins, unsigned)
    logins.close()


OPEN = "SELECT set_config('onegrid.open_room', 'registry', true); "

APP = [
    INSERT,
    OPEN + INSERT,
    OPEN + RENAME,
    OPEN + RETIRE,
    "UPDATE grid SET setting = 'rural'",
    "DELETE FROM grid",
    "TRUNCATE grid CASCADE",
    "TRUNCATE registry_revision CASCADE",
    "DELETE FROM grid_unit_membership",
    OPEN + "UPDATE grid_unit_membership SET ended_revision = created_revision",
    f"WITH x AS ({INSERT} RETURNING 1) SELECT * FROM x",
    "MERGE INTO grid g USING grid s ON g.code = s.code WHEN MATCHED THEN UPDATE SET setting = 'rural'",
    "DO $$ BEGIN EXECUTE 'UPDATE grid SET setting = code'; END $$",
    "COPY grid FROM PROGRAM 'echo 1'",
    "COPY grid FROM '/etc/passwd'",
    "SELECT * FROM grid FOR UPDATE",
    "LOCK TABLE grid",
    "INSERT INTO registry_revision SELECT * FROM registry_revision",
    "UPDATE division_plan SET writes = '{}'",
    "DELETE FROM division_plan",
    "UPDATE division_proposal SET township = '1'",
    "UPDATE filing_record SET remark = 'x'",
    "DELETE FROM grid_unit",
    "SELECT onegrid_apply_plan({unsigned}, now())",
    "SET ROLE onegrid_owner",
    "SET ROLE onegrid_apply",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION onegrid_owner",
    "ALTER TABLE grid OWNER TO onegrid_app",
    "ALTER TABLE grid DISABLE TRIGGER ALL",
    "DROP TRIGGER grid_guard_write ON grid",
    "DROP TABLE grid_lineage",
    "DROP FUNCTION onegrid_guard() CASCADE",
    "CREATE OR REPLACE FUNCTION onegrid_guard() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE RULE r AS ON INSERT TO grid DO INSTEAD NOTHING",
    "SET session_replication_role = replica",
    "ALTER EVENT TRIGGER onegrid_department_ddl DISABLE",
    "CREATE TABLE public.grid2 (id int)",
    "CREATE TEMP TABLE grid (id int)",
    "CREATE SCHEMA mine",
    "CREATE VIEW v AS SELECT 1",
    "DELETE FROM history_event",
    "UPDATE history_event SET actor_id = 'me'",
    "UPDATE history_event_rest SET actor_id = 'me'",
    "DELETE FROM history_head",
    "UPDATE alembic_version SET version_num = '0'",
    "SELECT lo_create(0)",
    "CREATE EXTENSION file_fdw",
    "SELECT pg_read_file('/etc/passwd')",
]

RESERVED = [
    INSERT,
    OPEN + INSERT,
    RENAME,
    RETIRE,
    "SET ROLE onegrid_owner",
    "SELECT onegrid_apply_plan('HF-none', now())",
    "SELECT onegrid_apply_plan({unsigned}, '2027-01-01')",
    "SELECT onegrid_apply_plan({unsigned}, NULL)",
    "SELECT onegrid_apply_plan(NULL, now())",
    "CREATE FUNCTION public.jsonb_array_length(jsonb) RETURNS int LANGUAGE sql AS 'SELECT 0'",
    "CREATE TEMP TABLE division_plan (id int)",
]

OWN = "CREATE TABLE p_police.police_record (id int); "
REFERENCE = "grid_code varchar(20) REFERENCES public.grid (code)"

DEPARTMENT = [
    # what is not theirs
    INSERT,
    RENAME,
    "SELECT * FROM grid",
    "SELECT code FROM grid",
    "SELECT geometry FROM grid_unit",
    "SELECT * FROM person",
    "SELECT * FROM history_event",
    "SELECT onegrid_apply_plan({unsigned}, now())",
    "UPDATE grid_public SET name = 'x'",
    "INSERT INTO history_event (county) VALUES ('1')",
    "INSERT INTO division_plan (proposal_no) VALUES ('1')",
    "SET ROLE onegrid_app",
    "CREATE TABLE public.x (id int)",
    "CREATE TABLE dbos.x (id int)",
    "CREATE SCHEMA mine",
    "DROP SCHEMA p_police CASCADE",
    "ALTER SCHEMA p_police RENAME TO p2",
    # names
    "CREATE TABLE p_police.grid (id int)",
    'CREATE TABLE p_police."Grid" (id int)',
    "CREATE TABLE p_police.police_sub_grid (id int)",
    "CREATE TABLE p_police.police_zone (id int)",
    "CREATE TABLE p_police.police_网格 (id int)",
    "CREATE TABLE p_police.责任片区 (id int)",
    OWN + "ALTER TABLE p_police.police_record RENAME TO grid",
    # shapes
    "CREATE TABLE p_police.r (id int, area polygon)",
    "CREATE TABLE p_police.r (id int, where_ point)",
    "CREATE TABLE p_police.r (id int, corners point[])",
    "CREATE TABLE p_police.r (id int, xs double precision[])",
    "CREATE TABLE p_police.r (id int, ys numeric(9,6)[])",
    "CREATE TABLE p_police.r (id int, boundary jsonb)",
    "CREATE TABLE p_police.r (id int, outline_wkt text)",
    "CREATE TABLE p_police.r (id int, 边界 text)",
    OWN + "ALTER TABLE p_police.police_record ADD COLUMN geom text",
    OWN + "ALTER TABLE p_police.police_record RENAME COLUMN id TO polygon",
    OWN + "ALTER TABLE p_police.police_record ALTER COLUMN id TYPE point USING point(1, 1)",
    "CREATE TABLE p_police.r AS SELECT code, point(1, 1) AS p FROM grid_public",
    "CREATE TABLE p_police.r AS SELECT 1 AS a",
    "SELECT code, '(1,1)'::text AS wkt INTO p_police.r FROM grid_public",
    "CREATE DOMAIN p_police.d AS polygon",
    "CREATE TYPE p_police.t AS (a int)",
    "SELECT lo_from_bytea(0, 'x')",
    OWN + "COMMENT ON TABLE p_police.police_record IS 'POLYGON((0 0,1 0,1 1,0 0))'",
    # grids of their own
    "CREATE TABLE p_police.r (id int, grid_code text)",
    "CREATE TABLE p_police.r (id int, grid_no int)",
    "CREATE TABLE p_police.r (LIKE public.grid)",
    "CREATE TABLE p_police.r () INHERITS (public.grid)",
    f"CREATE TABLE p_police.r ({REFERENCE} ON DELETE CASCADE)",
    f"CREATE TABLE p_police.r ({REFERENCE} ON UPDATE SET NULL)",
    f"CREATE TABLE p_police.r ({REFERENCE}); ALTER TABLE p_police.r DROP CONSTRAINT r_grid_code_fkey",
    "CREATE TABLE p_police.r (g varchar(20) REFERENCES public.grid_unit (code))",
    "CREATE TABLE p_police.r (x varchar(64) REFERENCES public.person (id))",
    "CREATE TEMP TABLE grid (id int)",
    # code, and ways around
    "CREATE VIEW p_police.v AS SELECT 1",
    "CREATE MATERIALIZED VIEW p_police.v AS SELECT 1",
    "CREATE FUNCTION p_police.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    OWN + "CREATE TRIGGER t AFTER INSERT ON p_police.police_record EXECUTE FUNCTION onegrid_guard()",
    OWN + "CREATE RULE r AS ON INSERT TO p_police.police_record DO INSTEAD NOTHING",
    OWN + "ALTER TABLE p_police.police_record ENABLE ROW LEVEL SECURITY",
    OWN + "REVOKE SELECT ON p_police.police_record FROM onegrid_app",
    OWN + "GRANT SELECT ON p_police.police_record TO PUBLIC",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA p_police REVOKE SELECT ON TABLES FROM onegrid_app",
    "DROP EVENT TRIGGER onegrid_department_ddl",
    "ALTER EVENT TRIGGER onegrid_department_ddl DISABLE",
    "SET session_replication_role = replica",
    "COPY (SELECT 1) TO PROGRAM 'cat'",
    "ALTER ROLE dept_police CREATEROLE",
    "CREATE ROLE dept_other",
    "CREATE PUBLICATION p FOR ALL TABLES",
]


@pytest.mark.parametrize(
    ("login", "statement"),
    [
        *(("app", statement) for statement in APP),
        *(("apply", statement) for statement in RESERVED),
        *(("dept_police", statement) for statement in DEPARTMENT),
    ],
)
def test_the_database_refuses(attacked: Attacked, login: str, statement: str) -> None:
    before = attacked.rows()
    with pytest.raises(psycopg.Error):
        attacked.run(login, statement.replace("{unsigned}", f"'{attacked.unsigned}'"))
    assert attacked.rows() == before
    assert attacked.own_tables() == []


@pytest.mark.parametrize("signers", [{}, {"leader": "同一人", "reviewer": "同一人"}], ids=["unsigned", "one person"])
def test_the_door_asks_for_two_signers(logins: Logins, clock: FixedClock, signers: dict[str, str]) -> None:
    town = settle(Town(logins["app"], clock, reserved=logins["apply"]))
    no = town.propose(town.plan([{"op": "rename", "grid": CODE, "name": "新名称"}]))
    if signers:
        town.sign(no, **signers)
    with pytest.raises(DBAPIError, match="not signed by two persons"), logins["apply"].begin() as connection:
        connection.exec_driver_sql("SELECT onegrid_apply_plan(%s, %s)", (no, clock.now()))
    assert town.state().revision == 1


@pytest.mark.parametrize(
    "later",
    [("review", {"conclusion": "return"}), ("sign", {"decision": "withdraw"}), ("decide", {"conclusion": "reject"})],
)
def test_the_door_takes_the_last_word_of_each(
    logins: Logins, clock: FixedClock, later: tuple[str, dict[str, str]]
) -> None:
    town = settle(Town(logins["app"], clock, reserved=logins["apply"]))
    no = town.sign(town.propose(town.plan([{"op": "rename", "grid": CODE, "name": "新名称"}])))
    step, values = later
    town.complete(no, step, "leader" if step == "sign" else "reviewer", **values)
    with pytest.raises(DBAPIError, match=r"not signed|said no"), logins["apply"].begin() as connection:
        connection.exec_driver_sql("SELECT onegrid_apply_plan(%s, %s)", (no, clock.now()))


@pytest.mark.parametrize(
    "writes",
    [
        {"retired": [f"{FOREIGN}-C001"]},
        {"renamed": {f"{FOREIGN}-C001": "x"}},
        {"moves": [{"unit": f"{FOREIGN}-U001", "grid": CODE}]},
        {"moves": [{"unit": f"{URBAN}-U001", "grid": f"{FOREIGN}-C001"}]},
        {"made": [{"code": f"{FOREIGN}-C009", "community": FOREIGN, "units": []}]},
        {"made": [{"code": f"{URBAN}-C009", "community": URBAN, "units": [f"{FOREIGN}-U001"]}]},
    ],
    ids=["ends", "renames", "takes a unit", "gives a unit", "makes a grid there", "makes one of its units"],
)
def test_a_plan_of_one_township_cannot_change_another(
    logins: Logins, clock: FixedClock, writes: dict[str, Any]
) -> None:
    """Whoever can write a version of a plan, past the check, gets nothing from the door that is another township's."""
    town = settle(Town(logins["app"], clock, reserved=logins["apply"]))
    town.units(unit(FOREIGN, 1))
    town.divide(creating(FOREIGN, [1]), township=OTHER, base_revision=1)
    nothing: dict[str, Any] = {"retired": [], "renamed": {}, "made": [], "moves": [], "lineage": []}
    made = [{"kind": "comprehensive", "setting": "urban", "name": "x", **each} for each in writes.get("made", [])]
    no = town.propose(town.plan([{"op": "rename", "grid": CODE, "name": "新名称"}]))
    with town.session() as session:
        plan = town.plan([{"op": "rename", "grid": CODE, "name": "另一名称"}])
        plans.keep(session, no, plan, [], [], nothing | writes | {"made": made}, clock.now())
    town.sign(no)
    with (
        pytest.raises(DBAPIError, match=r"not in force there|not its township"),
        logins["apply"].begin() as connection,
    ):
        connection.exec_driver_sql("SELECT onegrid_apply_plan(%s, %s)", (no, clock.now()))


def test_the_whole_division_runs_with_roles(logins: Logins, clock: FixedClock) -> None:
    town = settle(Town(logins["app"], clock, reserved=logins["apply"]))
    parts = [
        {"name": name, "kind": kind, "setting": "urban", "unit_ids": units, "justification": ""}
        for name, kind, units in (
            ("东", "comprehensive", [f"{URBAN}-U001", f"{URBAN}-U002"]),
            ("西", "exclusive", [f"{URBAN}-U003", f"{URBAN}-U004"]),
        )
    ]
    renamed = {"op": "rename", "grid": f"{SECOND}-C001", "name": "三多亭一网格"}
    applied = town.divide([{"op": "split", "grid": CODE, "parts": parts}, renamed])
    assert applied.created == [f"{URBAN}-C003", f"{URBAN}-E001"]
    assert applied.retired == [CODE]
    state = town.state()
    assert {code: grid.name for code, grid in state.grids.items()} == {
        f"{URBAN}-C002": "第2网格",
        f"{URBAN}-C003": "东",
        f"{URBAN}-E001": "西",
        f"{SECOND}-C001": "三多亭一网格",
    }
    assert state.grids[f"{URBAN}-C003"].units == (f"{URBAN}-U001", f"{URBAN}-U002")


def test_both_databases_write_the_same(postgres: sa.Engine, sqlite: sa.Engine, clock: FixedClock) -> None:
    changes = [
        {"op": "move_units", "from": CODE, "to": f"{URBAN}-C002", "unit_ids": [f"{URBAN}-U004"], "justification": "近"},
        {"op": "change_kind", "grid": f"{SECOND}-C001", "kind": "exclusive", "justification": "专"},
    ]
    seen = []
    for database in (sqlite, postgres):
        settle(Town(database, clock)).divide(changes)
        with database.connect() as connection:
            metadata = sa.MetaData()
            metadata.reflect(connection, only=TABLES[:4])
            seen.append([sorted(map(str, connection.execute(sa.select(metadata.tables[name])))) for name in TABLES[:4]])
    assert seen[0] == seen[1]


def test_a_login_without_the_right_cannot_apply_what_was_signed(logins: Logins, clock: FixedClock) -> None:
    town = settle(Town(logins["app"], clock, reserved=logins["apply"]))
    no = town.sign(town.propose(town.plan([{"op": "rename", "grid": CODE, "name": "另一名"}])))
    with pytest.raises(DBAPIError, match="permission denied"):
        Town(logins["app"], clock, build=False).apply(no)
    assert town.apply(no).revision == 2


def test_a_version_cannot_be_dated_back_to_take_signatures_it_never_had(both_settled: Town) -> None:
    no = both_settled.propose(both_settled.plan([{"op": "rename", "grid": CODE, "name": "甲"}]))
    drafted = both_settled.clock.now()
    both_settled.clock.advance(timedelta(minutes=1))
    both_settled.sign(no)
    both_settled.clock.advance(timedelta(minutes=1))
    forged = both_settled.plan([{"op": "rename", "grid": CODE, "name": "乙"}])
    with pytest.raises(DBAPIError, match="not older"), both_settled.session() as session:
        plans.keep(session, no, forged, [], [], {}, drafted)
    assert both_settled.apply(no).revision == 2


def test_departments_may_own_tables_that_refer_to_the_registry(logins: Logins, clock: FixedClock) -> None:
    settle(Town(logins["app"], clock, reserved=logins["apply"]))
    with logins["dept_police"].begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE police_record (id serial PRIMARY KEY, {REFERENCE}, note text)")
        connection.exec_driver_sql("CREATE INDEX police_record_note ON police_record (note)")
        connection.exec_driver_sql("INSERT INTO police_record (grid_code) SELECT code FROM grid_public")
    with logins["app"].connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM p_police.police_record")) == 3
    with pytest.raises(DBAPIError), logins["app"].begin() as connection:
        connection.exec_driver_sql("DELETE FROM p_police.police_record")


def test_a_reference_of_a_department_does_not_keep_a_grid_from_being_retired(logins: Logins, clock: FixedClock) -> None:
    """Grids are retired, never deleted: a foreign key gives nobody a veto."""
    town = settle(Town(logins["app"], clock, reserved=logins["apply"]))
    with logins["dept_police"].begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE police_record ({REFERENCE} NOT NULL)")
        connection.exec_driver_sql("INSERT INTO police_record SELECT code FROM grid_public")
    with pytest.raises(DBAPIError), logins["postgres"].begin() as connection:
        connection.exec_driver_sql(f"DELETE FROM grid WHERE code = '{CODE}'")
    applied = town.divide([{"op": "change_kind", "grid": CODE, "kind": "exclusive", "justification": ""}])
    assert applied.retired == [CODE]
    with logins["dept_police"].connect() as connection:
        assert connection.scalar(sa.text("SELECT valid_to FROM grid_public WHERE code = :code"), {"code": CODE})


def test_the_setup_can_be_run_again(logins: Logins) -> None:
    for departments in (["police", "market"], []):
        with logins["postgres"].begin() as connection:
            set_up(connection, rules(), departments)


# -- what still gets through, and is said in README.md ---------------------------------------------------------------


def test_a_shape_in_plain_text_gets_through_and_is_left_to_the_nightly_look(logins: Logins) -> None:
    with logins["dept_police"].begin() as connection:
        connection.exec_driver_sql("CREATE TABLE police_record (note text)")
        connection.exec_driver_sql("INSERT INTO police_record VALUES ('POLYGON((0 0,1 0,1 1,0 0))')")
