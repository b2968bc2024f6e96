"""The desk, on one database or on both; the stage, a county whose processes are deployed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.clock import TIMEZONE, FixedClock
from engine.db import connect
from engine.plugins.host import PluginHost
from tests.plugins.incidents.desk import Desk, furnish
from tests.plugins.incidents.stage import Stage
from tests.plugins.incidents.stage import furnish as furnish_county
from tests.plugins.serving import engine_on
from web import hookspecs

PLUGINS = ["plugins.grid_registry", "plugins.notifications", "plugins.catalogue", "plugins.workforce"]
START = datetime(2026, 12, 1, 9, 0, tzinfo=TIMEZONE)


@pytest.fixture(scope="module")
def plugins() -> PluginHost:
    return PluginHost().load([*PLUGINS, "plugins.incidents"], (), strict=True)


@pytest.fixture
def desk(sqlite: sa.Engine, clock: FixedClock, plugins: PluginHost, tmp_path: Path) -> Desk:
    return furnish(engine_on(sqlite, plugins, clock, tmp_path), clock)


@pytest.fixture
def both(database: sa.Engine, clock: FixedClock, plugins: PluginHost, tmp_path: Path) -> Desk:
    return furnish(engine_on(database, plugins, clock, tmp_path), clock)


@pytest.fixture(scope="session")
def with_pages() -> PluginHost:
    """The core plugins with their pages, as the processes of a whole case need them."""
    return PluginHost(hookspecs=(hookspecs,)).load([*PLUGINS, "plugins.incidents"], (), strict=True)


@pytest.fixture(scope="session")
def county(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, with_pages: PluginHost) -> Path:
    """A furnished database, to copy."""
    path = tmp_path_factory.mktemp("county") / "county.sqlite"
    shutil.copyfile(sqlite_template, path)
    database = connect(f"sqlite:///{path}")
    furnish_county(database, FixedClock(START), with_pages)
    database.dispose()
    return path


@pytest.fixture
def stage(county: Path, tmp_path: Path, with_pages: PluginHost) -> Iterator[Stage]:
    shutil.copyfile(county, tmp_path / "stage.sqlite")
    database = connect(f"sqlite:///{tmp_path / 'stage.sqlite'}")
    clock = FixedClock(START)
    yield Stage(Engine(database, with_pages, clock=clock, home=tmp_path), clock)
    database.dispose()
