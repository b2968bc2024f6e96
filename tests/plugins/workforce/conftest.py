"""The office, on one database or on both."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.clock import FixedClock
from engine.plugins.host import PluginHost
from engine.tables.people import OrgUnit, Person, PersonPost
from engine.types import SYSTEM
from plugins.catalogue.register import enact
from tests.plugins.grid_registry.conftest import settle
from tests.plugins.grid_registry.town import TOWNSHIP, Town
from tests.plugins.workforce.office import ITEMS, Office
from web import hookspecs


def furnish(database: sa.Engine, clock: FixedClock) -> Office:
    town = settle(Town(database, clock))
    plugins = PluginHost(hookspecs=(hookspecs,)).load(["plugins.workforce"], (), strict=True)
    engine = Engine(database, plugins, clock=clock)
    with engine.begin(SYSTEM) as work:
        path = "/431100/431103/431103-UMB/"
        work.session.add(OrgUnit(code="431103-UMB", parent_code="431103", name="城管局", kind="department", path=path))
        work.session.add(Person(id="p1", login="p1", name="何小满", password_hash="-"))
        work.session.flush()
        enact(work.session, work.clock, work.actor, ITEMS)
        post = PersonPost(id="post1", person_id="p1", group="clerk", org_unit=TOWNSHIP, valid_from=date(2026, 1, 1))
        work.session.add(post)
    return Office(engine, clock, town)


@pytest.fixture
def office(sqlite: sa.Engine, clock: FixedClock) -> Office:
    return furnish(sqlite, clock)


@pytest.fixture
def both(database: sa.Engine, clock: FixedClock) -> Office:
    return furnish(database, clock)
