"""What the tests of trials stand on: the real FEEL, a moment, and a way to run a diagram and keep its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from engine.clock import TIMEZONE
from engine.feel import Feel
from engine.trial.running import Wish, run

NINE = datetime(2026, 12, 1, 9, tzinfo=TIMEZONE)


@pytest.fixture(scope="session")
def feel() -> Iterator[Feel]:
    """One V8 for all."""
    with Feel() as shared:
        yield shared


class Tried:
    """How a trial ended: its exit code and its lines."""

    def __init__(self, code: int, lines: list[dict[str, Any]]) -> None:
        self.code, self.lines = code, lines

    @property
    def passed(self) -> list[str]:
        return [f"{line['event']} {line['element']}" for line in self.lines]

    @property
    def entered(self) -> list[str]:
        return [line["element"] for line in self.lines if line["event"] == "enter"]

    @property
    def last(self) -> dict[str, Any]:
        return self.lines[-1]


@pytest.fixture
def tried(feel: Feel) -> Callable[..., Tried]:
    """Run a diagram."""

    def go(content: bytes, **wishes: Any) -> Tried:
        lines: list[dict[str, Any]] = []
        code = run(Wish("p.bpmn", content, NINE, **wishes), feel, lines.append)
        return Tried(code, lines)

    return go
