"""The bureau's report, declared as data and shown by the host: each reader sees the rows of the own territory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.clock import FixedClock
from engine.errors import NotFound
from engine.plugins.checks import Unfit
from engine.plugins.content import Content
from engine.plugins.host import PluginHost
from engine.plugins.own_reports import reports_of
from engine.plugins.own_tables import OwnColumn, OwnTable
from engine.plugins.sources import installed
from engine.types import SYSTEM, Actor, Post
from plugins.grid_registry.reports import Sheet, readable, sheet
from tests.plugins.grid_registry.conftest import settle
from tests.plugins.grid_registry.town import Town
from tests.plugins.serving import Served
from web.own_databases import PluginDatabases

NAME = "market_regulation"
COUNTY, CITY = "/431100/431103/", "/431100/"


def person(group: str, unit: str, path: str) -> Actor:
    return Actor("p", "某人", posts=(Post(group, unit, path),))


STAFF = person("department_staff", "431103-AMR", f"{COUNTY}431103-AMR/")


@pytest.fixture
def engine(sqlite: sa.Engine, clock: FixedClock, tmp_path: Path) -> Iterator[Engine]:
    settle(Town(sqlite, clock))
    host = PluginHost()
    host.load(("plugins.grid_registry",), [source for source in installed() if source.name == NAME])
    host.give_databases(PluginDatabases(sqlite, tmp_path, host.hook.onegrid_database_rules()))
    engine = Engine(sqlite, host, clock=clock)
    for premises, hazard in (('"甲店"', "true"), ('"<b>乙</b>店"', "false")):
        inputs = {"grid": '"431103001001-C001"', "item": '"431103-AMR-015"', "premises": premises, "hazard": hazard}
        given = {**inputs, "licence": '"JY1"', "inspected_on": 'date("2026-12-01")'}
        assert Served(engine, f"{NAME}.record_inspection", given).state == "completed"
    yield engine
    host.close()


def seen(engine: Engine, actor: Actor, language: str = "zh") -> Sheet:
    with engine.begin(SYSTEM, write=False) as work:
        (report,) = work.reports
        return sheet(work.session, report, actor, language)


def test_the_bureaus_staff_see_their_county(engine: Engine) -> None:
    shown = seen(engine, STAFF)
    assert shown.title == "市场监管检查情况"
    assert shown.headings[:3] == ["检查编号", "网格", "经营场所"]
    assert [row[0] for row in shown.rows] == ["AMR-2026-00002", "AMR-2026-00001"]
    assert (shown.rows[1][3], shown.rows[1][4], shown.rows[1][6]) == ("食品摊贩、小作坊", "限期整改", "2026-12-16")
    assert (dict(shown.counts), shown.total) == ({"限期整改": 1, "合格": 1}, 2)
    assert seen(engine, STAFF, "en").headings[0] == "Number"


@pytest.mark.parametrize(
    ("actor", "total"),
    [
        (person("county_leader", "431103", COUNTY), 2),
        (person("auditor", "431100", CITY), 2),
        (person("county_leader", "431102", "/431100/431102/"), 0),
        (person("department_staff", "431102-AMR", "/431100/431102/431102-AMR/"), 0),
    ],
)
def test_each_reader_sees_the_rows_of_the_own_territory(engine: Engine, actor: Actor, total: int) -> None:
    assert seen(engine, actor).total == total


@pytest.mark.parametrize(
    "actor",
    [
        person("department_staff", "431103-UMB", f"{COUNTY}431103-UMB/"),
        person("township_clerk", "431103001", f"{COUNTY}431103001/"),
        Actor("n", "无岗位"),
    ],
)
def test_to_others_it_does_not_exist(engine: Engine, actor: Actor) -> None:
    with pytest.raises(NotFound):
        seen(engine, actor)
    with engine.begin(SYSTEM, write=False) as work:
        assert readable(work.reports, actor) == []


TABLE = OwnTable("x_row", None, (OwnColumn("grid_code", "TEXT"), OwnColumn("n", "TEXT")))
GOOD = {
    "title": {"zh": "表", "en": "T"},
    "table": "x_row",
    "place": "grid_code",
    "columns": [{"name": "n", "title": {"zh": "数", "en": "N"}}],
}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"table": "person"}, "the plugin has no table 'person'; it has x_row"),
        ({"place": "where"}, "no column where"),
        ({"count": "who"}, "no column who"),
        ({"columns": [{"name": "password_hash", "title": {"zh": "", "en": ""}}]}, "no column password_hash"),
        ({"title": {"zh": "表"}}, "KeyError: 'en'"),
        ({"columns": 1}, "TypeError"),
    ],
)
def test_a_report_shows_the_plugins_own_tables_and_says_what_is_wrong(
    change: dict[str, object], reason: str | None
) -> None:
    content = Content({"reports/r.json": json.dumps(GOOD | change).encode()})
    if reason is None:
        (report,) = reports_of("x", "XXX", content, [TABLE])
        assert (report.name, report.table) == ("r", "x_row")
        return
    with pytest.raises(Unfit, match=r"reports/r\.json") as refused:
        reports_of("x", "XXX", content, [TABLE])
    assert reason in str(refused.value)
