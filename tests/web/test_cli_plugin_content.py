"""`onegrid plugins content` and `deploy`: a plugin's files, as its process hands them over, and their deployment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from engine.application import Engine
from engine.clock import FixedClock
from engine.contents import inspect_contents
from engine.feel import Feel
from engine.tables.definitions import Deployment, ProcessDefinition
from engine.types import SYSTEM
from tests.engine.bpmn.drawing import draw, props, user
from tests.engine.plugins.workshop import PLUGIN, install, load
from web.cli_plugin_content import content_command, deploy_command

LANE = props(group="clerk", unit='"1-a"')
CONTENT = """
import pathlib

@hookimpl
def onegrid_content():
    return pathlib.Path(__file__).with_name("{name}_content")
"""


def diagram(key: str, form: str) -> bytes:
    content = draw(user("a", form=form), flows="s>a a>e", lane=LANE)
    return content.replace(b'<bpmn:process id="p"', f'<bpmn:process id="{key}"'.encode())


def ship(site: Path, name: str, files: dict[str, bytes]) -> None:
    install(site, name, PLUGIN.format(name=name) + CONTENT.format(name=name))
    for path, data in files.items():
        file = site / f"{name}_content" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


@pytest.fixture
def engine(sqlite: sa.Engine, clock: FixedClock, tmp_path: Path) -> Iterator[Engine]:
    form = Path(__file__).parents[1] / "fixtures" / "purchase" / "note.form.json"
    ship(
        tmp_path,
        "fire",
        {"processes/drill.bpmn": diagram("fire-drill", "note"), "forms/note.form.json": form.read_bytes()},
    )
    ship(tmp_path, "water", {"processes/drill.bpmn": diagram("drill", "note")})
    ship(tmp_path, "words", {"docs/zh.md": b"# \xe6\xb0\xb4"})
    host = load(tmp_path)
    with Feel() as feel:
        yield Engine(sqlite, host, clock=clock, feel=feel)
    host.close()


def run(engine: Engine, command: click.Command, *arguments: str) -> Result:
    result = CliRunner().invoke(command, list(arguments), obj=lambda: engine)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def deployed(engine: Engine) -> list[tuple[str, str, str]]:
    with engine.begin(SYSTEM, write=False) as work:
        rows = work.session.execute(
            sa.select(ProcessDefinition.key, Deployment.owner, Deployment.reason).join(Deployment)
        )
        return [(key, owner, reason) for key, owner, reason in rows]


def test_content_is_judged_when_it_is_loaded(engine: Engine) -> None:
    with engine.begin(SYSTEM, write=False) as work:
        assert inspect_contents(engine, work) == {"water"}
    found = {record.name: [each.code for each in record.findings] for record in engine.plugins.records}
    assert found["fire"] == found["words"] == []
    assert set(found["water"]) >= {"owner.process-id", "form.unknown"}


def test_content_is_listed_with_what_is_wrong_with_it(engine: Engine) -> None:
    result = run(engine, content_command, "--json")
    assert result.exit_code == 2
    said = {each["plugin"]: each for each in json.loads(result.stdout)}
    assert said["fire"] == {"plugin": "fire", "files": ["forms/note.form.json", "processes/drill.bpmn"], "findings": []}
    assert any(line.startswith("processes/drill.bpmn:") and "<drill>" in line for line in said["water"]["findings"])
    assert run(engine, content_command, "fire").exit_code == 0


def test_content_is_deployed_in_the_plugins_name(engine: Engine) -> None:
    result = run(engine, deploy_command, "fire", "--reason", "演练")
    assert (result.exit_code, result.stdout.split()[:2]) == (0, ["fire-drill", "v1"])
    assert deployed(engine) == [("fire-drill", "fire", "演练")]
    assert run(engine, deploy_command, "fire", "--reason", "再次").exit_code == 0
    assert len(deployed(engine)) == 1


def test_content_with_errors_is_not_deployed(engine: Engine) -> None:
    result = run(engine, deploy_command, "water", "--reason", "演练")
    assert result.exit_code == 2
    assert "是否应为“water-drill”？" in result.stderr
    assert deployed(engine) == []


@pytest.mark.parametrize("name", ["words", "nobody"])
def test_what_is_not_there_is_not_deployed(engine: Engine, name: str) -> None:
    assert run(engine, deploy_command, name, "--reason", "演练").exit_code == 1
    assert deployed(engine) == []


def test_a_deployment_has_a_reason(engine: Engine) -> None:
    assert run(engine, deploy_command, "fire", "--reason", " ").exit_code == 2
    assert deployed(engine) == []
