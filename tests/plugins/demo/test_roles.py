"""The demo on PostgreSQL with roles: the whole division runs, each login having its own rights alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from engine.application import Engine
from engine.bundle import read_bundle
from engine.clock import TIMEZONE, FixedClock
from engine.plugins.host import PluginHost
from engine.types import SYSTEM
from plugins.demo.load import load
from tests.fixtures.databases import Logins
from tests.plugins.demo.conftest import PROCESS


def test_the_demo_is_loaded_with_the_applications_login_and_divided_with_the_reserved_one(
    logins: Logins, plugins: PluginHost, tmp_path: Path
) -> None:
    for login in ("app", "apply"):
        plugins.hook.onegrid_guards(engine=logins[login])
    clock = FixedClock(datetime(2026, 12, 1, 9, 0, tzinfo=TIMEZONE))
    engine = Engine(logins["app"], plugins, clock=clock, home=tmp_path, reserved=logins["apply"])
    with engine.begin(SYSTEM) as work:
        work.definitions.deploy(read_bundle(PROCESS), "测试")
    load(engine, lambda _: None)
    with logins["postgres"].connect() as connection:
        revisions, grids, dead = (
            connection.scalar(sa.text(f"SELECT count(*) FROM {what}"))  # noqa: S608  constants
            for what in ("registry_revision", "grid", "job WHERE state = 'dead'")
        )
    assert (revisions, dead) == (2, 0)
    assert grids is not None
    assert grids > 10
