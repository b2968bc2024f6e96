"""The last revision of a folder, read without Alembic: only where the texts say it plainly."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.plugins.database import head_of

FIRST = 'revision = "1"\ndown_revision = None\n'
SECOND = 'revision: str = "2"\ndown_revision: str | None = "1"\n'


@pytest.mark.parametrize(
    ("files", "head"),
    [
        ([FIRST], "1"),
        ([FIRST, SECOND], "2"),
        ([], None),
        ([SECOND], None),
        ([FIRST, SECOND, SECOND.replace("2", "3")], None),
        ([FIRST, 'revision = "2"\ndown_revision = ("1", "0")\n'], None),
        ([FIRST, 'revision, down_revision = "2", "1"\n'], None),
        ([FIRST, "x = 1\n"], None),
    ],
)
def test_the_head(tmp_path: Path, files: list[str], head: str | None) -> None:
    for number, text in enumerate(files):
        (tmp_path / f"{number}.py").write_text(text)
    assert head_of(tmp_path) == head
