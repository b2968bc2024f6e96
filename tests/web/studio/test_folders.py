"""What a start deploys of the folders, and what it leaves because somebody has gone on since."""

from __future__ import annotations

import logging
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from engine.application import Engine
from engine.errors import NotFound
from engine.types import SYSTEM
from tests.web.studio.conftest import Designer
from tests.web.studio.test_deploying import renamed
from web.cli_processes import deploy_command
from web.composition import deploy_processes
from web.config import Settings, read_settings

STONES = Path(__file__).parents[1] / "processes" / "stones"


@pytest.fixture
def settings(folder: Path, tmp_path: Path) -> Settings:
    shutil.copytree(STONES, folder / "stones")
    return replace(read_settings({"ONEGRID_HOME": str(tmp_path / "home")}), processes=folder)


def change(folder: Path, name: str) -> None:
    path = folder / "stones" / "stones.bpmn"
    path.write_text((STONES / "stones.bpmn").read_text("utf-8").replace('name="填写申请"', f'name="{name}"'), "utf-8")


def version(engine: Engine) -> int:
    with engine.begin(SYSTEM, write=False) as work:
        return work.definitions.latest("stones").version


def test_a_start_deploys_what_is_new_and_never_goes_back(engine: Engine, settings: Settings, caplog: Any) -> None:
    assert deploy_processes(engine, settings) == ["stones v1 采石"]
    change(settings.processes, "第二")
    assert deploy_processes(engine, settings) == ["stones v2 采石"]
    change(settings.processes, "填写申请")  # a machine with the files of yesterday starts again
    with caplog.at_level(logging.WARNING):
        assert deploy_processes(engine, settings) == []
    assert "another version was deployed since" in caplog.text
    assert version(engine) == 2
    assert deploy_processes(engine, settings, ()) == ["stones v3 采石"]  # asked for


def test_a_start_leaves_what_the_studio_deployed(
    engine: Engine, settings: Settings, designer: Designer, caplog: Any
) -> None:
    assert designer.deploy(renamed(designer)).status_code == 201
    assert deploy_processes(engine, settings) == []
    change(settings.processes, "磁盘上的")
    with caplog.at_level(logging.WARNING):
        assert deploy_processes(engine, settings) == []
        assert deploy_processes(engine, settings, ()) == []
    assert "changed on disk, and in the studio as well" in caplog.text
    assert "磁盘上的文件已修改" in designer.get("/studio/").text

    taken = designer.post("/studio/stones/folder/draft")
    assert taken.headers["Location"] == "/studio/stones"
    assert "磁盘上的" in designer.bundle()["draft"]["files"]["stones.bpmn"]
    assert deploy_processes(engine, settings, ["stones"]) == ["stones v3 采石"]
    assert "磁盘上的文件已修改" not in designer.get("/studio/").text


def test_a_folder_that_is_not_there(engine: Engine, settings: Settings) -> None:
    with pytest.raises(NotFound, match="pebbles"):
        deploy_processes(engine, settings, ["pebbles"])


def test_the_command_says_what_it_leaves(
    engine: Engine, settings: Settings, designer: Designer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.cli_processes.read_settings", lambda: settings)
    designer.deploy(renamed(designer))
    left = CliRunner().invoke(deploy_command, [], obj=lambda: engine)
    assert left.exit_code == 0
    assert "onegrid processes deploy stones" in left.output
    forced = CliRunner().invoke(deploy_command, ["stones"], obj=lambda: engine)
    assert forced.output == "stones v3 采石\n"
    assert CliRunner().invoke(deploy_command, ["pebbles"], obj=lambda: engine).exit_code == 2
