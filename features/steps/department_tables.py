"""Steps of departments' own tables: what they declare, and what they hide in them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from features.steps.world import REVIEWER, World

if TYPE_CHECKING:
    from engine.plugins.record import PluginRecord

AUDITOR = "yz.auditor"
PAGE = "/grids/findings"
SHAPE = "POLYGON((111.6 26.4,111.7 26.4,111.7 26.5,111.6 26.4))"

TABLES = {
    "名为“责任片区”的数据表": ("ledger_责任片区", 'sa.Column("text", sa.Text)'),
    "带“边界”字段的数据表": ("ledger_entry", 'sa.Column("边界", sa.Text)'),
    "自编网格号的数据表": ("ledger_entry", 'sa.Column("grid_no", sa.Integer)'),
    "引用人员的数据表": ("ledger_entry", 'sa.Column("who", sa.ForeignKey("person.id"))'),
    "引用网格登记册的数据表": ("ledger_entry", 'sa.Column("grid_code", sa.ForeignKey("grid.code"))'),
}
SOURCE = """
import sqlalchemy as sa
from engine.plugin_api import Models, PluginInfo, hookimpl

METADATA = sa.MetaData()
sa.Table("{table}", METADATA, sa.Column("id", sa.Integer, primary_key=True), {column})

@hookimpl
def onegrid_plugin():
    return PluginInfo("ledger", "台账", ">=1.0,<2", department="TST")

@hookimpl
def onegrid_models():
    return Models(METADATA, "versions")
"""


@when(parsers.re("一个部门的插件声明(?P<table>.+)"), target_fixture="record")
def a_department_declares(table: str, tmp_path: Path) -> PluginRecord:
    from engine.plugins.host import PluginHost
    from engine.plugins.sources import Source

    name, column = TABLES[table]
    (tmp_path / "ledger_plugin.py").write_text(SOURCE.format(table=name, column=column), encoding="utf-8")
    host = PluginHost().load(departments=[Source("ledger", "ledger_plugin", site=tmp_path)])
    host.close()
    return next(record for record in host.records if record.name == "ledger")


@then(parsers.parse("该插件不予加载，理由是“{reason}”"))
def it_is_not_loaded(record: PluginRecord, reason: str) -> None:
    assert (record.state, record.stage) == ("quarantined", "models")
    assert reason in record.reason


@then("该插件可以使用")
def it_is_ready(record: PluginRecord) -> None:
    assert (record.state, record.reason) == ("ready", "")


@given("一个部门在备注里藏着一个图形")
def a_shape_is_hidden(world: World, tmp_path: Path) -> None:
    from engine.plugins.host import PluginHost
    from web import hookspecs
    from web.own_databases import FILE, PluginDatabases, folder_of

    with closing(sqlite3.connect(folder_of(tmp_path, "ledger") / FILE)) as connection, connection:
        connection.execute("CREATE TABLE ledger_entry (note text)")
        connection.execute("INSERT INTO ledger_entry VALUES (?)", [SHAPE])
    host = PluginHost(hookspecs=(hookspecs,)).load(departments=(), strict=True)
    host.give_databases(PluginDatabases(world.database, tmp_path, host.hook.onegrid_database_rules()))
    world.install_own(host)


@when("每日凌晨的检查已经进行")
def the_nightly_look(world: World) -> None:
    from engine.starting import start_due

    world.wait(timedelta(days=1))
    start_due(world.engine)
    world.settle()


@then("审计人员在“另行划分线索”里看到这个图形")
def the_auditor_sees_it(world: World) -> None:
    page = world.browser(AUDITOR).open(PAGE)
    assert "ledger_entry.note" in page.text
    assert SHAPE in page.text


@when(parsers.parse("审计人员写明“{reason}”并确认核查"))
def the_auditor_reviews(world: World, reason: str) -> None:
    world.browser(AUDITOR).open(PAGE).form("已核查").fill({"reason": reason}).press("已核查")


@then(parsers.parse("“另行划分线索”里写着“{reason}”，不再待核查"))
def it_is_reviewed(world: World, reason: str) -> None:
    page = world.browser(AUDITOR).open(PAGE)
    assert reason in page.text
    assert not page.find("//textarea")


@then("县级审核人打不开“另行划分线索”")
def the_reviewer_may_not(world: World) -> None:
    browser = world.browser(REVIEWER)
    assert "另行划分线索" not in browser.open("/tasks").text
    assert browser.client.get(PAGE).status_code == 403
