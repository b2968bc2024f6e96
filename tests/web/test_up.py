"""What `onegrid up` runs beside itself: a command in a process of its own, which ends with it."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from web import up


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that were begun."""
    begun: list[subprocess.Popen[bytes]] = []

    class Kept(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            begun.append(self)

    monkeypatch.setattr("web.up.subprocess.Popen", Kept)
    return begun


def test_a_command_runs_beside(children: list[subprocess.Popen[bytes]]) -> None:
    with up._beside(["--version"]):
        assert children[0].wait(60) == 0


def test_it_ends_with_the_server(children: list[subprocess.Popen[bytes]]) -> None:
    with up._beside(["--help"]):
        assert len(children) == 1
    assert children[0].returncode is not None


def test_nothing_runs_where_nothing_is_asked_for(children: list[subprocess.Popen[bytes]]) -> None:
    with up._beside([]):
        assert children == []
