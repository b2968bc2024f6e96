"""The nightly look at departments' data: on both databases, by its own process, and what becomes of what it finds."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from engine.application import Engine
from engine.bundle import read_bundle
from engine.clock import FixedClock
from engine.errors import Forbidden, NotFound
from engine.plugins.host import PluginHost
from engine.starting import start_due
from engine.tables.history import HistoryEvent
from engine.testing import drain
from engine.types import SYSTEM, Actor, Post
from plugins.grid_registry import watch
from plugins.grid_registry.command import grids
from tests.fixtures.databases import Logins
from tests.plugins.grid_registry.conftest import settle
from tests.plugins.grid_registry.town import Town
from web.own_databases import FILE, PluginDatabases, folder_of

WKT = "POLYGON((111.6 26.4,111.7 26.4,111.7 26.5,111.6 26.4))"
AUDITOR = Actor("u1", "审计员", posts=(Post("auditor", "431100", "/431100/"),))
PROCESS = Path(__file__).parents[3] / "processes" / "hidden_divisions"


def keep(databases: PluginDatabases, home: Path, values: list[str], logins: Logins | None = None) -> None:
    """Write what a department called police keeps."""
    if logins is None:
        engine = sa.create_engine(f"sqlite:///{folder_of(home, 'police') / FILE}")
    else:
        engine = logins["dept_police"]
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS police_record (note text)")
        for value in values:
            connection.execute(sa.text("INSERT INTO police_record VALUES (:note)"), {"note": value})
    if logins is None:
        engine.dispose()
    assert databases.names() == ["police"]


@pytest.fixture
def databases(sqlite: sa.Engine, tmp_path: Path, clock: FixedClock) -> PluginDatabases:
    settle(Town(sqlite, clock))
    return PluginDatabases(sqlite, tmp_path, [])


def looked(engine: sa.Engine, databases: PluginDatabases, clock: FixedClock) -> list[watch.Finding]:
    town = Town(engine, clock, build=False)
    with town.session() as session:
        watch.watch(session, databases, clock.now())
    with town.session() as session:
        return watch.findings(session)


def test_what_a_department_hides_is_found_on_sqlite(
    sqlite: sa.Engine, databases: PluginDatabases, tmp_path: Path, clock: FixedClock
) -> None:
    keep(databases, tmp_path, ["好", WKT])
    (found,) = looked(sqlite, databases, clock)
    assert (found.plugin, found.table, found.column, found.kind, found.count) == (
        "police", "police_record", "note", "shape", 1,
    )  # fmt: skip
    assert found.sample == WKT


def test_what_a_department_hides_is_found_on_postgresql_with_roles(
    logins: Logins, tmp_path: Path, clock: FixedClock
) -> None:
    settle(Town(logins["app"], clock, reserved=logins["apply"]))
    databases = PluginDatabases(logins["app"], tmp_path, [])
    keep(databases, tmp_path, [WKT, "梅湾路、永州大道、翠竹苑、滨江里"], logins)
    assert {(found.kind, found.count) for found in looked(logins["app"], databases, clock)} == {
        ("shape", 1),
        ("places", 1),
    }


def test_a_reviewed_finding_stays_so_until_there_is_twice_as_much(
    sqlite: sa.Engine, databases: PluginDatabases, tmp_path: Path, clock: FixedClock
) -> None:
    keep(databases, tmp_path, [WKT])
    (found,) = looked(sqlite, databases, clock)
    town = Town(sqlite, clock, build=False)
    for _ in range(2):  # a form that is sent twice
        with town.session() as session:
            watch.review(session, AUDITOR, found.id, "误报：软件样例数据", clock.now())
    first_seen = clock.now()
    clock.advance(timedelta(days=1))
    (found,) = looked(sqlite, databases, clock)
    assert found.review is not None
    assert (found.review.reason, found.review.by_name) == ("误报：软件样例数据", "审计员")
    assert (found.first_seen, found.last_seen) == (first_seen, clock.now())
    with sqlite.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM division_finding_review")) == 1
    keep(databases, tmp_path, [WKT])
    (found,) = looked(sqlite, databases, clock)
    assert found.review is None


def test_only_an_auditor_reviews_and_only_what_is_there(
    sqlite: sa.Engine, databases: PluginDatabases, tmp_path: Path, clock: FixedClock
) -> None:
    keep(databases, tmp_path, [WKT])
    (found,) = looked(sqlite, databases, clock)
    town = Town(sqlite, clock, build=False)
    with pytest.raises(Forbidden), town.session() as session:
        watch.review(session, Actor("u2", "别人"), found.id, "没事", clock.now())
    with pytest.raises(NotFound), town.session() as session:
        watch.review(session, AUDITOR, "none", "没事", clock.now())
    with pytest.raises(ValueError, match="reason"), town.session() as session:
        watch.review(session, AUDITOR, found.id, " ", clock.now())


@pytest.fixture
def engine(sqlite: sa.Engine, databases: PluginDatabases, clock: FixedClock) -> Engine:
    host = PluginHost()
    host.load(("plugins.grid_registry",), ())
    host.give_databases(databases)
    engine = Engine(sqlite, host, clock=clock)
    with engine.begin(SYSTEM) as work:
        work.definitions.deploy(read_bundle(PROCESS), "test")
    return engine


def test_the_process_looks_every_night(
    engine: Engine, databases: PluginDatabases, tmp_path: Path, clock: FixedClock
) -> None:
    keep(databases, tmp_path, [WKT])
    for _ in range(2):
        clock.advance(timedelta(days=1))
        start_due(engine)
        drain(engine)
    with engine.begin(SYSTEM, write=False) as work:
        done = work.session.scalars(sa.select(HistoryEvent).where(HistoryEvent.event == "job.done")).all()
        assert [row.detail for row in done] == [{"findings": 1}, {"findings": 1}]
        assert len(watch.findings(work.session)) == 1


def test_the_command_looks_at_once(engine: Engine, databases: PluginDatabases, tmp_path: Path) -> None:
    def run(*arguments: str) -> Any:
        return CliRunner().invoke(grids, ["hidden-divisions", *arguments], obj=lambda: engine)

    assert run().exit_code == 0
    keep(databases, tmp_path, [WKT])
    result = run()
    assert result.exit_code == 1
    assert "police: police_record.note" in result.output
    (found,) = json.loads(run("--json").output)
    assert (found["kind"], found["review"]) == ("shape", None)


def test_a_file_that_is_no_database_is_told_and_does_not_stop_the_look_at_others(
    sqlite: sa.Engine, databases: PluginDatabases, tmp_path: Path, clock: FixedClock
) -> None:
    (folder_of(tmp_path, "broken") / FILE).write_bytes(b"no database" * 100)
    engine = sa.create_engine(f"sqlite:///{folder_of(tmp_path, 'police') / FILE}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE police_record (note text)")
        connection.execute(sa.text("INSERT INTO police_record VALUES (:note)"), {"note": WKT})
    engine.dispose()
    assert {(found.plugin, found.kind) for found in looked(sqlite, databases, clock)} == {
        ("broken", "unreadable"),
        ("police", "shape"),
    }
