"""The web over a real engine and database, with a small process, people of two territories, and a browser's client."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.application import Engine
from engine.bundle import read_bundle
from engine.clock import FixedClock
from engine.feel import Feel
from engine.jobs.table_queue import drain
from engine.passwords import hash_password
from engine.plugins.host import PluginHost
from engine.tables.instances import ProcessInstance
from engine.tables.people import OrgUnit, Person, PersonPost
from engine.tables.tasks import UserTask
from engine.types import SYSTEM
from web import hookspecs
from web.app import create_app
from web.assets_manifest import Assets
from web.security import limiter

PASSWORD = "石头记-2026"
UNITS = [("1", None, "市", "/1/"), ("11", "1", "东县", "/1/11/"), ("111", "11", "东镇", "/1/11/111/")]
UNITS += [("12", "1", "西县", "/1/12/"), ("121", "12", "西镇", "/1/12/121/")]
PEOPLE = {
    "clerk": ("李经办", "clerk", "111"),
    "colleague": ("王同事", "clerk", "111"),
    "reviewer": ("赵审核", "reviewer", "11"),
    "stranger": ("钱外县", "clerk", "121"),
    "operator": ("孙运维", "operator", "1"),
}


@dataclass(frozen=True)
class Settings:
    """What the web reads of the settings."""

    secret_key: str = "a key for tests"
    secure_cookies: bool = False
    processes: Path = Path(__file__).parent / "processes"


@dataclass
class Counter:
    """Statements and commits that reached the database while it was open."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0


class Visitor:
    """A browser: keeps cookies, and finds the CSRF token and the key of a form as a person's browser does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, buffered=True, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token(), **(data or {})}, **options)

    def token(self, path: str = "/login") -> str:
        html = self.client.get(path, follow_redirects=True).text
        found = re.search(r'name="csrf-token" content="([^"]+)"', html)
        assert found
        return found[1]

    def log_in(self, login: str, password: str = PASSWORD) -> TestResponse:
        return self.post("/login", {"login": login, "password": password})


@pytest.fixture(scope="session")
def feel() -> Feel:
    """One isolate for all tests: starting V8 takes longer than most of them."""
    return Feel()


@pytest.fixture(scope="session")
def plugins() -> Iterator[PluginHost]:
    """The plugin of the tests, and no other."""
    host = PluginHost(hookspecs=(hookspecs,))
    host.load(core=("tests.web.plugin_stones",), departments=(), strict=True)
    yield host
    host.close()


@pytest.fixture(scope="session")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def engine(sqlite: sa.Engine, plugins: PluginHost, clock: FixedClock, feel: Feel, password_hash: str) -> Engine:
    """An engine with the process deployed and the people in their posts."""
    built = Engine(sqlite, plugins, clock=clock, feel=feel)
    with built.begin(SYSTEM) as work:
        for code, parent, name, path in UNITS:
            work.session.add(OrgUnit(code=code, parent_code=parent, name=name, kind="unit", path=path))
            work.session.flush()
        for login, (name, group, unit) in PEOPLE.items():
            work.session.add(Person(id=f"p-{login}", login=login, name=name, password_hash=password_hash))
            work.session.flush()
            work.session.add(
                PersonPost(
                    id=f"post-{login}",
                    person_id=f"p-{login}",
                    group=group,
                    org_unit=unit,
                    valid_from=date(2026, 1, 1),
                )
            )
    with built.begin(SYSTEM) as work:
        work.definitions.deploy(read_bundle(Path(__file__).parent / "processes" / "stones"), "测试")
    return built


@pytest.fixture(scope="session")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Assets:
    """A manifest as Vite writes it: the pages' tests need no Node."""
    chunks = {
        "src/shell/main.js": {
            "file": "assets/shell-1.js",
            "name": "shell",
            "isEntry": True,
            "css": ["assets/shell-1.css"],
            "imports": ["_a"],
        },
        "src/viewer/main.js": {"file": "assets/viewer-1.js", "name": "viewer", "isEntry": True},
        "src/viewer/compare.js": {"file": "assets/compare-1.js", "name": "compare", "isEntry": True},
        "src/studio/main.js": {"file": "assets/studio-1.js", "name": "studio", "isEntry": True},
        "_a": {"file": "assets/a-1.js", "css": ["assets/a-1.css"]},
    }
    path = tmp_path_factory.mktemp("dist") / "manifest.json"
    path.write_bytes(orjson.dumps(chunks))
    return Assets(path)


@pytest.fixture
def app(engine: Engine, assets: Assets) -> Flask:
    """The application; its limits on logins start anew with each test."""
    built = create_app(engine, Settings(), assets)
    with built.app_context():
        limiter.reset()
    return built


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """A browser without a login."""
    return Visitor(app.test_client())


@pytest.fixture
def as_person(app: Flask) -> Any:
    """A function that gives a browser in which somebody is logged in."""

    def open_browser(login: str) -> Visitor:
        browser = Visitor(app.test_client())
        assert browser.log_in(login).status_code == 302
        return browser

    return open_browser


@pytest.fixture
def clerk(as_person: Any) -> Visitor:
    """The browser of the clerk, logged in."""
    browser: Visitor = as_person("clerk")
    return browser


@pytest.fixture
def instance(engine: Engine) -> ProcessInstance:
    """An application that the clerk of 111 has to fill in."""
    with engine.begin(SYSTEM) as work:
        started = work.instances.start(
            "stones", {"unit": "111", "above": "11", "number": "7"}, business_key="S-7", org_unit="111"
        )
        work.session.flush()
        work.session.expunge(started)
    return started


@pytest.fixture
def task_id(engine: Engine, instance: ProcessInstance) -> str:
    """Its open task."""
    return open_task(engine, instance.id)


@pytest.fixture
def counter(engine: Engine) -> Iterator[Counter]:
    """Counts what reaches the database."""
    counted = Counter()

    def on_statement(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        counted.statements.append(statement)

    def on_commit(_c: Any) -> None:
        counted.commits += 1

    sa.event.listen(engine.database, "before_cursor_execute", on_statement)
    sa.event.listen(engine.database, "commit", on_commit)
    yield counted
    sa.event.remove(engine.database, "before_cursor_execute", on_statement)
    sa.event.remove(engine.database, "commit", on_commit)


def open_task(engine: Engine, instance_id: str) -> str:
    """Return the id of the instance's one open task, after its jobs have run."""
    drain(engine)
    with engine.begin(SYSTEM, write=False) as work:
        return work.session.scalars(
            sa.select(UserTask.id).where(UserTask.instance_id == instance_id, UserTask.state == "open")
        ).one()
