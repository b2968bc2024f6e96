"""Departments hear of a change, and say so; people are reminded."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.clock import TIMEZONE, FixedClock
from engine.errors import NotFound
from engine.plugins.host import PluginHost
from engine.types import Actor
from engine.wording import in_chinese, in_language
from plugins.notifications import api
from tests.plugins.serving import Served, engine_on, staff

CREATED, RETIRED = '["431103001001-C008", "431103001001-C009"]', '["431103001001-C001"]'
CHANGE = {
    "proposal_no": '"HF-431103001-2026-001"',
    "county": '"431103"',
    "revision": "7",
    "subject": '"网格调整通报：HF-431103001-2026-001"',
    "created": CREATED,
    "retired": RETIRED,
}
REMINDER = {
    "group": '"county_reviewer"',
    "org_unit": '"431103"',
    "subject": '"审核即将到期"',
    "body": '"请及时审核。"',
}
UMB = staff("gao", "department_staff", "431103-UMB")
UMB_COLLEAGUE = staff("luo", "department_staff", "431103-UMB")
EMB = staff("he", "department_staff", "431103-EMB")
OTHER_COUNTY = staff("tan", "department_staff", "431102-UMB")
REVIEWER = staff("deng", "county_reviewer", "431103")
CLERK = staff("zhou", "township_clerk", "431103001")


@pytest.fixture
def engine(database: sa.Engine, clock: FixedClock) -> Engine:
    plugins = PluginHost().load(["plugins.notifications"], ())
    assert [record.reason for record in plugins.records] == [""]
    return engine_on(database, plugins, clock)


def waiting(engine: Engine, actor: Actor) -> list[api.ReceivedNotice]:
    with engine.begin(actor, write=False) as work:
        return api.waiting(work)


def acknowledged(engine: Engine, actor: Actor) -> list[api.ReceivedNotice]:
    with engine.begin(actor, write=False) as work:
        return api.acknowledged(work)


def acknowledge(engine: Engine, actor: Actor, notice_id: str) -> api.ReceivedNotice:
    with engine.begin(actor) as work:
        return api.acknowledge(work, notice_id)


def test_every_department_of_the_county_and_no_other_gets_one_notice(engine: Engine) -> None:
    served = Served(engine, "notifications.notify_departments", CHANGE)
    assert served.state == "completed"
    assert served.events == [("job.done", {"departments": ["431103-EMB", "431103-UMB"], "notices": 2})]
    assert [len(waiting(engine, actor)) for actor in (UMB, EMB, OTHER_COUNTY, REVIEWER, CLERK)] == [1, 1, 0, 0, 0]


def test_a_notice_says_what_changed_and_by_when_to_acknowledge_it(engine: Engine) -> None:
    Served(engine, "notifications.notify_departments", CHANGE)
    notice = waiting(engine, UMB)[0]
    assert notice.subject == "网格调整通报：HF-431103001-2026-001"
    assert in_chinese(notice.body).splitlines() == [
        "网格划分方案 HF-431103001-2026-001 已生效（登记册第 7 版）。",
        "新设网格：431103001001-C008、431103001001-C009。",
        "撤销网格：431103001001-C001。",
        "请于 2026-12-04 前确认收悉，并按新的网格调整工作安排。",
    ]
    assert in_language(notice.body, "en").splitlines() == [
        "Grid division proposal HF-431103001-2026-001 is in force (revision 7 of the registry).",
        "New grids: 431103001001-C008, 431103001001-C009.",
        "Grids abolished: 431103001001-C001.",
        "Please acknowledge by 2026-12-04 and plan your work by the new grids.",
    ]
    assert notice.org_unit_name == "城管局"


def test_the_three_days_are_working_days(engine: Engine, clock: FixedClock) -> None:
    clock.set(datetime(2026, 12, 3, 9, 0, tzinfo=TIMEZONE))  # a Thursday
    Served(engine, "notifications.notify_departments", CHANGE)
    assert waiting(engine, UMB)[0].due_at == datetime(2026, 12, 8, 17, 30, tzinfo=TIMEZONE)


def test_a_change_without_retired_grids_does_not_speak_of_them(engine: Engine) -> None:
    Served(engine, "notifications.notify_departments", CHANGE | {"retired": "[]"})
    assert "撤销" not in in_chinese(waiting(engine, UMB)[0].body)


def test_departments_of_another_county_cannot_be_notified(engine: Engine) -> None:
    served = Served(engine, "notifications.notify_departments", CHANGE | {"county": '"431102"'})
    assert [event for event, _ in served.events] == ["job.dead"]
    assert "不能通报 431102 的部门" in served.events[0][1]["error"]
    assert waiting(engine, OTHER_COUNTY) == []


def test_a_notice_is_acknowledged_for_the_whole_unit(engine: Engine, clock: FixedClock) -> None:
    Served(engine, "notifications.notify_departments", CHANGE)
    clock.advance(timedelta(hours=1))
    acknowledge(engine, UMB, waiting(engine, UMB)[0].id)
    assert waiting(engine, UMB_COLLEAGUE) == []
    seen = acknowledged(engine, UMB_COLLEAGUE)[0]
    assert (seen.acknowledged_by_name, seen.acknowledged_at) == (UMB.name, clock.now())
    assert len(waiting(engine, EMB)) == 1


def test_the_first_acknowledgement_stays(engine: Engine, clock: FixedClock) -> None:
    Served(engine, "notifications.notify_departments", CHANGE)
    notice = waiting(engine, UMB)[0]
    first = acknowledge(engine, UMB, notice.id)
    clock.advance(timedelta(days=1))
    assert acknowledge(engine, UMB_COLLEAGUE, notice.id) == first


@pytest.mark.parametrize("actor", [EMB, OTHER_COUNTY, CLERK, REVIEWER])
def test_nobody_else_can_acknowledge_it(engine: Engine, actor: Actor) -> None:
    Served(engine, "notifications.notify_departments", CHANGE)
    notice = waiting(engine, UMB)[0]
    with pytest.raises(NotFound):
        acknowledge(engine, actor, notice.id)
    assert waiting(engine, UMB) == [notice]


def test_a_notice_is_overdue_when_its_day_has_passed_and_nobody_acknowledged(engine: Engine, clock: FixedClock) -> None:
    Served(engine, "notifications.notify_departments", CHANGE)
    notice = waiting(engine, UMB)[0]
    assert not notice.overdue(clock.now())
    clock.advance(timedelta(days=10))
    assert notice.overdue(clock.now())
    assert not acknowledge(engine, UMB, notice.id).overdue(clock.now())


def test_holders_of_a_post_are_reminded(engine: Engine) -> None:
    served = Served(engine, "notifications.remind", REMINDER)
    assert served.events == [("job.done", {"notices": 1})]
    notice = waiting(engine, REVIEWER)[0]
    assert (notice.subject, notice.body, notice.due_at) == ("审核即将到期", "请及时审核。", None)
    assert (notice.instance_id, notice.may_open) == (served.id, True)


def test_a_department_is_not_shown_a_way_into_a_case_it_may_not_see(engine: Engine) -> None:
    Served(engine, "notifications.notify_departments", CHANGE)
    assert not waiting(engine, UMB)[0].may_open


def test_a_unit_that_is_not_there_cannot_be_reminded(engine: Engine) -> None:
    served = Served(engine, "notifications.remind", REMINDER | {"org_unit": '"431199"'})
    assert [event for event, _ in served.events] == ["job.dead"]
    assert "没有单位 431199" in served.events[0][1]["error"]


def test_notices_that_are_due_come_first_then_the_newest(engine: Engine, clock: FixedClock) -> None:
    both = Actor("all", "全", posts=(*UMB.posts, *REVIEWER.posts))
    for subject in ('"早"', '"晚"'):
        Served(engine, "notifications.remind", REMINDER | {"subject": subject})
        clock.advance(timedelta(hours=1))
    Served(engine, "notifications.notify_departments", CHANGE)
    assert [notice.due_at is None for notice in waiting(engine, both)] == [False, True, True]
    assert [notice.subject for notice in waiting(engine, both)[1:]] == ["晚", "早"]
