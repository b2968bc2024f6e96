"""A small house to test the services in: clerks, reviewers, and one process with every kind of wait (`purchase/`)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.bundle import read_bundle
from engine.clock import FixedClock
from engine.declaration import Retry, fields, handler
from engine.feel import Feel
from engine.hookspecs import PluginInfo, hookimpl
from engine.plugins import PluginHost
from engine.tables.people import OrgUnit
from engine.types import SYSTEM, Actor, Post

BUNDLE = read_bundle(Path(__file__).with_name("purchase"))

UNITS = [("1", None, "/1/"), ("1-a", "1", "/1/1-a/"), ("1-b", "1", "/1/1-b/")]


def _person(name: str, group: str, unit: str) -> Actor:
    path = next(path for code, _, path in UNITS if code == unit)
    return Actor(name, f"{name}先生", posts=(Post(group, unit, path),))


@dataclass
class Shop:
    """The handler's far side: what it was asked, and how it shall answer."""

    orders: list[str] = field(default_factory=list)
    answers: list[Exception] = field(default_factory=list)

    def place(self, context: Any, thing: str) -> dict[str, Any]:
        # a row written by the handler lives and dies with the job
        context.session.add(OrgUnit(code=f"o{len(self.orders)}", name=thing, kind="order", path="/o/"))
        context.session.flush()
        if self.answers:
            raise self.answers.pop(0)
        self.orders.append(thing)
        return {"number": f"A{len(self.orders)}"}


@dataclass
class House:
    engine: Engine
    clock: FixedClock
    shop: Shop
    clerk = _person("clerk", "clerk", "1-a")
    stranger = _person("stranger", "clerk", "1-b")
    reviewer = _person("reviewer", "reviewer", "1")
    colleague = _person("colleague", "reviewer", "1")

    def start(self, thing: str = "椅子") -> str:
        with self.engine.begin(self.clerk) as work:
            variables = {"thing": thing, "office": "1-a"}
            return work.instances.start("purchase", variables, business_key=None, org_unit="1-a").id

    def open_task(self, instance: str) -> str:
        with self.engine.begin(SYSTEM, write=False) as work:
            return next(task.id for task in work.tasks.of_instance(instance) if task.state == "open")

    def complete(self, instance: str, actor: Actor, note: str = "好") -> None:
        task = self.open_task(instance)
        with self.engine.begin(actor) as work:
            work.tasks.complete(task, {"note": note})

    def reviewed(self) -> str:
        instance = self.start()
        self.complete(instance, self.clerk)
        self.complete(instance, self.reviewer)
        return instance

    def events(self, instance: str) -> list[str]:
        with self.engine.begin(SYSTEM, write=False) as work:
            return [event.event for event in work.history.of(instance)]


@pytest.fixture(scope="session")
def feel() -> Feel:
    return Feel()


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def plugins(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[PluginHost]:
    module = ModuleType("shop")
    declare = handler(
        "shop.place_order",
        "下单",
        inputs={"thing": fields.String(required=True)},
        outputs={"number": fields.String(required=True)},
        errors={"NO_STOCK": "没有库存"},
        retry=Retry(attempts=3, backoff=10, factor=2),
        transactional=True,
    )
    placed = declare(shop.place)
    module.onegrid_plugin = hookimpl(_named("onegrid_plugin", lambda: PluginInfo("shop", "商店", ">=1.0,<2")))  # type: ignore[attr-defined]
    module.onegrid_handlers = hookimpl(_named("onegrid_handlers", lambda: [placed]))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "shop", module)
    host = PluginHost()
    host.load(core=("shop",), departments=(), strict=True)
    yield host
    host.close()


def _named(name: str, function: Any) -> Any:
    function.__name__ = function.__qualname__ = name
    return function


@pytest.fixture
def house(database: sa.Engine, clock: FixedClock, plugins: PluginHost, feel: Feel, shop: Shop) -> House:
    engine = Engine(database, plugins, clock=clock, feel=feel)
    with engine.begin(SYSTEM) as work:
        for code, parent, path in UNITS:
            work.session.add(OrgUnit(code=code, parent_code=parent, name=code, kind="office", path=path))
            work.session.flush()
        work.definitions.deploy(BUNDLE, "试用")
    return House(engine, clock, shop)
