"""The page with one's notices, in a browser."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.application import Engine
from engine.clock import FixedClock
from engine.passwords import hash_password
from engine.plugins.host import PluginHost
from engine.tables.people import Person, PersonPost
from engine.types import SYSTEM
from tests.plugins.notifications.test_notices import CHANGE, REMINDER
from tests.plugins.serving import Served, engine_on
from tests.web.conftest import PASSWORD, Settings, Visitor
from web import hookspecs
from web.app import create_app
from web.assets_manifest import Assets

PEOPLE = {
    "umb": ("高城管", "department_staff", "431103-UMB"),
    "emb": ("何应急", "department_staff", "431103-EMB"),
    "reviewer": ("邓审核", "county_reviewer", "431103"),
}


@pytest.fixture(scope="module")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def engine(sqlite: sa.Engine, clock: FixedClock, password_hash: str) -> Engine:
    plugins = PluginHost(hookspecs=(hookspecs,)).load(["plugins.notifications"], (), strict=True)
    engine = engine_on(sqlite, plugins, clock)
    with engine.begin(SYSTEM) as work:
        for login, (name, group, unit) in PEOPLE.items():
            work.session.add(Person(id=login, login=login, name=name, password_hash=password_hash))
            work.session.flush()
            post = PersonPost(id=login, person_id=login, group=group, org_unit=unit, valid_from=date(2026, 1, 1))
            work.session.add(post)
    return engine


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> Flask:
    manifest = tmp_path / "manifest.json"
    manifest.write_text('{"src/shell/main.js": {"file": "assets/shell.js", "name": "shell", "isEntry": true}}')
    return create_app(engine, Settings(), Assets(manifest))


def browser(app: Flask, login: str) -> Visitor:
    visitor = Visitor(app.test_client())
    assert visitor.log_in(login).status_code == 302
    return visitor


def acknowledge_url(page: str) -> str:
    found = re.search(r'action="(/notices/\w+/acknowledge)"', page)
    assert found is not None
    return found[1]


def test_a_department_sees_its_notice_and_acknowledges_it(app: Flask, engine: Engine) -> None:
    Served(engine, "notifications.notify_departments", CHANGE)
    umb = browser(app, "umb")
    page = umb.get("/notices").text
    assert "网格调整通报：HF-431103001-2026-001" in page
    assert "新设网格：431103001001-C008、431103001001-C009。" in page
    assert "请于 2026-12-04 17:30 前确认" in page
    answer = umb.post(acknowledge_url(page))
    assert answer.status_code == 303
    page = umb.get(answer.headers["Location"]).text
    assert "没有待确认的通知" in page
    assert "高城管 于 2026-12-01 09:00 确认" in page


def test_another_department_has_its_own_to_acknowledge(app: Flask, engine: Engine) -> None:
    Served(engine, "notifications.notify_departments", CHANGE)
    umb, emb = browser(app, "umb"), browser(app, "emb")
    url = acknowledge_url(umb.get("/notices").text)
    assert emb.post(url).status_code == 404
    assert "没有待确认的通知" not in umb.get("/notices").text


def test_a_reviewer_reaches_the_case_from_a_reminder(app: Flask, engine: Engine) -> None:
    served = Served(engine, "notifications.remind", REMINDER)
    page = browser(app, "reviewer").get("/notices").text
    assert f'href="/instances/{served.id}"' in page


def test_what_a_notice_says_is_text_and_not_markup(app: Flask, engine: Engine) -> None:
    Served(engine, "notifications.remind", REMINDER | {"body": '"<script>alert(1)</script>"'})
    page = browser(app, "reviewer").get("/notices").text
    assert "&lt;script&gt;alert(1)" in page


def test_acknowledging_needs_the_token_of_the_form(app: Flask, engine: Engine) -> None:
    Served(engine, "notifications.notify_departments", CHANGE)
    umb = browser(app, "umb")
    assert umb.client.post(acknowledge_url(umb.get("/notices").text)).status_code == 400


def test_the_page_needs_a_login_and_is_in_the_menu(app: Flask) -> None:
    assert app.test_client().get("/notices").status_code == 302
    assert re.search(r'<a href="/notices"[^>]*>通知</a>', browser(app, "umb").get("/notices").text)
