"""One transaction for a request or a job: the system commits in exactly one place, the unit of work."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("engine", "plugins", "web")


def commits(source: str) -> list[int]:
    """Return the lines on which something is committed, by a call or by handing the method on."""
    committing = []
    for node in ast.walk(ast.parse(source)):
        by_method = isinstance(node, ast.Attribute) and node.attr == "commit"
        by_statement = isinstance(node, ast.Constant) and str(node.value).strip(" ;") == "COMMIT"
        if by_method or by_statement:
            committing.append(node.lineno)
    return committing


def test_the_unit_of_work_is_the_only_place_that_commits() -> None:
    found = [
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if "node_modules" not in path.parts
        for _ in commits(path.read_text())
    ]
    assert found == ["engine/work.py"]


@pytest.mark.parametrize(
    "line", ["db.session.commit()", "then = session.commit", 'connection.exec_driver_sql("COMMIT")']
)
def test_a_second_commit_would_be_noticed(line: str) -> None:
    assert commits(line) == [1]
