"""`onegrid plugins show`, on the plugins that are installed."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from web.cli import cli


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv("ONEGRID_HOME", str(tmp_path_factory.mktemp("home")))


def shown(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["plugins", "show", *arguments])
    return result.exit_code, result.output


def test_a_departments_handler_is_shown_in_every_form() -> None:
    code, page = shown("urban_management.replan_patrols")
    assert code == 0
    assert page.startswith("# ")
    assert "`urban_management.replan_patrols`" in page
    code, palette = shown("urban_management.replan_patrols", "--as", "palette")
    assert code == 0
    assert json.loads(palette)["elementType"] == {"value": "bpmn:ServiceTask"}
    assert (
        json.loads(shown("urban_management.replan_patrols", "--as", "json")[1])["id"]
        == "urban_management.replan_patrols"
    )
    assert "" in json.loads(shown("urban_management.replan_patrols", "--as", "texts")[1]).values()


def test_what_runs_in_the_plugins_process_has_no_rest_interface() -> None:
    code, said = shown("urban_management.replan_patrols", "--as", "openapi")
    assert code == 2
    assert "external" in said


def test_a_plugin_shows_all_its_handlers() -> None:
    code, palette = shown("grid_registry", "--as", "palette")
    assert code == 0
    assert {entry["category"]["id"] for entry in json.loads(palette)} == {"grid_registry"}


def test_a_name_that_is_not_there_is_answered_with_one_that_is() -> None:
    code, said = shown("urban_managment")
    assert code == 2
    assert "urban_management" in said
