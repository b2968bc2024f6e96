"""Steps of staffing what a division made, and of what residents are told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from features.steps import plans, reviewing
from features.steps.browser import Form, Page, Value, words
from features.steps.outcomes import milestone
from features.steps.workforce import LIST, workers_of_the_old_grid
from features.steps.world import CLERK, TOWNSHIP, World

if TYPE_CHECKING:
    from plugins.workforce.api import AssignedWorker

TASK = "配备网格员并公示"
FIRST = "staffing.grids.0"


def new_grids(world: World) -> list[str]:
    return sorted(world.grid(world.case.grid).successors)


def serving(world: World, code: str) -> list[AssignedWorker]:
    from plugins.workforce import api

    with world.reading() as work:
        return api.workers_of(work.session, code, plans.today(world))


def before(world: World) -> AssignedWorker:
    """Return who served the grid to the last."""
    (worker,) = workers_of_the_old_grid(world, -1)
    return worker


def form(world: World) -> Form:
    """Open the task; with it only one of the clerk's tasks is of the case."""
    return world.task(CLERK).form("提交")


@given("街道经办人确认新网格的网格员")
@when("街道经办人确认新网格的网格员")
def the_clerk_confirms(world: World) -> None:
    world.page = form(world).press("提交")
    assert f"已办结：{TASK}" in world.page.text, world.page.text


@given(parsers.parse("街道经办人确认新网格的网格员，办公电话“{office}”，监督电话“{supervision}”"))
def the_clerk_confirms_and_publishes(world: World, office: str, supervision: str) -> None:
    numbers: dict[str, Value] = {"staffing.office_phone": office, "staffing.supervision_phone": supervision}
    form(world).fill(numbers).press("提交")


@given("街道经办人确认了新网格的网格员，系统还没有登记")
def the_clerk_confirms_only(world: World) -> None:
    path, fields = form(world).payload()
    world.browser(CLERK).send_only(path, fields)


@when("街道经办人让另一名网格员主责第一个新网格，原网格员协助")
def another_worker_is_primary(world: World) -> None:
    own, filled = before(world), form(world)
    other = next(number for number in options(filled, f"{FIRST}.primary") if number not in {"", own.staff_no})
    world.key = other
    filled.fill({f"{FIRST}.primary": other, f"{FIRST}.another": own.staff_no}).press("提交")


def options(filled: Form, name: str) -> list[str]:
    return [str(each) for each in filled.page.find("//select[@name=$name]/option/@value", name=name)]


@when(parsers.parse("街道经办人没有为第一个新网格选网格员，电话填了“{phone}”"))
def nobody_is_chosen(world: World, phone: str) -> None:
    world.page = form(world).fill({f"{FIRST}.primary": "", "staffing.office_phone": phone}).press("提交")


@when("街道经办人为每个新网格选一名网格员")
def somebody_is_chosen(world: World) -> None:
    filled = form(world)
    names = [str(name) for name in filled.page.find("//select[contains(@name, '.primary')]/@name")]
    filled.fill({name: options(filled, name)[1] for name in names}).press("提交")


@given("过大的网格的网格员今天离任")
@when("过大的网格的网格员今天离任")
def the_worker_leaves(world: World) -> None:
    from plugins.workforce import api

    code = world.case.grid or plans.oversized(world)
    with world.reading() as work:
        (worker,) = api.workers_of(work.session, code, plans.in_days(world, -1))
    page = world.browser(CLERK).open(LIST).follow(worker.name)
    form_ = page.form("离任").fill({"reason": "合同到期"})
    path, fields = form_.payload()
    world.browser(CLERK).send(path, fields)


@given("一个网格改名的方案已经生效")
def a_rename_is_in_force(world: World) -> None:
    world.case = plans.start(world)
    plans.submit(plans.rename(world, plans.oversized(world), "望江新网格"))
    reviewing.the_leader_signs(world)
    reviewing.the_reviewer_approves(world)


@when("居民查询新网格里的小区")
def a_resident_asks_for_a_new_grid(world: World) -> None:
    unit = world.grid(new_grids(world)[0]).units[0]
    world.page = world.visitor().read(f"/catalogue/where?township={TOWNSHIP}&unit={unit.code}")


@when(parsers.parse("街道经办人把监督电话改为“{phone}”"))
def the_number_is_corrected(world: World, phone: str) -> None:
    page = world.browser(CLERK).open(LIST)
    world.page = page.form("公布").fill({"supervision_phone": phone}).press("公布")


# -- what came of it ---------------------------------------------------------------------------------------------------


@then("两个新网格由原网格员接续服务")
def the_worker_follows(world: World) -> None:
    own = before(world).worker_id
    found = [serving(world, code) for code in new_grids(world)]
    assert [[(each.worker_id, each.is_primary) for each in staff] for staff in found] == [[(own, True)], [(own, True)]]


@then("第一个新网格由另一名网格员主责，原网格员协助")
def the_first_grid_has_two(world: World) -> None:
    first, second = serving(world, new_grids(world)[0])
    assert (first.staff_no, first.is_primary) == (world.key, True)
    assert (second.worker_id, second.is_primary) == (before(world).worker_id, False)


@then("第二个新网格由原网格员主责")
def the_second_grid_has_one(world: World) -> None:
    (only,) = serving(world, new_grids(world)[1])
    assert (only.worker_id, only.is_primary) == (before(world).worker_id, True)


@then("两个新网格都有网格员")
def both_are_served(world: World) -> None:
    assert all(serving(world, code) for code in new_grids(world))


@then(parsers.parse("页面指出“{one}”和“{other}”"))
def the_page_says_what_is_wrong(world: World, one: str, other: str) -> None:
    page = page_of(world)
    assert page.status == 422
    assert one in page.text
    assert other in page.text
    assert page.form("提交").value("staffing.office_phone") == "无"


@then(parsers.parse("案件停在“{expected}”，等待配备网格员"))
def the_case_waits_for_staffing(world: World, expected: str) -> None:
    page = world.case_page()
    assert milestone(page) == expected
    (wait,) = [words(each) for each in page.find("//ul[@class='waits']/li")]
    assert f"{TASK} 等待办理" in wait


@then("方案回到经办人，说明需要重新确认网格员")
def the_clerk_is_asked_again(world: World) -> None:
    world.settle()
    assert "请重新确认" in world.task(CLERK).text


@then("页面写着新网格的网格员，没有个人电话")
def the_page_names_the_worker(world: World) -> None:
    page = page_of(world)
    assert before(world).name in page.text
    own = world.browser(CLERK).open(LIST).follow(before(world).name).form("查看电话").press("查看电话")
    assert words(own.fact("电话")).split()[0] not in page.text


@then(parsers.parse("居民查到的监督电话是“{phone}”"))
def the_number_is_published(world: World, phone: str) -> None:
    unit = world.picture().units[0]
    page = world.visitor().read(f"/catalogue/where?township={TOWNSHIP}&unit={unit.code}")
    assert words(page.fact("监督电话")) == phone


def page_of(world: World) -> Page:
    assert world.page is not None
    return world.page
