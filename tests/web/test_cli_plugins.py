"""`onegrid plugins list|doctor|enable|disable|reload|close-breaker`: what they say and write, whatever is broken."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from engine.db import connect
from engine.tables.people import OrgUnit
from engine.tables.plugins import PluginBreaker, PluginEvent, PluginSwitch
from tests.engine.plugins.workshop import install
from web.cli_plugins import plugins

GOOD = """
@hookimpl
def onegrid_plugin():
    return PluginInfo("good", "好", ">=1.0,<2")

@handler("good.tell", "说", outputs={"said": fields.String()})
def tell(ctx):
    return {"said": "好"}

@hookimpl
def onegrid_handlers():
    return [tell]
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with a good plugin and a broken one."""
    site = tmp_path / "site"
    site.mkdir()
    install(site, "good", GOOD)
    install(site, "broken", "import no_such_module")
    return site


@pytest.fixture
def at(tmp_path: Path, site: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An installation of its own, with its database; return that one's address."""
    for name in [name for name in os.environ if name.startswith("ONEGRID_")]:
        monkeypatch.delenv(name)
    shutil.copyfile(sqlite_template, tmp_path / "onegrid.db")
    monkeypatch.setenv("ONEGRID_HOME", str(tmp_path))
    monkeypatch.setenv("ONEGRID_PLUGINS", str(site))
    return f"sqlite:///{tmp_path / 'onegrid.db'}"


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(plugins, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def told(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json").stdout)


def of(described: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(each for each in described if each["name"] == name)


def test_the_list_names_every_plugin_with_its_state_and_reason(at: str) -> None:
    found = told("list")
    assert (of(found, "good")["state"], of(found, "good")["version"]) == ("ready", "1.0")
    assert of(found, "broken")["state"] == "quarantined"
    assert "no_such_module" in of(found, "broken")["reason"]
    assert "import: ModuleNotFoundError" in run("list").stdout


def test_the_doctor_ends_with_1_on_trouble_and_names_it(at: str) -> None:
    result = run("doctor")
    assert result.exit_code == 1
    assert "✗ 已隔离，import: ModuleNotFoundError" in result.stdout
    assert run("doctor", "good").exit_code == 0
    assert run("doctor", "nobody").exit_code == 1


@pytest.mark.parametrize("url", ["postgresql+psycopg://a:b@127.0.0.1:1/none", "sqlite:////no/such/folder/x.db"])
def test_they_work_when_plugins_are_broken_and_the_database_is_away(
    at: str, site: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEGRID_DATABASE_URL", url)
    monkeypatch.setenv("ONEGRID_STRICT_PLUGINS", "1")
    install(site, "good", "def")
    assert {of(told("list"), name)["state"] for name in ("good", "broken")} == {"quarantined"}
    found = told("doctor")
    assert found["ok"] is False
    assert found["database"] != "ok"
    assert run("doctor").exit_code == 1


def test_an_author_needs_no_database(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEGRID_DATABASE_URL", "postgresql+psycopg://a:b@127.0.0.1:1/none")
    assert run("doctor", "good", "--no-database").exit_code == 0


def test_what_an_operator_does_is_written_with_name_and_reason(at: str) -> None:
    database = connect(at)
    with Session(database) as session:
        session.add(OrgUnit(code="11", name="东县", kind="county", path="/11/"))
        session.add(PluginBreaker(plugin="good", failures=5, trips=1, retry_at=sa.func.now(), last_error="x"))
        session.commit()
    assert run("disable", "good", "--county", "11", "--reason", "升级").exit_code == 0
    assert run("reload", "good", "--reason", "新版本").exit_code == 0
    assert run("close-breaker", "good", "--reason", "已核实").exit_code == 0
    with Session(database) as session:
        assert session.get_one(PluginSwitch, ("good", "11")).enabled is False
        assert session.get_one(PluginBreaker, "good").retry_at is None
        events = session.scalars(sa.select(PluginEvent).order_by(PluginEvent.id)).all()
        assert [(event.event, event.county, event.reason) for event in events] == [
            ("disabled", "11", "升级"),
            ("reload", "", "新版本"),
            ("breaker.closed", "", "已核实"),
        ]
        assert all(event.actor_id.startswith("cli:") for event in events)
    assert of(told("list"), "good")["off"] == ["11"]
    assert run("enable", "good", "--county", "11", "--reason", "好了").exit_code == 0
    assert of(told("list"), "good")["off"] == []
    database.dispose()


@pytest.mark.parametrize("name", ["nobody", "grid_registry"])
def test_only_a_departments_plugin_is_switched(at: str, name: str) -> None:
    result = run("disable", name, "--reason", "试")
    assert (result.exit_code, "没有这个部门插件" in result.stderr) == (1, True)


def test_a_switch_needs_a_county_that_is_there_and_a_reason(at: str) -> None:
    assert run("disable", "good", "--county", "99", "--reason", "试").exit_code == 1
    assert run("disable", "good", "--reason", " ").exit_code == 1
    assert run("disable", "good").exit_code == 2
