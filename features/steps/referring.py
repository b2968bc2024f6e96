"""Steps of an incident under way: everybody does their task in its form; what the page and the lists then say."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import sqlalchemy as sa
from pytest_bdd import given, parsers, then, when

from features.steps.browser import words
from features.steps.world import TOWNSHIP, Case, World

if TYPE_CHECKING:
    from features.steps.browser import Value

WHO = {
    "街道经办人": "mw.clerk",
    "网格员": "mw.worker1",
    "城管局": "lst.umb",
    "应急局": "lst.emb",
    "住建局": "lst.hud",
    "市生态环境局": "yz.eeb",
    "市级平台": "yz.city",
    "另一网格员": "mw.worker2",
    "县级平台": "lst.clerk",
    "县级负责人": "lst.leader",
    "街道负责人": "mw.leader",
    "执法队": "mw.let",
    "便民中心": "mw.psc",
    "零陵城管局": "ll.umb",
}
UNITS = {
    "城管局": "431103-UMB",
    "应急局": "431103-EMB",
    "住建局": "431103-HUD",
    "市生态环境局": "431100-EEB",
    "执法队": "431103001-LET",
    "便民中心": "431103001-PSC",
    "零陵城管局": "431102-UMB",
}
PEOPLE = "|".join(WHO)


@given(parsers.parse("事项“{item}”的事件“{title}”已上报到梅湾街道"))
def an_incident_is_reported(world: World, item: str | None, title: str) -> None:
    from engine.types import SYSTEM
    from plugins.incidents import api

    report = api.Report(title, "夜里看不清，很危险", "梅湾路12号门前", "431103", item=item, township=TOWNSHIP)
    with world.engine.begin(SYSTEM) as work:
        reported = api.report(work, report)
    world.case = Case(reported.no, f"/instances/{reported.instance_id}")
    world.receipt = reported.receipt
    world.settle()


@given(parsers.parse("清单外的事件“{title}”已上报到梅湾街道"))
def something_else_is_reported(world: World, title: str) -> None:
    an_incident_is_reported(world, None, title)


@given("街道经办人确定在网格员的网格")
@when("街道经办人确定在网格员的网格")
def it_lies_in_the_workers_grid(world: World) -> None:
    select = sa.text(
        "SELECT grid_code FROM grid_assignment JOIN grid_worker w ON w.id = worker_id"
        " WHERE w.person_id = :person AND is_primary ORDER BY grid_code"
    )
    with world.reading() as work:
        grid = work.session.execute(select, {"person": f"demo.{WHO['网格员']}"}).scalars().first()
    assert grid is not None
    world.task("mw.clerk").form("提交").fill({"decision": "located", "grid": grid}).press("提交")


@given("街道经办人已确定网格")
@when("街道经办人确定网格")
def the_grid_is_found(world: World) -> None:
    grid = next(code for code in world.grids() if code.startswith(TOWNSHIP))
    world.task("mw.clerk").form("提交").fill({"decision": "located", "grid": grid}).press("提交")


@when(parsers.re(f"(?P<who>{PEOPLE})填写：$"))
def somebody_fills_in(world: World, who: str, datatable: list[list[str]]) -> None:
    values: dict[str, Value] = {}
    for name, value in datatable:
        values[name] = value.split("、") if name in {"departments", "assists"} else value
    world.page = world.task(WHO[who]).form("提交").fill(values).press("提交")


@when(parsers.parse("网格员附上“{name}”，填写："))
def the_worker_adds_a_picture(world: World, name: str, datatable: list[list[str]]) -> None:
    from PIL import Image

    picture = BytesIO()
    Image.new("RGB", (40, 30), "green").save(picture, "PNG")
    picture.seek(0)
    form = world.task(WHO["网格员"]).form("提交").fill(dict(datatable))
    world.page = form.attach("after", picture, name).press("提交")


@then(parsers.parse("街道经办人看得到照片“{name}”"))
def the_picture_can_be_seen(world: World, name: str) -> None:
    page = world.case_page()
    (link,) = page.find("//a[starts-with(@href, '/attachments/')][contains(., $name)]/@href", name=name)
    shown = world.browser("mw.clerk").client.get(link)
    assert (shown.status_code, shown.mimetype.partition("/")[0]) == (200, "image")


@then(parsers.re(f"(?P<who>{PEOPLE})的待办里有它$"))
def it_waits_for(world: World, who: str) -> None:
    assert world.inbox_row(WHO[who]) is not None


@then(parsers.re(f"(?P<who>{PEOPLE})的待办里没有它$"))
def it_does_not_wait_for(world: World, who: str) -> None:
    assert world.inbox_row(WHO[who]) is None


@then(parsers.re(f"(?P<who>{PEOPLE})的任务写着“(?P<text>[^”]+)”$"))
def the_task_says(world: World, who: str, text: str) -> None:
    page = world.task(WHO[who])
    assert text in page.text, page.text


@when(parsers.parse("过去{days:d}天"))
def days_pass(world: World, days: int) -> None:
    world.wait(timedelta(days=days))


@then(parsers.parse("派遣单依次是“{expected}”"))
def the_referrals_are(world: World, expected: str) -> None:
    from plugins.incidents.tables_referral import Referral

    names = {code: name for name, code in UNITS.items()}
    with world.reading() as work:
        select = sa.select(Referral).where(Referral.incident_no == world.case.no).order_by(Referral.number)
        found = [f"{names[each.unit]} {each.state}" for each in work.session.scalars(select)]
    assert found == expected.split("，")


@then(parsers.parse("事件处于“{state}”"))
def the_incident_is(world: World, state: str) -> None:
    from plugins.incidents import api

    with world.reading() as work:
        line = api.incident_of(work, world.case.no)
        assert (line.closing_code or line.state) == state


@given("城管部门自己的流程已部署")
def the_departments_process_is_deployed(world: World) -> None:
    from engine.contents import deploy_content
    from engine.types import SYSTEM

    deploy_content(world.engine, SYSTEM, "urban_management", "试用")


@then(parsers.re(f"(?P<who>{PEOPLE})可以把(?P<what>转办|改派|争议)交给“(?P<names>[^”]+)”$"))
def these_can_be_chosen(world: World, who: str, what: str, names: str) -> None:
    offered = offered_units(world, WHO[who], CHOSEN[what])
    assert set(names.split("、")) <= offered, offered


@then(parsers.re(f"(?P<who>{PEOPLE})不能把(?P<what>转办|改派|争议)交给“(?P<name>[^”]+)”$"))
def it_cannot_be_chosen(world: World, who: str, what: str, name: str) -> None:
    assert name not in offered_units(world, WHO[who], CHOSEN[what])


CHOSEN = {"转办": "lead", "改派": "unit", "争议": "departments"}
"""What is done with a unit → the field of the form in which it is chosen."""


def offered_units(world: World, login: str, field: str) -> set[str]:
    """Return the names of the units that a field of the case's form offers."""
    page = world.task(login)
    options = page.find("//select[@name=$n]/option[@value!='']", n=field)
    boxes = page.find("//label[@for=//input[@name=$n]/@id]", n=field)
    return {words(each) for each in [*options, *boxes]}


@then(parsers.re(f"(?P<who>{PEOPLE})在办“(?P<task>[^”]+)”"))
def they_are_at(world: World, who: str, task: str) -> None:
    assert task in world.browser(WHO[who]).open("/tasks").text
