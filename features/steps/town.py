"""The demo county, as `onegrid up --demo` leaves it: loaded once, copied for each scenario, on a frozen clock."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.clock import FixedClock
from features.steps.world import World

if TYPE_CHECKING:
    from engine.feel import Feel
    from engine.plugins.host import PluginHost
    from web.config import Settings

# imported where it is used: see world.py


@dataclass(frozen=True)
class Town:
    """What all scenarios share: the loaded database, the folder with the demo's password, plugins, expressions."""

    database: Path
    settings: Settings
    plugins: PluginHost
    feel: Feel


@pytest.fixture(scope="session")
def installed_plugins() -> Iterator[PluginHost]:
    """The plugins that are installed, the departments' in processes of their own."""
    from engine.plugins.host import PluginHost
    from web import hookspecs

    host = PluginHost(hookspecs=(hookspecs,))
    host.load(strict=True)
    yield host
    host.close()


@pytest.fixture(scope="session")
def town(sqlite_template: Path, installed_plugins: PluginHost, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """The demo county without the half year of cases, loaded by its own command on the clock of the scenarios."""
    import click

    from engine.application import Engine
    from engine.db import connect
    from engine.feel import Feel
    from web.composition import deploy_processes
    from web.config import read_settings

    home = tmp_path_factory.mktemp("town")
    database = home / "onegrid.db"
    shutil.copyfile(sqlite_template, database)
    settings = read_settings({"ONEGRID_HOME": str(home)})
    loaded = connect(settings.database_url)
    installed_plugins.hook.onegrid_guards(engine=loaded)
    feel = Feel()
    engine = Engine(loaded, installed_plugins, clock=FixedClock(World.BEGINS), feel=feel, home=home)
    deploy_processes(engine, settings)
    commands = click.Group()
    installed_plugins.hook.onegrid_cli(group=commands)
    demo = commands.commands["demo"]
    assert isinstance(demo, click.Group)
    demo.commands["load"].main(args=["--no-history"], standalone_mode=False, obj=lambda: engine)
    loaded.dispose()  # the last connection folds the write-ahead log into the file
    return Town(database, settings, installed_plugins, feel)


@pytest.fixture
def world(town: Town, tmp_path: Path) -> Iterator[World]:
    """The demo county of one scenario."""
    from engine.db import connect

    path = tmp_path / "onegrid.db"
    shutil.copyfile(town.database, path)
    database = connect(f"sqlite:///{path}")
    settings = replace(town.settings, database_url=f"sqlite:///{path}")
    world = World(database, settings, town.feel, town.plugins)
    yield world
    world.close()
    database.dispose()
