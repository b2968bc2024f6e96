"""The departments' plugins of this repository keep to what is asked of any department's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.testing.conformance import CONTRACT, faults
from tests.processes.texts import chinese_texts

FOLDERS = sorted(
    path.parent for path in (Path(__file__).parents[2] / "plugins" / "departments").glob("*/pyproject.toml")
)

each_department = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


@each_department
def test_it_conforms(folder: Path) -> None:
    assert faults(folder) == []
    assert (folder / CONTRACT).exists(), "what it promises is written down: onegrid plugins test --accept"


@each_department
def test_every_text_of_its_content_has_an_english_one(folder: Path) -> None:
    for content in folder.glob("src/*/content"):
        files = {path.name: path.read_bytes() for path in content.rglob("*") if path.is_file()}
        english = json.loads(files.get("en.i18n.json", b"{}"))
        assert chinese_texts(files) - set(english) == set()
        assert [text for text, translated in english.items() if not translated.strip()] == []


@each_department
def test_a_process_of_its_own_says_by_scenarios_what_it_is_for(folder: Path) -> None:
    for content in folder.glob("src/*/content"):
        for diagram in content.glob("processes/*.bpmn"):
            assert (content / "scenarios" / f"{diagram.stem}.feature").exists()


def test_a_department_that_cannot_program_ships_a_plugin_all_the_same() -> None:
    housing = next(folder for folder in FOLDERS if folder.name == "housing")
    code = [path for path in housing.rglob("*.py") if "build" not in path.parts]
    assert {path.name for path in code} == {"__init__.py", "plugin.py"}
    assert "@handler" not in (housing / "src/onegrid_housing/plugin.py").read_text("utf-8")
