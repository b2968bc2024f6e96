"""A county with a catalogue, grids and the Open311 calls on a web application."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from engine.application import Engine
from engine.clock import FixedClock
from engine.plugins.host import PluginHost
from engine.tables.people import OrgUnit
from engine.types import SYSTEM
from plugins.catalogue.model import WorkerAction
from plugins.catalogue.register import enact
from plugins.open311 import keys
from tests.plugins.catalogue.test_register import COVER, POSTERS, decision
from tests.plugins.grid_registry.conftest import settle
from tests.plugins.grid_registry.town import Town
from tests.plugins.incidents.desk import diagram
from tests.web.conftest import Settings
from web import hookspecs
from web.app import create_app
from web.assets_manifest import Assets

ROOT = "/open311/v2"
HIDDEN = replace(COVER, code="431103-PSB-003", name_zh="疑似家庭暴力发现报告")
NOISE = replace(POSTERS, code="431103-UMB-007", name_zh="噪声劝导", worker_action=WorkerAction.HANDLE)


@pytest.fixture
def engine(sqlite: sa.Engine, clock: FixedClock, tmp_path: Path) -> Engine:
    town = settle(Town(sqlite, clock))
    plugins = ["plugins.grid_registry", "plugins.notifications", "plugins.catalogue", "plugins.workforce"]
    host = PluginHost(hookspecs=(hookspecs,)).load([*plugins, "plugins.incidents", "plugins.open311"], (), strict=True)
    built = Engine(town.database, host, clock=clock, home=tmp_path)
    with built.begin(SYSTEM) as work:
        work.definitions.deploy(diagram(), "试用")
        for name in ("431103-UMB", "431103-PSB"):
            path = f"/431100/431103/{name}/"
            work.session.add(OrgUnit(code=name, parent_code="431103", name=name, kind="department", path=path))
        work.session.flush()
        enact(work.session, work.clock, work.actor, decision(COVER, NOISE, HIDDEN, on=date(2026, 1, 1)))
    return built


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> Flask:
    manifest = tmp_path / "manifest.json"
    manifest.write_text('{"src/shell/main.js": {"file": "a.js", "name": "shell", "isEntry": true}}')
    return create_app(engine, Settings(), Assets(manifest))


@pytest.fixture
def key(engine: Engine) -> str:
    with engine.begin(SYSTEM) as work:
        return keys.create(work, "试验程序")
