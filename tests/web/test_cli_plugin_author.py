"""`onegrid plugins init` writes a plugin that passes its own tests; `plugins test` tells what is wrong with one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.testing.conformance import faults
from web.cli import cli


def onegrid(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["plugins", *arguments])


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    parent = tmp_path_factory.mktemp("authors")
    result = onegrid("init", "street_lights", "--title", "路灯所", "--department", "LGT", "--dir", str(parent))
    assert result.exit_code == 0, result.output
    return parent / "street_lights"


@pytest.fixture
def plugin(written: Path, tmp_path: Path) -> Path:
    """A copy to be changed."""
    folder = tmp_path / "street_lights"
    for file in (path for path in written.rglob("*") if path.is_file() and path.suffix != ".pyc"):
        target = folder / file.relative_to(written)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    return folder


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_new_plugin_passes_its_own_tests_at_once(written: Path) -> None:
    run = subprocess.run(
        [Path(sys.executable).with_name("onegrid"), "plugins", "test", str(written)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "4 passed" in run.stdout


def test_a_new_plugin_has_everything_a_department_starts_from(written: Path) -> None:
    kinds = {path.name.partition(".")[2] for path in written.rglob("*") if path.is_file()}
    assert {"toml", "md", "py", "bpmn", "form.json", "i18n.json", "feature", "json"} <= kinds


@pytest.mark.parametrize("name", ["Street", "1st", "a-b", "路灯", ""])
def test_a_name_that_cannot_be_one_is_refused(name: str, tmp_path: Path) -> None:
    result = onegrid("init", name, "--dir", str(tmp_path))
    assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("title", ['"', "a\\b", "<a>", "a&b", "$x", "{name}", "x" * 61])
def test_a_title_that_would_break_a_file_is_refused(title: str, tmp_path: Path) -> None:
    assert onegrid("init", "lights", "--title", title, "--dir", str(tmp_path)).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(written: Path) -> None:
    result = onegrid("init", "street_lights", "--dir", str(written.parent))
    assert result.exit_code == 2
    assert "不是空的" in result.output


def test_a_promise_that_is_taken_back_is_said(plugin: Path) -> None:
    change(
        plugin / "src/onegrid_street_lights/handlers.py", '"NOT_OURS": "不归本部门管理"', '"NOT_MINE": "不归本部门管理"'
    )
    assert "street_lights.plan_work：错误 NOT_OURS 没有了" in faults(plugin)


def test_a_promise_may_be_made_anew(plugin: Path) -> None:
    (plugin / "contract.json").write_text("[]", encoding="utf-8")
    assert any("contract.json" in fault for fault in faults(plugin))
    (plugin / "tests/test_plugin.py").unlink()
    (plugin / "tests").rmdir()
    assert onegrid("test", str(plugin), "--accept").exit_code == 0
    assert list(json.loads((plugin / "contract.json").read_text("utf-8"))) == ["street_lights.plan_work"]


FAULTS = {
    "a diagram that calls what is not there": (
        "content/processes/street_lights_work.bpmn",
        ('id="amount" type', 'id="amuont" type'),
        "amuont",
    ),
    "a scenario that does not come true": (
        "content/scenarios/street_lights_work.feature",
        ("`work.days = 2`", "`work.days = 3`"),
        "条件不成立",
    ),
    "a process of another's name": (
        "content/processes/street_lights_work.bpmn",
        ("street_lights-work", "grid-division"),
        "owner.process-id",
    ),
    "a module that does not load": ("plugin.py", ("from importlib", "import nowhere\nfrom importlib"), "nowhere"),
    "a handler of another's name": (
        "handlers.py",
        ('"street_lights.plan_work"', '"lights.plan_work"'),
        "lights.plan_work",
    ),
}


@pytest.mark.parametrize(("file", "changed", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_what_is_wrong_is_said(file: str, changed: tuple[str, str], words: str, plugin: Path) -> None:
    change(plugin / "src/onegrid_street_lights" / file, *changed)
    assert words in "\n".join(faults(plugin))


def test_a_folder_that_is_no_plugin_is_said(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path)
    assert "pyproject.toml" in fault


def test_the_doctor_finds_a_new_plugin_well_without_an_installation(
    written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEGRID_HOME", str(tmp_path))
    monkeypatch.setenv("ONEGRID_PLUGINS", str(written))
    result = onegrid("doctor", "street_lights", "--no-database")
    assert result.exit_code == 0, result.output
    assert "street_lights" in result.output
