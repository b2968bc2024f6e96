"""Steps of the working calendar: an operator brings in a notice, a reviewer looks at a due time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pytest_bdd import parsers, then, when

from features.steps.world import OPERATOR, REVIEWER, World

if TYPE_CHECKING:
    from features.steps.browser import Page

PAGE = "/operations/calendar"
HEADING = "date,kind,name\n"


@pytest.fixture
def bring_in(world: World) -> Iterator[Callable[[str], Page]]:
    """A function that uploads a file; afterwards expressions count with the packaged calendar again."""
    from engine.calendar import work_calendar

    def upload(text: str) -> Page:
        browser = world.browser(OPERATOR)
        form = browser.open(PAGE).form("查看会改变什么")
        _, fields = form.payload()
        sent = {name: fields[name] for name in fields} | {"source": "放假通知"}
        return browser.send(f"{PAGE}/preview", sent | {"file": (BytesIO(text.encode()), "2027.csv")})

    yield upload
    world.engine.runtime.feel.count_with(work_calendar())


@when(parsers.parse("运维人员导入2027年的放假安排，元旦放假到“{last}”"))
def the_year_is_announced(bring_in: Callable[[str], Page], last: str) -> None:
    end = date.fromisoformat(last)
    new_year = [date(2027, 1, 1) + timedelta(days=day) for day in range((end - date(2027, 1, 1)).days + 1)]
    spring = [date(2027, 2, 5) + timedelta(days=day) for day in range(7)]
    lines = [f"{day},holiday,元旦\n" for day in new_year] + [f"{day},holiday,春节\n" for day in spring]
    shown = bring_in(HEADING + "".join(lines))
    assert last in shown.text
    assert "有 1 个任务的期限会不同" in shown.text
    shown.form("确认导入").press("确认导入")


@when("运维人员导入有错误的放假安排")
def a_faulty_file(world: World, bring_in: Callable[[str], Page]) -> None:
    world.page = bring_in(HEADING + "2027-01-01,holiday,元旦\n2027-02-30,holiday,春节\n")


@when("运维人员确认变更列出的期限")
def due_times_are_confirmed(world: World) -> None:
    page = world.browser(OPERATOR).open(PAGE).form("变更勾选的期限").press("变更勾选的期限")
    assert "已调整 1 个任务的期限" in page.text


@then(parsers.re("县级审核人看到期限“(?P<moment>[^”]+)”，(?P<marked>标着|没有标)“暂定”"))
def the_due_time_is_shown(world: World, moment: str, marked: str) -> None:
    page = world.task(REVIEWER)
    assert moment in page.text
    assert ("暂定" in {mark.strip() for mark in page.find("//aside//span/text()")}) is (marked == "标着")


@then(parsers.parse("期限的说明写着“{text}”"))
def the_due_time_explains_itself(world: World, text: str) -> None:
    (why,) = world.task(REVIEWER).find("//details[contains(@class, 'due-why')]/p")
    assert text in re.sub(r"\s+", " ", why.text)


@then("案件记录里有期限的变更")
def the_history_says_so(world: World) -> None:
    with world.reading() as work:
        events = work.history.of(world.case.path.rsplit("/", 1)[-1])
        assert [event.detail for event in events if event.event == "task.due-moved"] == [
            {"reason": "工作日历变更后确认"}
        ]


@then("页面指出第3行的错误")
def the_line_is_named(world: World) -> None:
    assert world.page is not None
    assert "第 3 行" in world.page.text


@then("2027年的放假安排仍未公布")
def nothing_was_brought_in(world: World) -> None:
    with world.reading() as work:
        assert 2027 not in work.calendars.read().official
