"""How far the replay is: on every page of those who are logged in, while it goes on; and one process at a time."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.application import Engine
from plugins.demo.progress import FILE, SILENT, Progress, alone, seen
from tests.plugins.demo.site import county, plugins
from tests.web.conftest import Visitor
from web.app import create_app
from web.config import read_settings

__all__ = ["county", "plugins"]

DAY = datetime(2026, 8, 12, 2, 0, tzinfo=UTC)


@pytest.fixture
def visitor(county: tuple[Engine, str]) -> Visitor:
    engine, password = county
    app = create_app(engine, read_settings({"ONEGRID_HOME": str(engine.home)}))
    visitor = Visitor(app.test_client())
    visitor.log_in("admin", password)
    return visitor


def test_pages_say_how_far_it_is_until_it_is_over(county: tuple[Engine, str], visitor: Visitor) -> None:
    assert "演示数据" not in visitor.get("/tasks").text
    progress = Progress(county[0].home)
    progress(120, 420, DAY)
    page = visitor.get("/tasks").text
    assert "已回放 120/420 件，回放到 2026-08-12。" in page
    assert 'hx-get="/demo/progress"' in page
    assert "120/420" in visitor.get("/demo/progress").text
    visitor.get("/language/en")
    assert "120 of 420 cases replayed" in visitor.get("/tasks").text
    progress.end()
    assert visitor.get("/demo/progress").text == ""
    assert "demo-progress" not in visitor.get("/tasks").text


def test_one_that_was_cut_off_says_how_to_go_on(county: tuple[Engine, str], visitor: Visitor) -> None:
    Progress(county[0].home)(7, 420, DAY)
    before = time.time() - 2 * SILENT
    os.utime(county[0].home / FILE, (before, before))
    page = visitor.get("/tasks").text
    assert "onegrid demo load" in page
    assert "hx-get" not in visitor.get("/demo/progress").text


def test_nobody_without_a_login_is_told(county: tuple[Engine, str], visitor: Visitor) -> None:
    Progress(county[0].home)(7, 420, DAY)
    visitor.post("/logout")
    assert "demo-progress" not in visitor.get("/login").text
    assert visitor.get("/demo/progress").status_code == 302


def test_it_is_written_once_a_second_at_most(tmp_path: Path) -> None:
    progress = Progress(tmp_path)
    progress(1, 9, DAY)
    progress(2, 9, DAY)
    found = seen(tmp_path)
    assert found is not None
    assert (found.begun, found.all, found.at, found.alive) == (1, 9, DAY, True)


def test_one_process_replays_at_a_time(tmp_path: Path) -> None:
    with alone(tmp_path) as first, alone(tmp_path) as second:
        assert (first, second) == (True, False)
    with alone(tmp_path) as third:
        assert third
