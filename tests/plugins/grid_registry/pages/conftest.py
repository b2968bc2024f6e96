"""The pages of grid division over the real engine, database, process and plugins, with a township of nine units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
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
from engine.core_api import drain
from engine.feel import Feel
from engine.passwords import hash_password
from engine.plugins.host import PluginHost
from engine.tables.people import OrgUnit, Person, PersonPost
from engine.types import SYSTEM, Actor, Post
from plugins.grid_registry import api
from web import hookspecs
from web.app import create_app
from web.assets_manifest import Assets
from web.security import limiter

ROOT = Path(__file__).parents[4]
PASSWORD = "网格-2026"
TOWNSHIP, OTHER = "431103001", "431103002"
COMMUNITY, UNDIVIDED = "431103001001", "431103001002"
WEST, EAST = f"{COMMUNITY}-C001", f"{COMMUNITY}-C002"

ORG = [
    ("431100", None, "永州市", "city", "/431100/"),
    ("431103", "431100", "冷水滩区", "county", "/431100/431103/"),
    (TOWNSHIP, "431103", "梅湾街道", "township", f"/431100/431103/{TOWNSHIP}/"),
    (OTHER, "431103", "菱角山街道", "township", f"/431100/431103/{OTHER}/"),
    (COMMUNITY, TOWNSHIP, "清桥社区", "community", f"/431100/431103/{TOWNSHIP}/{COMMUNITY}/"),
    (UNDIVIDED, TOWNSHIP, "三多亭社区", "community", f"/431100/431103/{TOWNSHIP}/{UNDIVIDED}/"),
]
PEOPLE = {
    "clerk": ("王小梅", "township_clerk", TOWNSHIP),
    "leader": ("周文", "township_leader", TOWNSHIP),
    "reviewer": ("李审", "county_reviewer", "431103"),
    "stranger": ("陈外", "township_clerk", OTHER),
    "governor": ("蒋主任", "county_leader", "431103"),
    "nobody": ("赵无", "city_agency", "431103001001"),
    "auditor": ("沈明察", "auditor", "431100"),
}
HOUSEHOLDS = [100, 110, 100, 100, 100, 90, 60, 50, 40]
"""Of the nine units of the community, west to east. The first seven make one grid, too large for the rule."""


@dataclass(frozen=True)
class Settings:
    """What the web reads of the settings."""

    secret_key: str = "a key for tests"
    secure_cookies: bool = False
    processes: Path = ROOT / "processes"


class Browser:
    """A browser of somebody: keeps cookies and sends the CSRF token."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def post(self, path: str, data: Any = None, **options: Any) -> TestResponse:
        return self.client.post(path, data=data, headers={"X-CSRFToken": self.token()}, **options)

    def token(self) -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.get("/grids", follow_redirects=True).text)
        assert found
        return found[1]


@pytest.fixture(scope="session")
def feel() -> Feel:
    return Feel()


@pytest.fixture(scope="session")
def plugins() -> Iterator[PluginHost]:
    """The plugins that the process needs, the department's too."""
    host = PluginHost(hookspecs=(hookspecs,))
    core = ("plugins.grid_registry", "plugins.notifications", "plugins.catalogue", "plugins.workforce")
    host.load(core=core, strict=True)
    yield host
    host.close()


@pytest.fixture(scope="session")
def password_hash() -> str:
    return hash_password(PASSWORD)


def unit_code(number: int, community: str = COMMUNITY) -> str:
    return f"{community}-U{number + 1:03d}"


def square(number: int) -> dict[str, Any]:
    west, south, size = 111.6 + number * 0.004, 26.42, 0.004
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def actor(login: str) -> Actor:
    name, group, unit = PEOPLE[login]
    path = next(row[4] for row in ORG if row[0] == unit)
    return Actor(id=f"p-{login}", name=name, posts=(Post(group, unit, path),))


