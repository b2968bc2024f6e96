"""The bureau's handlers, in its own process, with tables of its own: a file on SQLite, a schema on PostgreSQL."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.clock import FixedClock
from engine.couriers import collect, deliver
from engine.plugins.host import PluginHost
from engine.plugins.record import PluginState
from engine.plugins.sources import installed
from engine.tables.instances import ProcessInstance
from engine.types import SYSTEM
from plugins.grid_registry.tables import DivisionProposal
from tests.fixtures.databases import Logins
from tests.plugins.grid_registry.conftest import settle
from tests.plugins.grid_registry.town import Town
from tests.plugins.serving import Served
from web.database_roles import SCHEMA
from web.own_databases import ADDRESS, FILE, PluginDatabases, folder_of, make_login, read_only

NAME = "market_regulation"
INPUTS = {
    "grid": '"431103001001-C001"',
    "item": '"431103-AMR-015"',
    "premises": '"梅湾路小吃摊"',
    "licence": '"JY14311030000001"',
    "hazard": "true",
    "inspected_on": 'date("2026-12-01")',
}


@pytest.fixture
def host() -> Iterator[PluginHost]:
    host = PluginHost()
    host.load(("plugins.grid_registry",), [source for source in installed() if source.name == NAME])
    yield host
    host.close()


@pytest.fixture
def engine(database: sa.Engine, host: PluginHost, clock: FixedClock, tmp_path: Path) -> Engine:
    settle(Town(database, clock))
    host.give_databases(PluginDatabases(database, tmp_path, host.hook.onegrid_database_rules()))
    return Engine(database, host, clock=clock)


def rows(engine: Engine, home: Path) -> list[tuple[object, ...]]:
    """What the bureau has kept, as the host reads it."""
    if engine.database.dialect.name == "sqlite":
        database, table = read_only(folder_of(home, NAME) / FILE), f"{NAME}_inspection"
    else:
        database, table = engine.database, f"{SCHEMA}{NAME}.{NAME}_inspection"
    select = f"SELECT no, grid_code, premises, result FROM {table} ORDER BY no"  # noqa: S608  constants
    with database.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(select)]


def test_the_plugin_is_ready_with_its_tables(engine: Engine) -> None:
    record = next(record for record in engine.plugins.records if record.name == NAME)
    assert (record.state, record.reason) == (PluginState.READY, "")
    assert [table.name for table in record.declared["onegrid_models"]] == [
        "market_regulation_inspection",
        "market_regulation_recheck",
    ]
    assert not {name for name in sys.modules if name.startswith("onegrid_market_regulation.")} - {
        "onegrid_market_regulation.inspections"  # its own unit tests import the rules
    }


def test_an_inspection_is_kept_in_the_bureaus_own_table(engine: Engine, tmp_path: Path) -> None:
    served = Served(engine, "market_regulation.record_inspection", INPUTS)
    assert served.events == [
        ("job.done", {"no": "AMR-2026-00001", "result": "rectify", "rectify_by": "2026-12-16"})
    ]  # fmt: skip
    second = Served(engine, "market_regulation.record_inspection", INPUTS | {"hazard": "false"})
    assert second.events[0][1]["no"] == "AMR-2026-00002"
    assert rows(engine, tmp_path) == [
        ("AMR-2026-00001", "431103001001-C001", "梅湾路小吃摊", "rectify"),
        ("AMR-2026-00002", "431103001001-C001", "梅湾路小吃摊", "pass"),
    ]
    asked = {"grid": INPUTS["grid"], "premises": INPUTS["premises"], "on": 'date("2026-12-20")'}
    known = Served(engine, "market_regulation.check_premises", asked)
    assert known.events == [("job.done", {"inspections": 2, "last_result": "pass", "overdue": False})]


def test_a_repeated_attempt_keeps_one_row(engine: Engine, tmp_path: Path) -> None:
    inputs = {"grid": "431103001001-C001", "item": "431103-AMR-014", "premises": "某店", "hazard": False}
    job = {
        "id": "j", "attempt": 1, "idempotency_key": "k", "inputs": {**inputs, "inspected_on": "2026-12-01"},
        "county": "431103", "org_unit": "431103001", "org_path": "/431100/431103/431103001/", "business_key": None,
    }  # fmt: skip
    first, second = (engine.plugins.run(f"{NAME}.record_inspection", job, engine.begin) for _ in range(2))
    assert first == second
    assert rows(engine, tmp_path) == [("AMR-2026-00001", "431103001001-C001", "某店", "refer")]


def test_a_grid_that_the_registry_does_not_know_is_a_declared_error(engine: Engine, tmp_path: Path) -> None:
    unknown = INPUTS | {"grid": '"431103001001-C999"'}
    [(event, detail)] = Served(engine, "market_regulation.record_inspection", unknown).events
    assert (event, "GRID_UNKNOWN" in detail["error"]) == ("job.dead", True)
    assert rows(engine, tmp_path) == []


def test_it_hears_of_a_division_and_notes_the_inspections_whose_grid_was_retired(
    engine: Engine, clock: FixedClock
) -> None:
    for premises in ('"甲店"', '"乙店"'):
        Served(engine, f"{NAME}.record_inspection", INPUTS | {"premises": premises})
    collect(engine)  # it begins to listen
    town = Town(engine.database, clock, build=False)
    town.divide([{"op": "change_kind", "grid": "431103001001-C001", "kind": "exclusive", "justification": ""}])
    with engine.begin(SYSTEM) as work:
        proposal = work.session.scalars(sa.select(DivisionProposal).order_by(DivisionProposal.no.desc()).limit(1)).one()
        no, instance = proposal.no, work.session.get_one(ProcessInstance, proposal.process_instance_id)
        instance.business_key = no
        instance.state = "completed"
        work.history.write(instance, "instance.ended")
    for _ in range(2):  # heard twice, it changes nothing
        assert collect(engine) + deliver(engine) >= 0
    database = engine.plugins.databases
    assert database is not None
    noted = database.rows(NAME, f"{NAME}_recheck", 10)
    assert [(row["inspection_no"], row["grid_code"], row["proposal_no"]) for row in noted] == [
        ("AMR-2026-00001", "431103001001-C001", no),
        ("AMR-2026-00002", "431103001001-C001", no),
    ]


def test_with_roles_its_login_sees_the_public_grids_and_its_own_tables(
    logins: Logins, host: PluginHost, clock: FixedClock, tmp_path: Path
) -> None:
    town = settle(Town(logins["app"], clock, reserved=logins["apply"]))
    databases = PluginDatabases(logins["app"], tmp_path, host.hook.onegrid_database_rules())
    with logins["postgres"].begin() as connection:  # `onegrid database roles --department market_regulation`
        make_login(connection, NAME, host.hook.onegrid_database_rules(), tmp_path)
    assert (folder_of(tmp_path, NAME) / ADDRESS).stat().st_mode & 0o077 == 0
    host.give_databases(databases)
    engine = Engine(town.database, host, clock=clock, reserved=town.reserved)
    served = Served(engine, "market_regulation.record_inspection", INPUTS)
    assert served.events[0][0] == "job.done"
    with logins["app"].connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM p_market_regulation.market_regulation_inspection")) == 1
    with pytest.raises(sa.exc.DBAPIError, match="permission denied"), logins["app"].begin() as connection:
        connection.exec_driver_sql("DELETE FROM p_market_regulation.market_regulation_inspection")


def test_with_roles_and_no_login_of_its_own_it_is_quarantined_and_says_what_to_do(
    logins: Logins, host: PluginHost, tmp_path: Path
) -> None:
    host.give_databases(PluginDatabases(logins["app"], tmp_path, host.hook.onegrid_database_rules()))
    record = next(record for record in host.records if record.name == NAME)
    assert record.stage == "database"
    assert "onegrid database roles --department market_regulation" in record.reason
