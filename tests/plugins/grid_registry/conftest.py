"""The town, on one database or on both."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.clock import FixedClock
from tests.plugins.grid_registry.town import SECOND, URBAN, Town, creating, unit


@pytest.fixture
def town(sqlite: sa.Engine, clock: FixedClock) -> Town:
    """A town without units."""
    return Town(sqlite, clock)


@pytest.fixture
def both(database: sa.Engine, clock: FixedClock) -> Town:
    """A town on SQLite and on PostgreSQL in turn, without units."""
    return Town(database, clock)


def settle(town: Town) -> Town:
    """Six units in one community in two grids C001 (1-4) and C002 (5, 6); two in another in one grid."""
    town.units(*(unit(URBAN, number) for number in range(1, 7)), unit(SECOND, 1), unit(SECOND, 2))
    town.divide([*creating(URBAN, [1, 2, 3, 4], [5, 6]), *creating(SECOND, [1, 2])])
    return town


@pytest.fixture
def settled(town: Town) -> Town:
    return settle(town)


@pytest.fixture
def both_settled(both: Town) -> Town:
    return settle(both)


@pytest.fixture
def settled_on_postgres(postgres: sa.Engine, clock: FixedClock) -> Town:
    return settle(Town(postgres, clock))
