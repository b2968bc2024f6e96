"""Steps of those who report incidents on their pages, and of those who look for them in lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from features.steps.referring import WHO
from features.steps.reporting import form_of, keep_receipt
from features.steps.world import CITY, COUNTRY_CLERK, Case, World

if TYPE_CHECKING:
    from features.steps.browser import Page, Value

READERS = {**WHO, "另一乡镇网格员": "plq.worker1", "另一乡镇经办人": COUNTRY_CLERK, "市级": CITY}
READER = "|".join(READERS)
TOLD = {"description": "夜里看不清，很危险"}


def own_place(world: World) -> tuple[str, dict[str, Value]]:
    """Return the worker's first grid, and a point in it as the device of a page gives it."""
    from shapely.geometry import shape

    from plugins.workforce.api import grids_of, worker_of_person

    with world.reading() as work:
        worker = worker_of_person(work.session, f"demo.{WHO['网格员']}")
        assert worker is not None
        (grid, *_) = grids_of(work.session, worker, world.clock.now().date())
    outline = next(unit.geometry for unit in world.picture().units if unit.grid == grid and unit.geometry)
    point = shape(outline).representative_point()
    return grid, {"latitude": f"{point.y:.5f}", "longitude": f"{point.x:.5f}"}


def report(world: World, login: str, values: dict[str, Value], place: dict[str, Value] | None = None) -> None:
    page = world.browser(login).open("/incidents/report")
    world.page = page.form("上报").fill({**TOLD, **values}).forge(place or {}).press("上报")
    remember(world)


def remember(world: World) -> None:
    """Keep the case that the page speaks of, and the receipt on it."""
    assert world.page is not None
    found = re.search(r"SJ-[0-9-]+", world.page.text)
    world.case = Case(found[0] if found else "", "")
    world.receipt = "".join(world.page.find("//strong[@data-receipt]/text()"))


def incident_page(world: World, login: str = WHO["街道经办人"]) -> Page:
    return world.browser(login).open(f"/incidents/{world.case.no}")


@given(parsers.parse("网格员在自己的网格上报事项“{item}”的“{title}”"))
@when(parsers.parse("网格员在自己的网格上报事项“{item}”的“{title}”"))
def the_worker_reports(world: World, item: str, title: str) -> None:
    report(world, WHO["网格员"], {"item": item, "title": title}, own_place(world)[1])
    world.other = world.case


@when(parsers.parse("网格员在网格以外上报“{title}”"))
def the_worker_reports_elsewhere(world: World, title: str) -> None:
    values: dict[str, Value] = {"title": title, "place": "永州大道边"}
    report(world, WHO["网格员"], values, {"latitude": "26.00000", "longitude": "111.00000"})


@when("网格员上报时没有写标题")
def the_title_is_missing(world: World) -> None:
    report(world, WHO["网格员"], {"place": "梅湾路12号门前"})


@then("填过的情况还在")
def what_was_filled_in_stays(world: World) -> None:
    assert world.page is not None
    assert world.page.form("上报").value("description") == TOLD["description"]


@when(parsers.parse("街道经办人代“{channel}”登记“{title}”"))
def the_clerk_reports(world: World, channel: str, title: str) -> None:
    values: dict[str, Value] = {"title": title, "place": "清桥社区菜场门口", "channel": channel}
    report(world, WHO["街道经办人"], values)


@when(parsers.parse("街道经办人代“{channel}”在同一地点登记同一事项"))
def it_is_reported_again(world: World, channel: str) -> None:
    values: dict[str, Value] = {"item": "431103-UMB-006", "title": "到处是小广告", "channel": channel}
    report(world, WHO["街道经办人"], values, own_place(world)[1])


@when("街道经办人确认与先报的是同一件事")
def it_is_the_same(world: World) -> None:
    task = world.task(WHO["街道经办人"])
    world.page = task.form("提交").fill({"same": world.other.no}).press("提交")


@when(parsers.parse("居民在网格员的网格反映“{title}”"))
def a_resident_reports_from_there(world: World, title: str) -> None:
    form = form_of(world, title, "梅湾路12号门前", "").forge(own_place(world)[1])
    world.page = form.press("提交")
    keep_receipt(world)
    remember(world)


