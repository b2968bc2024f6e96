"""Steps of those who keep the grid workers, and what the workforce answers to others."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from pytest_bdd import parsers, then, when

from features.steps import plans
from features.steps.browser import Page, words
from features.steps.territory import forged
from features.steps.world import CLERK, COUNTRY_CLERK, REVIEWER, TOWNSHIP, World

if TYPE_CHECKING:
    from plugins.workforce.api import AssignedWorker, SelfHandling

LIST = f"/workforce?township={TOWNSHIP}"


def worker_page(world: World, name: str) -> Page:
    return world.browser(CLERK).open(LIST).follow(name)


@when("梅湾街道经办人打开网格员页")
def the_list_is_opened(world: World) -> None:
    world.page = world.browser(CLERK).open(LIST)


@when("另一乡镇的经办人打开梅湾街道的网格员页")
def a_stranger_opens_the_list(world: World) -> None:
    world.page = world.browser(COUNTRY_CLERK).open(LIST)


@when("没有登录的人打开网格员页")
def a_visitor_opens_the_list(world: World) -> None:
    world.page = world.visitor().read(LIST)


@then("被带到登录页")
def a_login_is_asked_for(world: World) -> None:
    assert world.page is not None
    assert (world.page.path, world.page.heading) == ("/login", "登录")


def lacking(world: World) -> list[str]:
    """Return what the list says of each new grid of the case that needs a worker."""
    page = world.browser(CLERK).open(LIST)
    codes = [f"lacking-{code}" for code in world.grid(world.case.grid).successors]
    lines = page.find("//section[@aria-labelledby='lacking-title']/ul/li")
    return [words(line) for line in lines if line.get("id") in codes]


@then("两个新网格列为需要配备网格员，写明原网格员")
def the_successors_need_workers(world: World) -> None:
    (before,) = workers_of_the_old_grid(world, -1)
    told = lacking(world)
    assert len(told) == 2, told
    assert all(f"原网格员：{before.name}" in line for line in told), told


@when("经办人为第一个新网格配备一名网格员")
def a_successor_gets_a_worker(world: World) -> None:
    page = world.browser(CLERK).open(LIST)
    name = world.grid(min(world.grid(world.case.grid).successors)).grid.name
    label = next(words(button) for button in page.find("//button") if words(button) == f"配备 {name}")
    world.page = page.form(label).press(label)
    assert world.page.status == 200, world.page.text


@then("只有第二个新网格还需要配备网格员")
def one_still_needs_a_worker(world: World) -> None:
    (line,) = lacking(world)
    assert line.split()[0].endswith(plans.PARTS[1])


def workers_of_the_old_grid(world: World, days: int = 0) -> list[AssignedWorker]:
    """Return who serves the grid that the case splits, today or some days later."""
    from plugins.workforce import api

    with world.reading() as work:
        return api.workers_of(work.session, world.case.grid, plans.in_days(world, days))


@then("原网格有网格员")
def the_old_grid_has_a_worker(world: World) -> None:
    assert len(workers_of_the_old_grid(world)) == 1


@then("原网格不再有网格员")
def the_old_grid_has_no_worker(world: World) -> None:
    assert workers_of_the_old_grid(world) == []


@when(parsers.parse("经办人登记网格员“{name}”今日离任，原因“{reason}”"))
def a_worker_leaves(world: World, name: str, reason: str) -> None:
    world.page = worker_page(world, name).form("离任").fill({"reason": reason}).press("离任")


@then(parsers.parse("“{name}”的账号已没有岗位"))
def the_login_has_no_post(world: World, name: str) -> None:
    page = world.browser("mw.worker1").open("/tasks")
    assert page.reader == name
    case = plans.start(world)
    assert world.browser("mw.worker1").open(case.path).status == 404


@when("经办人导入网格员文件")
def a_file_is_brought_in(world: World, datatable: list[list[str]]) -> None:
    text = StringIO()
    csv.writer(text).writerows(datatable)
    page = world.browser(CLERK).open(f"/workforce/import?township={TOWNSHIP}")
    world.page = page.form("导入").fill({"text": text.getvalue()}).press("导入")


@when(parsers.parse("经办人登记今天对“{item}”的培训，“{name}”到场，得{score}分"))
def a_training_is_recorded(world: World, item: str, name: str, score: str) -> None:
    page = world.browser(CLERK).open(f"/workforce/training?township={TOWNSHIP}")
    held = {"title": "补训", "hours": "2", "items": [item]}
    page = page.form("登记培训").fill(held).press("登记培训")
    worker = worker_id(world, name)
    world.page = page.form("登记").fill({f"present.{worker}": True, f"score.{worker}": score}).press("登记")


@when("县级审核人规定未经培训的只作提示")
def the_county_only_warns(world: World) -> None:
    page = world.browser(REVIEWER).open(f"/workforce/training?township={TOWNSHIP}")
    world.page = page.form("规定").fill({"policy": "warn"}).press("规定")
    answer = forged(world, CLERK, "/workforce/policy", {"township": TOWNSHIP, "policy": "block"})
    assert answer.status == 403, "a township does not set the county's policy"


def worker_id(world: World, name: str) -> str:
    return worker_page(world, name).path.rpartition("/")[2]


def answer(world: World, name: str, item: str) -> SelfHandling:
    from plugins.workforce import api

    worker = worker_id(world, name)
    with world.reading() as work:
        return api.may_self_handle(work.session, worker, item, plans.today(world))


@then(parsers.parse("网格员“{name}”可以自行处置“{item}”"))
def may_handle(world: World, name: str, item: str) -> None:
    assert answer(world, name, item).allowed


@then(parsers.parse("网格员“{name}”不得自行处置“{item}”，因为{why}"))
def may_not_handle(world: World, name: str, item: str, why: str) -> None:
    found = answer(world, name, item)
    assert not found.allowed
    assert found.obstacle == {"只能上报": "report_only", "未经专题培训": "not_trained"}[why]
