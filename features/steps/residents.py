"""Steps of the public, who have no login, and of the agency that answers them."""

from __future__ import annotations

import re

from pytest_bdd import parsers, then, when

from features.steps.browser import words
from features.steps.world import REVIEWER, TOWNSHIP, World


def text(world: World) -> str:
    assert world.page is not None
    return world.page.text


@when(parsers.parse("居民打开“{path}”"))
def a_resident_opens(world: World, path: str) -> None:
    world.page = world.visitor().read(path)
    assert world.page.path == path.partition("?")[0], "no login is asked for"


@then(parsers.parse("页面写着“{words}”"))
def the_page_says(world: World, words: str) -> None:
    assert words in text(world)


@then(parsers.parse("页面没有“{words}”"))
def the_page_does_not_say(world: World, words: str) -> None:
    assert words not in text(world)


@when(parsers.parse("居民对事项“{item}”提意见“{opinion}”，联系方式“{contact}”"))
def a_resident_gives_an_opinion(world: World, item: str, opinion: str, contact: str) -> None:
    page = world.visitor().read(f"/catalogue/opinion?item={item}")
    world.page = page.form("提交意见").fill({"text": opinion, "contact": contact}).press("提交意见")
    found = re.search(r"YJ-\d+-\d+-\w+", text(world))
    world.receipt = found[0] if found else ""


@when(parsers.parse("县级审核人答复这条意见“{reply}”"))
def the_agency_answers(world: World, reply: str) -> None:
    page = world.browser(REVIEWER).open("/opinions")
    assert "13900000000" in page.text, "who answers can call"
    page.form("答复").fill({"reply": reply}).press("答复")


@when("居民凭回执号查看答复")
def a_resident_asks_after_it(world: World) -> None:
    world.page = world.visitor().read(f"/catalogue/receipt?no={world.receipt}")


@then("联系方式还在")
def the_contact_is_still_there(world: World) -> None:
    assert world.page is not None
    assert world.page.find("//input[@name='contact']/@value") == ["13900000000"]


@when("居民查询自己的小区在哪个网格")
def a_resident_asks_where(world: World) -> None:
    page = world.visitor().read(f"/catalogue/where?township={TOWNSHIP}")
    unit = page.find("//select[@name='unit']//option/@value")[1]
    world.page = world.visitor().read(f"/catalogue/where?township={TOWNSHIP}&unit={unit}")
    world.unit = unit


@when("居民按自己小区的位置查询")
def a_resident_asks_by_a_point(world: World) -> None:
    unit = next(each for each in world.picture().units if each.geometry and each.grid)
    assert unit.geometry is not None
    ring = unit.geometry["coordinates"][0]
    longitude, latitude = (sum(point[axis] for point in ring[:-1]) / (len(ring) - 1) for axis in (0, 1))
    world.page = world.visitor().read(f"/catalogue/where?latitude={latitude:.6f}&longitude={longitude:.6f}")
    world.unit = unit.code


@then("页面写着这个小区的网格")
def the_grid_is_named(world: World) -> None:
    (grid,) = [code for code, facts in world.grids().items() if world.unit in facts[4]]
    assert grid in text(world)
    assert "不另外划分" in text(world)


@then(parsers.parse("按部门直达的有“{department}”，{count:d}个事项"))
def departments_can_be_jumped_to(world: World, department: str, count: int) -> None:
    (link,) = world.page.find("//nav[@id='departments']//a[contains(., $name)]", name=department)
    (section,) = world.page.find("//section[.//*[@id=$id]]", id=str(link.get("href")).removeprefix("#"))
    assert words(link) == f"{department} {count}"
    assert len(section.findall(".//tbody/tr")) == count


@then(parsers.parse("县级审核人的意见页写着“{expected}”"))
def the_agency_reads(world: World, expected: str) -> None:
    assert expected in world.browser(REVIEWER).open("/opinions").text
