"""An incident keeps the grid of the day it happened, and says where that place lies today (I3)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.clock import FixedClock
from engine.core_api import NotFound
from engine.plugins.host import PluginHost
from engine.types import SYSTEM
from plugins.grid_registry.api import heirs
from plugins.incidents import api
from plugins.incidents.tables import Incident
from tests.plugins.grid_registry.conftest import settle
from tests.plugins.grid_registry.test_changes import split
from tests.plugins.grid_registry.town import TOWNSHIP, URBAN, Town
from tests.plugins.incidents.desk import COUNTY, NO
from tests.plugins.incidents.stage import Stage

C1, DAY = f"{URBAN}-C001", date(2026, 12, 1)
POINT = {"latitude": 26.4415, "longitude": 111.6035}
"""In unit 3 of the community, which goes to the second part."""


@pytest.fixture
def town(sqlite: sa.Engine, clock: FixedClock) -> Town:
    return settle(Town(sqlite, clock))


@pytest.fixture
def engine(town: Town, clock: FixedClock) -> Engine:
    return Engine(town.database, PluginHost(), clock=clock)


def keep(engine: Engine, **own: object) -> None:
    with engine.begin(SYSTEM) as work:
        told = {"channel": "worker", "title": "井盖破损", "description": "", "place": "梅湾路", "urgency": "normal"}
        moments = {"occurred_at": engine.clock.now(), "reported_at": engine.clock.now()}
        where = {"county": COUNTY, "township": TOWNSHIP, "grid": C1, "grid_as_of": DAY}
        work.session.add(Incident(no=NO, state="referring", **told, **moments, **where | own))


def lies_in(engine: Engine) -> list[str]:
    with engine.begin(SYSTEM, write=False) as work:
        assert api.incident_of(work, NO).grid == C1, "it keeps its grid"
        return [each.code for each in api.lies_in(work, NO)]


def test_while_its_grid_stands_there_is_nothing_to_say(engine: Engine) -> None:
    keep(engine)
    assert lies_in(engine) == []


def test_without_a_point_all_parts_of_a_divided_grid_are_named(engine: Engine, town: Town, clock: FixedClock) -> None:
    keep(engine)
    clock.advance(timedelta(days=10))
    town.divide([split(C1, [1, 2], [3, 4])])
    first, second = lies_in(engine)
    clock.advance(timedelta(days=10))
    later = split(second, [3], [4])
    later["parts"] = [{**part, "name": f"再分{number}"} for number, part in enumerate(later["parts"])]
    town.divide([later])
    again = lies_in(engine)
    assert again[0] == first
    assert len(again) == 3
    assert second not in again, "what took its place has been divided since"
    with town.session() as session:
        assert [each.code for each in heirs(session, C1, DAY + timedelta(days=10))] == [first, second]
        assert heirs(session, C1, DAY) == []


def test_by_its_point_it_lies_in_one(engine: Engine, town: Town, clock: FixedClock) -> None:
    keep(engine, **POINT)
    assert lies_in(engine) == []
    clock.advance(timedelta(days=10))
    town.divide([split(C1, [1, 2], [3, 4])])
    assert len(lies_in(engine)) == 1


def test_an_incident_without_a_grid_lies_nowhere(engine: Engine) -> None:
    keep(engine, grid=None, grid_as_of=None)
    with engine.begin(SYSTEM, write=False) as work:
        assert api.lies_in(work, NO) == ()
        with pytest.raises(NotFound):
            api.lies_in(work, "SJ-0")


def test_who_changes_a_grid_is_told_what_is_open_in_it(stage: Stage) -> None:
    stage.report()
    stage.report()
    with stage.engine.begin(SYSTEM, write=False) as work:
        asked = stage.engine.plugins.hook.onegrid_attached(work=work, kind="grid", codes=[C1, "431103001001-C099"])
        [said] = [each for found in asked for each in found]
        assert said.code == C1
        assert "2 件未结事件" in said.message_zh
        assert "2 open incidents" in said.message_en
        assert stage.engine.plugins.hook.onegrid_attached(work=work, kind="stone", codes=[C1]) == [[]]
