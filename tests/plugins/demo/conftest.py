"""The demo, loaded once for all tests that only look at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.application import Engine
from engine.bundle import read_bundle
from engine.clock import TIMEZONE, FixedClock
from engine.db import connect
from engine.plugins.host import PluginHost
from engine.tables.instances import ProcessInstance
from engine.types import SYSTEM
from plugins.demo import load as loading
from plugins.demo.load import load, play_history
from plugins.demo.replay import Replay
from plugins.notifications.tables import Notice
from tests.plugins.demo.replaying import NOW, installation, one_of_each

Played = tuple[Engine, Replay, Path]
PROCESS = Path(__file__).parents[3] / "processes" / "grid_division"


@pytest.fixture(scope="session")
def plugins() -> Iterator[PluginHost]:
    host = PluginHost().load(strict=True)
    yield host
    host.close()


def empty_installation(folder: Path, template: Path, plugins: PluginHost) -> Engine:
    """An installation whose process is deployed and that holds nothing else; Tuesday, 1 December 2026."""
    shutil.copyfile(template, folder / "onegrid.db")
    database = connect(f"sqlite:///{folder / 'onegrid.db'}")
    plugins.hook.onegrid_guards(engine=database)
    clock = FixedClock(datetime(2026, 12, 1, 9, 0, tzinfo=TIMEZONE))
    engine = Engine(database, plugins, clock=clock, home=folder)
    with engine.begin(SYSTEM) as work:
        work.definitions.deploy(read_bundle(PROCESS), "测试")
    return engine


@pytest.fixture(scope="session")
def loaded(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, plugins: PluginHost
) -> Iterator[tuple[Engine, str, list[str]]]:
    """The engine, the password and what was said. For looking only."""
    engine = empty_installation(tmp_path_factory.mktemp("demo"), sqlite_template, plugins)
    said: list[str] = []
    password = load(engine, said.append)
    yield engine, password, said
    engine.database.dispose()


@pytest.fixture
def empty(tmp_path: Path, sqlite_template: Path, plugins: PluginHost) -> Iterator[Engine]:
    """An installation of one's own, without the demo."""
    engine = empty_installation(tmp_path, sqlite_template, plugins)
    yield engine
    engine.database.dispose()


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, plugins: PluginHost) -> Iterator[Played]:
    """The half year with one incident of each path, played."""
    folder = tmp_path_factory.mktemp("half-year")
    engine = installation(folder, plugins, sqlite_template)
    _tell_somebody_now(engine)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "stories", one_of_each)
        replay = play_history(engine)
    assert replay is not None
    yield engine, replay, folder
    engine.database.dispose()


def _tell_somebody_now(engine: Engine) -> None:
    with Session(engine.database) as session, session.begin():
        case = session.scalars(sa.select(ProcessInstance.id)).first()
        told = {"candidate_group": "township_leader", "org_unit": "431103001", "subject": "今天的事", "body": ""}
        session.add(Notice(id="now", instance_id=case, sent_at=NOW, **told))
