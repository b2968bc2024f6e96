"""Bringing in a calendar: it counts everywhere, moves no due time by itself, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.calendar import work_calendar
from engine.calendar_parts import CalendarPart, PartDay
from engine.clock import FixedClock
from engine.errors import Forbidden, NotFound, ReasonMissing
from engine.feel import Feel
from engine.limits import Counted, Limit, Unit
from engine.plugins.host import PluginHost
from engine.tables.tasks import UserTask
from engine.types import SYSTEM, Actor, Post
from tests.fixtures.house import House

NOTICE = CalendarPart("2027", True, tuple(PartDay(date(2027, 1, day), "holiday", "元旦") for day in range(1, 8)))
COUNTED = Counted(datetime.fromisoformat("2026-12-30T10:00:00+08:00"), Limit(3, Unit.WORKING_DAYS))
BEFORE = datetime.fromisoformat("2027-01-05T17:30:00+08:00")
AFTER = datetime.fromisoformat("2027-01-11T17:30:00+08:00")


@pytest.fixture
def other(database: sa.Engine, shop_plugins: PluginHost, clock: FixedClock) -> Iterator[Engine]:
    """The engine of another process on the same database."""
    with Feel() as feel:
        yield Engine(database, shop_plugins, clock=clock, feel=feel)


def put(house: House, part: CalendarPart = NOTICE, source: str = "通知") -> None:
    with house.engine.begin(SYSTEM) as work:
        work.calendars.put([part], source)


def due_of(house: House, task_id: str) -> datetime | None:
    with house.engine.begin(SYSTEM, write=False) as work:
        return work.session.get_one(UserTask, task_id).due_at


@pytest.fixture
def task(house: House) -> str:
    """An open task that was counted with the packaged calendar, beside one that nobody counted."""
    house.start()
    task_id = house.open_task(house.start())
    with house.engine.begin(SYSTEM) as work:
        row = work.session.get_one(UserTask, task_id)
        row.due_at, row.due_basis = BEFORE, COUNTED.as_json()
    return task_id


def test_what_is_brought_in_counts_in_every_process_from_the_next_look_on(house: House, other: Engine) -> None:
    assert not other.follow_calendar()
    put(house)
    assert other.runtime.feel.calendar == work_calendar()
    assert other.follow_calendar()
    assert not other.follow_calendar()
    with other.begin(SYSTEM, write=False) as work:
        assert 2027 in work.calendar.official
        counted = work.feel.evaluate("working days after(from, 3)", {"from": COUNTED.start}, COUNTED.start)
    assert counted == AFTER


def test_no_due_time_moves_until_somebody_confirms_it(house: House, task: str) -> None:
    put(house)
    assert due_of(house, task) == BEFORE
    with house.engine.begin(SYSTEM, write=False) as work:
        [changed] = work.dues.changed(work.calendars.read())
    assert (changed.task_id, changed.before, changed.after.at) == (task, BEFORE, AFTER)

    with house.engine.begin(SYSTEM) as work:
        assert work.dues.confirm(work.calendars.read(), ["another"], "日历") == 0
        assert work.dues.confirm(work.calendars.read(), [task], "日历") == 1
    assert due_of(house, task) == AFTER
    with house.engine.begin(SYSTEM) as work:
        row = work.session.get_one(UserTask, task)
        [moved] = [event for event in work.history.of(row.instance_id) if event.event == "task.due-moved"]
        assert moved.detail == {"reason": "日历"}
        assert set(moved.changes["due_at"]) == {"before", "after"}
        assert work.dues.confirm(work.calendars.read(), None, "日历") == 0, "there is nothing left to move"


def test_what_is_done_keeps_its_due_time(house: House, task: str) -> None:
    with house.engine.begin(house.clerk) as work:
        work.tasks.complete(task, {"note": "好"})
    put(house)
    with house.engine.begin(SYSTEM) as work:
        assert work.dues.confirm(work.calendars.read(), None, "日历") == 0
    assert due_of(house, task) == BEFORE


def test_the_newest_of_a_year_counts_and_an_earlier_one_can_be_put_again(house: House) -> None:
    put(house)
    put(house, CalendarPart("2027", True, ()), "更正")
    with house.engine.begin(SYSTEM) as work:
        assert not [day for day in work.calendars.read().holidays if day.year == 2027]
        first = work.calendars.imports()[-1]
        work.calendars.put([work.calendars.part("2027", first.id)], "恢复")
        assert len([day for day in work.calendars.read().holidays if day.year == 2027]) == 7
        work.calendars.put([work.calendars.part("2027", 0)], "恢复")
        assert work.calendars.read() == work_calendar()
        with pytest.raises(NotFound):
            work.calendars.part("2028", first.id)


def test_only_operators_of_the_whole_installation_may(house: House) -> None:
    below = Actor("o", "运维", posts=(Post("operator", "1-a", "/1/1-a/"),))
    with house.engine.begin(below) as work, pytest.raises(Forbidden):
        work.calendars.put([NOTICE], "通知")
    with house.engine.begin(below) as work, pytest.raises(Forbidden):
        list(work.dues.changed(work_calendar()))
    with house.engine.begin(SYSTEM) as work, pytest.raises(ReasonMissing):
        work.calendars.put([NOTICE], " ")