@when(parsers.parse("街道经办人补充“{text}”"))
def the_clerk_adds(world: World, text: str) -> None:
    world.page = incident_page(world).form("补充").fill({"text": text}).press("补充")


@then("事件在网格员的网格")
def it_lies_in_the_grid(world: World) -> None:
    from plugins.incidents import api

    with world.reading() as work:
        assert api.incident_of(work, world.case.no).grid == own_place(world)[0]


def put_a_point(world: World, place: dict[str, Value]) -> None:
    form = world.task(WHO["街道经办人"]).form("提交").fill({"decision": "located", "grid": own_place(world)[0]})
    world.page = form.forge({f"point.{part}": value for part, value in place.items()}).press("提交")


@when("街道经办人点出网格员的网格内的一点，选定该网格")
def the_clerk_puts_a_point(world: World) -> None:
    put_a_point(world, own_place(world)[1])


@when("街道经办人点出网格以外的一点，选定网格员的网格")
def the_clerk_puts_a_point_elsewhere(world: World) -> None:
    put_a_point(world, {"latitude": "26.00001", "longitude": "111.00001"})


def position(world: World) -> tuple[float | None, float | None]:
    from plugins.incidents import api

    with world.reading() as work:
        line = api.incident_of(work, world.case.no)
        return line.latitude, line.longitude


@then("事件的位置是所点的一点")
def it_lies_where_the_point_is(world: World) -> None:
    place = own_place(world)[1]
    assert position(world) == (float(str(place["latitude"])), float(str(place["longitude"])))


@then("事件的位置仍是上报的位置")
def it_lies_where_it_was_reported(world: World) -> None:
    assert position(world) == (26.0, 111.0)


@then(parsers.parse("事件页写着“{text}”"))
def the_page_of_the_incident_says(world: World, text: str) -> None:
    page = incident_page(world)
    assert text in page.text, page.text


@then(parsers.re(rf"(?P<who>{READER})的事件列表里(?P<has>没有|有)“(?P<title>[^”]+)”$"))
def the_list_has(world: World, who: str, has: str, title: str) -> None:
    assert (title in world.browser(READERS[who]).open("/incidents").text) == (has == "有")


@then(parsers.re(rf"(?P<who>{READER})按“(?P<asked>[^”]+)”查找，(?P<has>没有|有)“(?P<title>[^”]+)”$"))
def the_narrowed_list_has(world: World, who: str, asked: str, has: str, title: str) -> None:
    assert (title in world.browser(READERS[who]).open(f"/incidents?{asked}").text) == (has == "有")


@then(parsers.re(rf"(?P<who>{READER})打不开这个事件$"))
def it_cannot_be_opened(world: World, who: str) -> None:
    assert incident_page(world, READERS[who]).status == 404


@then(parsers.re(rf"(?P<who>{READER})(?P<can>能|不能)打开它的办理过程$"))
def its_case_opens(world: World, who: str, can: str) -> None:
    path = incident_page(world).link("办理过程")
    assert world.browser(READERS[who]).open(path).status == {"能": 200, "不能": 404}[can]


@then(parsers.re(rf"(?P<who>{READER})的督办情况写着“(?P<text>[^”]+)”$"))
def the_supervision_says(world: World, who: str, text: str) -> None:
    assert text in world.browser(READERS[who]).open("/incidents/supervision").text


@then(parsers.re(rf"(?P<who>{READER})看不到督办情况$"))
def no_supervision(world: World, who: str) -> None:
    assert world.browser(READERS[who]).open("/incidents/supervision").status == 403


@then(parsers.re(rf"(?P<who>{READER})导出的表格里有“(?P<one>[^”]+)”和“(?P<other>[^”]+)”$"))
def the_table_has(world: World, who: str, one: str, other: str) -> None:
    browser = world.browser(READERS[who])
    browser.open("/incidents")
    world.table = browser.client.get("/incidents/export.csv").text
    assert one in world.table
    assert other in world.table


@then(parsers.parse("表格里没有“{text}”"))
def the_table_has_not(world: World, text: str) -> None:
    assert text not in world.table


@then(parsers.re(rf"(?P<who>{READER})不能导出$"))
def no_export(world: World, who: str) -> None:
    assert world.browser(READERS[who]).open("/incidents/export.csv").status == 403
