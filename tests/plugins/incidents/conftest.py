"""The desk, on one database or on both."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.clock import FixedClock
from engine.plugins.host import PluginHost
from tests.plugins.incidents.desk import Desk, furnish
from tests.plugins.serving import engine_on

PLUGINS = ["plugins.grid_registry", "plugins.notifications", "plugins.catalogue", "plugins.workforce"]


@pytest.fixture(scope="module")
def plugins() -> PluginHost:
    return PluginHost().load([*PLUGINS, "plugins.incidents"], (), strict=True)


@pytest.fixture
def desk(sqlite: sa.Engine, clock: FixedClock, plugins: PluginHost, tmp_path: Path) -> Desk:
    return furnish(engine_on(sqlite, plugins, clock, tmp_path), clock)


@pytest.fixture
def both(database: sa.Engine, clock: FixedClock, plugins: PluginHost, tmp_path: Path) -> Desk:
    return furnish(engine_on(database, plugins, clock, tmp_path), clock)
