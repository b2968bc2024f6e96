"""The watch of a worker's plugins: what it replaces, what it reports; and what operators are told of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.clock import FixedClock
from engine.feel import Feel
from engine.findings import Finding, Severity
from engine.plugin_health import PluginHealth, survey
from engine.plugin_watch import PluginWatch
from engine.plugins.host import PluginHost
from engine.plugins.sources import installed_in
from engine.types import SYSTEM
from tests.engine.plugins.workshop import install, uninstall

PLUGIN = """
from engine.plugin_api import Check

@hookimpl
def onegrid_plugin():
    return PluginInfo("lamps", "路灯", ">=1.0,<2")

@handler("lamps.tell", "说", outputs={"said": fields.String()})
def tell(ctx):
    return {"said": "好"}

@hookimpl
def onegrid_handlers():
    return [tell]

@hookimpl
def onegrid_health(ctx):
    return [Check("灯杆", True), Check("电表", OK, "读数不来", "查线路")]
"""


def plugin(ok: bool = True) -> str:
    return PLUGIN.replace("OK", str(ok))


@pytest.fixture
def engine(tmp_path: Path, sqlite: sa.Engine, clock: FixedClock, feel: Feel) -> Iterator[Engine]:
    site = tmp_path / "site"
    site.mkdir()
    install(site, "lamps", plugin())
    host = PluginHost().load((), lambda: installed_in(site))
    yield Engine(sqlite, host, clock=clock, feel=feel, home=tmp_path)
    host.close()


def site(engine: Engine) -> Path:
    return engine.home / "site"


def ask_for_a_reload(engine: Engine) -> None:
    with engine.begin(SYSTEM) as work:
        work.plugin_log.write("lamps", "reload", reason="修好了")


def health(engine: Engine, *, ask: bool = False) -> dict[str, PluginHealth]:
    with engine.begin(SYSTEM, write=False) as work:
        return {each.name: each for each in survey(engine.plugins, work, ask=ask)}


def test_a_reload_that_was_asked_for_is_done_once(engine: Engine) -> None:
    ask_for_a_reload(engine)
    watch = PluginWatch(engine, reports=False)
    assert watch.look() == []  # this process began after it was asked for
    ask_for_a_reload(engine)
    assert watch.look() == ["lamps"]
    assert watch.look() == []


def test_a_version_changed_on_disk_is_taken_up_though_the_database_is_away(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = PluginWatch(engine, reports=False)
    install(site(engine), "lamps", plugin(), version="2.0")

    def away(*_: object, **__: object) -> None:
        raise sa.exc.OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(engine, "begin", away)
    with pytest.raises(sa.exc.OperationalError):
        watch.look()
    assert engine.plugins.records[0].version == "2.0"


def test_what_a_worker_reports_is_seen_by_others_while_it_is_fresh(engine: Engine, clock: FixedClock) -> None:
    PluginWatch(engine, reports=True).look()
    (said,) = health(engine)["lamps"].workers.values()
    assert (said["state"], said["version"], said["lanes"], said["handlers"]) == ("ready", "1.0", 1, 1)
    assert [check["ok"] for check in said["checks"]] == [True, True]
    assert health(engine)["lamps"].ok
    clock.advance(timedelta(minutes=3))
    assert health(engine)["lamps"].workers == {}


def test_a_check_that_fails_is_trouble(engine: Engine) -> None:
    install(site(engine), "lamps", plugin(ok=False), version="2.0")
    PluginWatch(engine, reports=True).look()
    assert [remark.code for remark in health(engine)["lamps"].remarks] == ["check"]
    found = health(engine, ask=True)["lamps"]
    assert not found.ok
    assert [remark.message_zh for remark in found.remarks] == ["检查未通过：电表：读数不来：查线路"]


def test_a_check_is_given_the_settings_and_is_left_out_where_they_cannot_be_read(engine: Engine) -> None:
    source = plugin().replace('">=1.0,<2")', '">=1.0,<2", settings={"pole": fields.String()})')
    install(
        site(engine), "lamps", source.replace('Check("灯杆", True)', "Check(ctx.settings['pole'], True)"), version="2.0"
    )
    engine.plugins.refresh()
    with engine.begin(SYSTEM) as work:
        work.settings.put("lamps", "pole", "一号")
    PluginWatch(engine, reports=True).look()
    (said,) = health(engine)["lamps"].workers.values()
    assert said["checks"][0]["name"] == "一号"
    (away,) = survey(engine.plugins, None, ask=True)
    assert (away.host["checks"], away.ok) == ([], True)


def test_errors_of_its_content_are_trouble(engine: Engine) -> None:
    engine.plugins.records[0].findings = [Finding(Severity.ERROR, "x", "a.bpmn", 3, None, "坏", "bad")]
    found = health(engine)["lamps"]
    assert (found.ok, [remark.code for remark in found.remarks]) == (False, ["content"])


def test_a_version_that_was_refused_is_a_warning_and_a_quarantine_is_trouble(engine: Engine) -> None:
    install(site(engine), "lamps", "import no_such_module", version="2.0")
    watch = PluginWatch(engine, reports=False)
    watch.look()
    found = health(engine)["lamps"]
    assert (found.ok, [remark.code for remark in found.remarks]) == (True, ["warning"])
    uninstall(site(engine), "lamps_plugin")
    watch.look()
    install(site(engine), "lamps", "import no_such_module", version="2.0")
    watch.look()
    found = health(engine)["lamps"]
    assert (found.ok, [remark.code for remark in found.remarks]) == (False, ["quarantined"])


def test_what_the_database_knows_is_told(engine: Engine) -> None:
    with engine.begin(SYSTEM) as work:
        work.switches.turn("lamps", "", on=False, reason="检修")
        for _ in range(5):
            work.breakers.failed("lamps", "没有应答")
        work.breakers.failed("ghost", "x")
    found = health(engine)
    assert {remark.code for remark in found["lamps"].remarks} == {"breaker", "off"}
    assert found["lamps"].breaker == "open"
    assert not found["lamps"].ok
    assert found["ghost"].host["state"] == "missing"


def test_a_slow_import_is_remarked_on(engine: Engine) -> None:
    engine.plugins.records[0].seconds = 2.5
    (remark,) = health(engine)["lamps"].remarks
    assert (remark.severity, remark.message_en) == ("warning", "the import took 2.5 s")
