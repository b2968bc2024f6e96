"""The bureau's plugin in its own process, its diagram deployed, and the worker API on a port."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from engine.application import Engine
from engine.bundle import Bundle
from engine.clock import FixedClock
from engine.hookspecs import Capability
from engine.plugins.content import DEPLOYED
from engine.plugins.host import PluginHost
from engine.plugins.sources import installed
from engine.tables.people import OrgUnit
from engine.testing import drain
from engine.types import SYSTEM
from tests.plugins.serving import engine_on
from web import hookspecs
from web.app import create_app
from web.assets_manifest import Assets
from web.config import Settings, read_settings
from web.server import WebServer

NAME = "public_security"
PROCESS = "public_security-domestic_violence"
URBAN, RURAL = "431103001001-C001", "431103001001-C002"


def grid(_session: Session, _org_path: str, code: str) -> dict[str, Any] | None:
    setting = {URBAN: "urban", RURAL: "rural"}.get(code)
    return setting and {"code": code, "setting": setting, "status": "active"}  # type: ignore[return-value]


@dataclass
class Station:
    """The engine with the bureau's plugin, as a case meets it."""

    engine: Engine
    clock: FixedClock

    def report(self, number: str, place: str = "梅湾街道望江小区3栋", code: str = URBAN) -> str:
        referral = {"no": number, "place": place, "grid": code, "description": "听到打骂和呼救"}
        with self.engine.begin(SYSTEM) as work:
            given = {"unit": "431103-PSB", "referral": referral}
            return work.instances.start(PROCESS, given, business_key=None, org_unit="431103001").id

    def stands_at(self, instance: str) -> list[str]:
        """Return where the case stands, after what may run has run."""
        drain(self.engine)
        with self.engine.begin(SYSTEM, write=False) as work:
            found = work.instances.get(instance)
            if found.state != "active":
                return [str(found.end_event)]
            return [each.element_id for each in work.repair.waiting(instance)]

    def variables(self, instance: str) -> dict[str, Any]:
        with self.engine.begin(SYSTEM, write=False) as work:
            return dict(work.repair.variables(instance))

    def token(self) -> str:
        with self.engine.begin(SYSTEM) as work:
            return work.worker_tokens.create(NAME, "警情系统", lifetime=timedelta(days=90)).secret


@pytest.fixture(scope="module")
def plugins() -> Iterator[PluginHost]:
    host = PluginHost((hookspecs,))
    host.capabilities["grid:read"] = Capability("grid:read", "读取网格", {"grid.get": grid})
    host.load((), [source for source in installed() if source.name == NAME], strict=True)
    host.field_types = None  # the plugin of incidents, whose field its forms have, is not loaded here
    yield host
    host.close()


@pytest.fixture
def station(sqlite: sa.Engine, plugins: PluginHost, clock: FixedClock) -> Station:
    engine = engine_on(sqlite, plugins, clock)
    content = plugins.records[0].declared["onegrid_content"]
    with engine.begin(SYSTEM) as work:
        path = "/431100/431103/431103-PSB/"
        work.session.add(OrgUnit(code="431103-PSB", parent_code="431103", name="公安局", kind="department", path=path))
        work.session.flush()
        work.definitions.deploy(Bundle(NAME, content.of(*DEPLOYED)), "test")
    return Station(engine, clock)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(read_settings({"ONEGRID_HOME": str(tmp_path)}), port=0)


@pytest.fixture
def app(station: Station, settings: Settings, tmp_path: Path) -> Flask:
    manifest = tmp_path / "manifest.json"
    manifest.write_bytes(orjson.dumps({}))
    return create_app(station.engine, settings, Assets(manifest))


@pytest.fixture
def address(app: Flask, settings: Settings) -> Iterator[str]:
    with WebServer(app, settings) as server:
        yield f"http://127.0.0.1:{server.port}"
