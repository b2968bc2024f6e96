"""The bureau on each database."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.clock import FixedClock
from engine.feel import Feel
from tests.engine.workers.bureau import Bureau, bureau_on


@pytest.fixture
def bureau(database: sa.Engine, clock: FixedClock, feel: Feel) -> Bureau:
    return bureau_on(database, clock, feel)