@pytest.fixture
def engine(sqlite: sa.Engine, plugins: PluginHost, clock: FixedClock, feel: Feel, password_hash: str) -> Engine:
    """An engine with the process deployed, people in their posts and the units registered, none in a grid."""
    plugins.hook.onegrid_guards(engine=sqlite)
    built = Engine(sqlite, plugins, clock=clock, feel=feel)
    with built.begin(SYSTEM) as work:
        for code, parent, name, kind, path in ORG:
            work.session.add(OrgUnit(code=code, parent_code=parent, name=name, kind=kind, path=path))
            work.session.flush()
        for login, (name, group, unit) in PEOPLE.items():
            work.session.add(Person(id=f"p-{login}", login=login, name=name, password_hash=password_hash))
            work.session.flush()
            post = PersonPost(
                id=f"post-{login}", person_id=f"p-{login}", group=group, org_unit=unit, valid_from=date(2026, 1, 1)
            )
            work.session.add(post)
        api.register_units(work.session, [new_unit(number, count) for number, count in enumerate(HOUSEHOLDS)])
        api.register_units(work.session, [new_unit(20, 70, UNDIVIDED), new_unit(21, 80, UNDIVIDED)])
    with built.begin(SYSTEM) as work:
        work.definitions.deploy(read_bundle(ROOT / "processes" / "grid_division"), "测试")
    return built


def new_unit(number: int, households: int, community: str = COMMUNITY) -> api.NewUnit:
    return api.NewUnit(
        code=unit_code(number, community),
        type="building",
        institution="",
        name=f"{number + 1}栋",
        address="",
        households=households,
        population=households * 3,
        population_as_of=date(2026, 6, 30),
        population_source="测试",
        geometry=square(number),
        synthetic=True,
        valid_from=date(2026, 1, 1),
    )


def grid_of(name: str, numbers: range, justification: str = "") -> dict[str, Any]:
    return {
        "op": "create",
        "community": COMMUNITY,
        "name": name,
        "kind": "comprehensive",
        "setting": "urban",
        "unit_ids": [unit_code(number) for number in numbers],
        "justification": justification,
    }


def plan_of(changes: list[dict[str, Any]], revision: int) -> dict[str, Any]:
    return {
        "reason_type": "initial",
        "reason_text": "首次划分网格，按楼栋分布和户数确定范围。",
        "effective_date": "2026-12-01",
        "base_revision": revision,
        "changes": changes,
    }


def complete(engine: Engine, login: str, payload: dict[str, Any]) -> None:
    """Have somebody complete the one task that waits for him, and let the jobs run. New grids are staffed later."""
    with engine.begin(actor(login)) as work:
        (task,) = [each for each in work.tasks.inbox() if each.element_id != "staff"]
        work.tasks.complete(task.id, payload)
    drain(engine)


@pytest.fixture
def divided(engine: Engine) -> Engine:
    """The same after a first division through the process itself: seven units in one grid, two in the other."""
    with engine.begin(actor("clerk")) as work:
        api.register_proposal(work, TOWNSHIP)
    reasons = "片区尚未交付，先按现状划分，交付后再拆分。"
    changes = [grid_of("西网格", range(7), reasons), grid_of("东网格", range(7, 9), reasons)]
    complete(engine, "clerk", plan_of(changes, 0))
    complete(engine, "leader", {"decision": "submit", "statement": True})
    complete(engine, "reviewer", {"checks": ["boundary_clear", "no_overlap"], "conclusion": "approve"})
    complete(engine, "governor", {"conclusion": "approve", "opinion": "同意先行划分，交付后及时调整。"})
    return engine


@pytest.fixture(scope="session")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Assets:
    """A manifest as Vite writes it: the pages' tests need no Node."""
    entries = ["shell", "viewer", "studio", *(f"grid_registry/{name}" for name in ("map", "changes", "difference"))]
    chunks = {name: {"file": f"assets/{name}.js", "name": name, "isEntry": True} for name in entries}
    path = tmp_path_factory.mktemp("dist") / "manifest.json"
    path.write_bytes(orjson.dumps(chunks))
    return Assets(path)


@pytest.fixture
def app(engine: Engine, assets: Assets) -> Flask:
    built = create_app(engine, Settings(), assets)
    with built.app_context():
        limiter.reset()
    return built


@pytest.fixture
def as_person(app: Flask) -> Any:
    """A function that gives a browser in which somebody is logged in."""

    def open_browser(login: str) -> Browser:
        browser = Browser(app.test_client())
        answer = browser.post("/login", {"login": login, "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        return browser

    return open_browser


@pytest.fixture
def clerk(as_person: Any) -> Browser:
    browser: Browser = as_person("clerk")
    return browser
