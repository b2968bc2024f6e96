"""Which files are checked together."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.trial.units import MOST_DIAGRAMS, Unreadable, read, units


def test_a_file_is_checked_with_what_lies_beside_it(tmp_path: Path) -> None:
    for name in ("a.bpmn", "b.bpmn", "d.dmn", "f.form.json", "notes.txt"):
        (tmp_path / name).write_text("x")
    (unit,) = units(tmp_path / "a.bpmn")
    assert list(unit.files) == ["a.bpmn"]
    assert sorted(unit.beside) == ["b.bpmn", "d.dmn", "f.form.json"]


def test_a_folder_of_a_few_files_is_one_bundle(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    for name in ("a.bpmn", "inner/d.dmn"):
        (tmp_path / name).write_text("x")
    (unit,) = units(tmp_path)
    assert sorted(unit.files) == ["a.bpmn", "inner/d.dmn"]


def test_folders_beside_each_other_are_bundles_each(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "p.bpmn").write_text("x")
    assert [Path(unit.path).name for unit in units(tmp_path)] == ["one", "two"]


def test_a_folder_of_many_diagrams_is_a_collection(tmp_path: Path) -> None:
    for number in range(MOST_DIAGRAMS + 1):
        (tmp_path / f"{number:02}.bpmn").write_text("x")
    found = list(units(tmp_path))
    assert [list(unit.files) for unit in found] == [[f"{number:02}.bpmn"] for number in range(MOST_DIAGRAMS + 1)]
    assert all(not unit.beside for unit in found)


def test_a_file_of_any_name_is_taken_for_a_diagram(tmp_path: Path) -> None:
    (tmp_path / "odd.xml").write_text("x")
    (unit,) = units(tmp_path / "odd.xml")
    assert list(unit.files) == ["odd.xml.bpmn"]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.bpmn")
    for name in ("missing.bpmn", "pipe.bpmn", "a\0b.bpmn", "x" * 5000):
        with pytest.raises(Unreadable):
            read(tmp_path / name)
