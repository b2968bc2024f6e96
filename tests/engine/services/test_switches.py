"""Plugins switched off in a county, or missing: their jobs wait, lose no attempt, and go on by themselves."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from engine.errors import Forbidden, NotFound, ReasonMissing
from engine.services.held import Hold
from engine.tables.people import OrgUnit
from engine.types import SYSTEM, Actor, JobState, Post
from tests.fixtures.bureau import Bureau
from tests.fixtures.house import House

ROOT_OPERATOR = Actor("root", "市运维", posts=(Post("operator", "1", "/1/"),))
COUNTY_OPERATOR = Actor("county", "县运维", posts=(Post("operator", "1-a", "/1/1-a/"),))
CLERK = Actor("clerk", "经办", posts=(Post("clerk", "1", "/1/"),))


def turn(house: House, county: str, *, on: bool, actor: Actor = SYSTEM) -> None:
    with house.engine.begin(actor) as work:
        work.switches.turn("shop", county, on=on, reason="部门系统升级")


def test_jobs_of_a_plugin_that_is_off_wait_and_go_on_when_it_is_on(bureau: Bureau) -> None:
    turn(bureau.house, "", on=False)
    instance = bureau.case()
    bureau.work_off()
    job = bureau.job(instance)
    assert (job.held, job.made, bureau.calls) == (Hold.DISABLED, 0, [])
    bureau.work_off()
    assert bureau.job(instance).attempt == job.attempt  # it is not asked again and again
    turn(bureau.house, "", on=True)
    bureau.work_off()
    job = bureau.job(instance)
    assert (job.state, job.held, job.made) == (JobState.DONE, None, 0)


@pytest.mark.parametrize(
    ("everywhere", "here", "elsewhere", "on"),
    [
        (None, None, None, True),
        (False, None, None, False),
        (False, True, None, True),
        (True, False, None, False),
        (None, None, False, True),
        (None, False, True, False),
    ],
)
def test_a_countys_own_switch_counts_before_that_for_all(
    house: House, everywhere: bool | None, here: bool | None, elsewhere: bool | None, on: bool
) -> None:
    for county, value in (("", everywhere), ("1-a", here), ("1-b", elsewhere)):
        if value is not None:
            turn(house, county, on=value)
    with house.engine.begin(SYSTEM, write=False) as work:
        assert work.switches.is_on("shop", "1-a") is on
        assert ("shop" in work.switches.off("1-a")) is not on


def test_who_may_turn_a_switch(house: House) -> None:
    turn(house, "", on=False, actor=ROOT_OPERATOR)
    turn(house, "1-a", on=False, actor=ROOT_OPERATOR)
    turn(house, "1-a", on=True, actor=COUNTY_OPERATOR)
    refused: list[tuple[str, Actor]] = [("", COUNTY_OPERATOR), ("1-b", COUNTY_OPERATOR), ("1-a", CLERK), ("", CLERK)]
    for county, actor in refused:
        with pytest.raises(Forbidden):
            turn(house, county, on=False, actor=actor)
    with pytest.raises(NotFound):
        turn(house, "nowhere", on=False)
    with pytest.raises(ReasonMissing), house.engine.begin(SYSTEM) as work:
        work.switches.turn("shop", "", on=False, reason=" ")


def test_every_turn_is_written_down(house: House) -> None:
    turn(house, "1-a", on=False, actor=COUNTY_OPERATOR)
    turn(house, "1-a", on=True)
    with house.engine.begin(SYSTEM, write=False) as work:
        found = [(e.event, e.plugin, e.county, e.actor_name, e.reason) for e in work.plugin_log.latest()]
    assert found[1] == ("disabled", "shop", "1-a", "县运维", "部门系统升级")
    assert [event for event, *_ in found] == ["enabled", "disabled"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE plugin_event SET reason = 'x'",
        "DELETE FROM plugin_event",
        "INSERT OR REPLACE INTO plugin_event SELECT * FROM plugin_event",
        "TRUNCATE plugin_event",
    ],
)
def test_the_log_is_append_only_whoever_asks(house: House, statement: str) -> None:
    kind = house.engine.database.dialect.name
    if ("REPLACE" in statement and kind == "postgresql") or ("TRUNCATE" in statement and kind == "sqlite"):
        return  # the other database does not know it
    turn(house, "", on=False)
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), house.engine.begin(SYSTEM) as work:
        work.session.execute(sa.text(statement))


def test_a_missing_plugins_job_waits_until_it_is_back(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    plugins: Any = bureau.house.engine.plugins
    there = plugins.handlers
    monkeypatch.setattr(plugins, "handlers", {})
    instance = bureau.case()
    bureau.work_off()
    bureau.work_off()
    job = bureau.job(instance)
    assert (job.state, job.held, job.made) == (JobState.WAITING, Hold.MISSING, 0)
    monkeypatch.setattr(plugins, "handlers", there)
    bureau.work_off()
    assert bureau.job(instance).state == JobState.DONE


def test_a_job_that_is_cancelled_while_it_waits_stays_away(bureau: Bureau) -> None:
    turn(bureau.house, "", on=False)
    instance = bureau.case()
    bureau.work_off()
    with bureau.house.engine.begin(SYSTEM) as work:
        work.instances.cancel(instance, "不办了")
    turn(bureau.house, "", on=True)
    assert bureau.house.engine.resume() == 0
    assert bureau.job(instance).state == JobState.CANCELLED


def test_a_switch_of_a_unit_is_not_its_neighbours(bureau: Bureau) -> None:
    with bureau.house.engine.begin(SYSTEM) as work:
        assert work.session.get(OrgUnit, "1-b") is not None
        work.switches.turn("shop", "1-b", on=False, reason="试")
    instance = bureau.case()
    bureau.work_off()
    assert bureau.job(instance).state == JobState.DONE
