"""The demo's county with the referral of incidents, served to a browser."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from engine.application import Engine
from engine.bundle import read_bundle
from engine.plugins.host import PluginHost
from engine.types import SYSTEM
from plugins.demo.load import load
from tests.plugins.demo.conftest import empty_installation
from web import hookspecs
from web.app import create_app
from web.assets_manifest import MANIFEST
from web.config import read_settings
from web.pages.studio_calls import JUDGES

PROCESSES = Path(__file__).parents[3] / "processes"


@pytest.fixture
def plugins() -> Iterator[PluginHost]:
    """All plugins of the repository, their pages too."""
    host = PluginHost(hookspecs=(hookspecs,)).load(strict=True)
    yield host
    host.close()


@pytest.fixture
def county(tmp_path: Path, sqlite_template: Path, plugins: PluginHost) -> Iterator[tuple[Engine, str]]:
    """The engine of the county, and the password of its people."""
    if not MANIFEST.exists() and os.environ.get("ONEGRID_REQUIRE_BROWSER") != "1":
        pytest.skip("the browser's files are not built (npm run build in web/assets)")
    engine = empty_installation(tmp_path, sqlite_template, plugins)
    password = load(engine, lambda said: None)
    with engine.begin(SYSTEM) as work:
        work.definitions.deploy(read_bundle(PROCESSES / "incident_referral"), "测试")
    yield engine, password
    engine.database.dispose()


@contextmanager
def served(engine: Engine) -> Iterator[str]:
    """Serve the pages of an engine, and give their address."""
    app = create_app(engine, read_settings({"ONEGRID_HOME": str(engine.home)}))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions[JUDGES].close()
