"""What the tests of the process folders share: the bundle as deployed, and one isolate for all expressions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.bundle import Bundle, read_bundle
from engine.feel import Feel

FOLDER = Path(__file__).parents[2] / "processes" / "grid_division"


@pytest.fixture(scope="session")
def feel() -> Iterator[Feel]:
    with Feel() as feel:
        yield feel


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    return read_bundle(FOLDER)
