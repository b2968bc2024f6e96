"""Steps of residents who report a problem and follow it by their receipt, and of those who deal with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from pytest_bdd import given, parsers, then, when

from features.steps.world import TOWNSHIP, World

if TYPE_CHECKING:
    from features.steps.browser import Form

UMB = "431103-UMB"
PHONE = "13900001234"
ANSWERS: dict[str, dict[str, Any]] = {
    "place": {"decision": "located"},
    "triage": {"decision": "refer", "lead": UMB, "reason": "道路设施，由城管部门办理"},
    "sign": {"action": "sign"},
    "handle": {
        "measures": "更换井盖",
        "legal_action": "none",
        "result": "solved",
        "result_date": "2026-12-01",
        "reply": "已更换井盖，感谢反映",
    },
    "verify": {"on_site": True, "verdict": "pass"},
}
"""What whoever has a task answers, by the form of the task."""


def form_of(world: World, title: str, place: str, phone: str) -> Form:
    values = {"title": title, "township": TOWNSHIP, "place": place, "description": "夜里看不清，很危险", "phone": phone}
    return world.visitor().read("/report").form("提交").fill(values)


def keep_receipt(world: World) -> None:
    assert world.page is not None
    found = world.page.find("//strong[@data-receipt]/text()")
    world.receipt = found[0] if found else ""


def follow(world: World, receipt: str) -> None:
    page = world.visitor().read("/report/status")
    world.page = page.form("查看").fill({"receipt": receipt}).press("查看")


@given(parsers.parse("居民反映“{title}”，地点“{place}”，联系电话“{phone}”"))
@when(parsers.parse("居民反映“{title}”，地点“{place}”，联系电话“{phone}”"))
def a_resident_reports(world: World, title: str, place: str, phone: str) -> None:
    world.page = form_of(world, title, place, phone).press("提交")
    keep_receipt(world)


@when("居民凭回执查看进展")
def the_resident_follows(world: World) -> None:
    follow(world, world.receipt)


@when(parsers.parse("居民凭回执“{receipt}”查看进展"))
def somebody_guesses(world: World, receipt: str) -> None:
    follow(world, receipt)


@when("居民把同一张表单提交两次")
def the_form_is_sent_twice(world: World) -> None:
    form = form_of(world, "井盖缺失", "梅湾路12号门前", PHONE)
    world.answers = [form.press("提交"), form.press("提交")]


@then("两次得到同一个回执，事件只有一个")
def it_is_one_incident(world: World) -> None:
    first, second = (page.find("//strong[@data-receipt]/text()") for page in world.answers)
    assert first == second
    assert first
    with world.reading() as work:
        assert work.session.scalar(sa.text("SELECT count(*) FROM incident WHERE title = '井盖缺失'")) == 1


@then("填过的地点和电话还在")
def nothing_typed_is_lost(world: World) -> None:
    assert world.page is not None
    values = [world.page.find(f"//input[@name='{name}']/@value") for name in ("place", "phone")]
    assert values == [["梅湾路12号门前"], [PHONE]]


@given(parsers.parse("居民反映的“{title}”已转城管部门"))
def it_is_with_the_department(world: World, title: str) -> None:
    a_resident_reports(world, title, "梅湾路12号门前", PHONE)
    deal(world, until="sign")


@given(parsers.parse("居民反映的“{title}”已由城管部门办理、核实"))
def it_was_handled(world: World, title: str) -> None:
    a_resident_reports(world, title, "梅湾路12号门前", PHONE)
    deal(world, until="")


@then("城管部门的待办里有它，但没有反映人的电话")
def the_department_sees_no_reporter(world: World) -> None:
    browser = world.browser("lst.umb")
    (link,) = browser.open("/tasks").find("//tbody/tr//a[contains(., '井盖缺失')]/@href")
    page = browser.open(link)
    assert "梅湾路12号门前" in page.text or "井盖缺失" in page.text
    assert PHONE not in page.text
    with world.reading() as work:
        dumped = str([event.detail for event in work.history.of(_instance(work))])
        assert PHONE not in dumped


@when(parsers.re("居民评价“(?P<solved>[^”]+)”，(?P<score>[1-5])分"))
def the_resident_rates(world: World, solved: str, score: str) -> None:
    assert world.page is not None
    chosen = {"解决了": "yes", "部分解决": "partly", "没有解决": "no"}[solved]
    world.page = world.page.form("提交评价").fill({"solved": chosen, "score": score}).press("提交评价")


@when(parsers.parse("居民要求重新办理，理由是“{reason}”"))
def the_resident_asks_again(world: World, reason: str) -> None:
    assert world.page is not None
    world.page = world.page.form("要求重新办理").fill({"reason": reason}).press("要求重新办理")


def _instance(work: Any) -> str:
    return str(work.session.scalar(sa.text("SELECT process_instance_id FROM incident WHERE title = '井盖缺失'")))


def deal(world: World, until: str) -> None:
    """Let everybody do what waits for them, until a form comes up, or nothing waits for a person any more."""
    from engine.tables.people import OrgUnit
    from engine.tables.tasks import UserTask
    from engine.types import Actor, Post

    for _ in range(20):
        world.settle()
        with world.reading() as work:
            select = sa.select(UserTask).where(UserTask.instance_id == _instance(work), UserTask.state == "open")
            task = work.session.scalars(select).first()
            if task is None or task.form == until:
                return
            task_id = task.id
            path = work.session.get_one(OrgUnit, task.org_unit).path
            post = Post(task.candidate_group, task.org_unit, path)
            name = re.sub(r"_(township|county)$", "", task.form or "")
            given = dict(ANSWERS[name])
            if name == "place":
                given["grid"] = next(code for code in world.grids() if code.startswith(TOWNSHIP))
            actor = Actor(task.assignee or f"{task.candidate_group}-{task.org_unit}", "办理人", posts=(post,))
        with world.engine.begin(actor) as work:
            work.tasks.complete(task_id, given)
    raise AssertionError("it goes round")
