"""The examples of engine/README.md, word for word, in an empty folder with a process beside them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
README = (ROOT / "engine" / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_engine_is_used_in_ten_lines(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(Path(__file__).with_name("plain"), folder / "purchase")
    example = EXAMPLES[0]
    assert len([line for line in example.splitlines() if line.strip()]) <= 10
    known: dict[str, object] = {}
    exec(compile(example, "engine/README.md", "exec"), known)  # noqa: S102  our own README
    known["engine"].database.dispose()  # type: ignore[attr-defined]
    assert capsys.readouterr().out == "采购 chair ['申请']\n"
    assert (folder / "cases.db").exists()


def test_the_test_kit_is_used_as_shown(folder: Path) -> None:
    shutil.copytree(Path(__file__).with_name("purchase"), folder / "purchase")
    known: dict[str, object] = {}
    exec(compile(EXAMPLES[1], "engine/README.md", "exec"), known)  # noqa: S102  our own README
    known["stage"].close()  # type: ignore[attr-defined]
