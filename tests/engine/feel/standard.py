"""Cases of the standard: a table by chapter, an expression and its value."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
Cases = list[tuple[str, Any]]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def cases(tables: dict[str, Cases]) -> list[Any]:
    return [pytest.param(*case, id=f"{group}: {case[0]}") for group, cases in tables.items() for case in cases]


def same(one: Any, other: Any) -> bool:
    # True is 1 in Python
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)
