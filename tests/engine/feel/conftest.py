"""One isolate for all tests of FEEL: starting V8 takes a tenth of a second."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.feel import Feel


@pytest.fixture(scope="session")
def feel() -> Iterator[Feel]:
    with Feel() as feel:
        yield feel
