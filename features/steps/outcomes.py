"""Steps that say where a case stands, what its history tells, and what has become of the grids."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pytest_bdd import parsers, then

from engine.clock import TIMEZONE
from engine.types import Actor, Post
from engine.wording import in_chinese
from features.steps.browser import Page, words
from features.steps.world import BUREAU, CITY, CLERK, COUNTY, PEOPLE, World

# -- the case --------------------------------------------------------------------------------------------------------


def milestone(page: Page) -> str:
    (mark,) = page.find("//h2[@id='progress-title']/span[contains(@class, 'mark')]")
    return words(mark)


@then(parsers.parse("案件停在“{expected}”"))
def the_case_stands_at(world: World, expected: str) -> None:
    page = world.case_page()
    assert milestone(page) == expected
    assert "系统正在处理" not in page.text


@then(parsers.parse("案件停在“{expected}”，等待市级备案"))
def the_case_waits_for_its_filing(world: World, expected: str) -> None:
    the_case_stands_at(world, expected)
    waits = [words(each) for each in world.case_page().find("//ul[@class='waits']/li")]
    assert any(each.startswith("市级备案 等待办理") for each in waits), waits
    assert world.inbox_row(CITY) is not None


@then("案件的图上标出当前所在步骤")
def the_diagram_shows_the_token(world: World) -> None:
    page = world.case_page()
    (place,) = page.find("//*[@data-diagram]")
    diagram = world.browser(CLERK).client.get(place.get("data-diagram"))
    assert diagram.status_code == 200
    assert b"BPMNShape" in diagram.data
    (tokens,) = page.find("//*[@data-diagram-tokens]")
    assert '"file"' in tokens.get("data-diagram-tokens")


@then(parsers.parse("案件记录里有“{what}”，办理人是{who}"))
def the_history_tells(world: World, what: str, who: str) -> None:
    event = history_line(world, what)
    assert words(event.xpath(".//span[@class='muted']")[0]) == world.name_of(PEOPLE[who])
    day = world.clock.now().astimezone(TIMEZONE).strftime("%Y-%m-%d")
    assert words(event.find("time")).startswith(day)


@then(parsers.parse("案件记录里“{what}”写着“{why}”"))
def the_history_tells_why(world: World, what: str, why: str) -> None:
    assert why in words(history_line(world, what).xpath("./div[@class='why']")[0])


def history_line(world: World, what: str) -> Any:
    lines = world.case_page().find(
        "//section[@id='history']//li[.//*[contains(@class, 'what')][contains(., $w)]]", w=what
    )
    assert lines, f"no {what} in the history"
    return lines[0]


@then(parsers.parse("方案的备案回执号是“{receipt}”"))
def the_receipt_is_recorded(world: World, receipt: str) -> None:
    page = world.browser(CLERK).open(f"/grids/proposals/{world.case.no}")
    assert words(page.fact("回执号")) == receipt


@then(parsers.parse("{who}打开这个案件，看到“{expected}”"))
def somebody_sees_the_case(world: World, who: str, expected: str) -> None:
    assert milestone(world.case_page(PEOPLE[who])) == expected


# -- the grids -------------------------------------------------------------------------------------------------------


@then("没有任何网格发生变化")
@then("没有被别的方案改动的网格都没有变化")
def no_grid_has_changed(world: World) -> None:
    assert world.grids() == world.before


@then(parsers.parse("{who}的网格划分页上没有“{button}”"))
def the_page_of_grids_lacks(world: World, who: str, button: str) -> None:
    page = world.browser(PEOPLE[who]).open("/grids")
    assert page.heading == "网格划分"
    assert not page.has_button(button)


def successors(world: World, code: str) -> list[str]:
    """Return the grids that the page of a retired grid links to as those that came after it."""
    page = world.browser(CLERK).open(f"/grids/{code}")
    assert "已撤销" in page.text
    return [link.text for link in page.fact("后续网格").iter("a")]


@then("过大的网格已经撤销，由两个新网格接续")
def the_grid_is_succeeded_by_two(world: World) -> None:
    created = successors(world, world.case.grid)
    assert len(created) == 2
    assert world.case.grid not in world.grids()
    for number, code in enumerate(created):
        page = world.browser(CLERK).open(f"/grids/{code}")
        assert page.heading == world.case.typed[f"changes.0.parts.{number}.name"]
        assert [link.text for link in page.fact("来自网格").iter("a")] == [world.case.grid]


@then("原网格的每个单元都恰好属于一个新网格")
def every_unit_has_one_grid(world: World) -> None:
    old = world.grid(world.case.grid)
    new = [world.grid(code).grid.unit_codes for code in old.successors]
    assert sorted(code for codes in new for code in codes) == sorted(unit.code for unit in old.units)


@then("每个新网格都写明由哪个方案、哪个流程实例产生")
def each_grid_names_its_origin(world: World) -> None:
    for code in world.grid(world.case.grid).successors:
        page = world.browser(CLERK).open(f"/grids/{code}")
        links = {words(link): link.get("href") for link in page.fact("设立依据").iter("a")}
        assert links == {world.case.no: f"/grids/proposals/{world.case.no}", "查看办件": world.case.path}
        signed = words(page.fact("签批"))
        assert all(world.name_of(PEOPLE[who]) in signed for who in ("梅湾街道负责人", "县级审核人")), signed


@then("两个小网格已经撤销，由一个新网格接续")
def the_grids_are_succeeded_by_one(world: World) -> None:
    first, second = (successors(world, code) for code in world.case.merged)
    assert first == second
    assert len(first) == 1


@then("新网格包含两个小网格的全部单元")
def the_merged_grid_has_all_units(world: World) -> None:
    old = [world.grid(code) for code in world.case.merged]
    (merged,) = old[0].successors
    assert sorted(world.grid(merged).grid.unit_codes) == sorted(u.code for grid in old for u in grid.units)
    page = world.browser(CLERK).open(f"/grids/{merged}")
    assert f"{sum(unit.households for grid in old for unit in grid.units)} 户" in words(page.fact("规模"))


@then("生效日前一天，单元仍属于原网格")
def the_day_before_is_remembered(world: World) -> None:
    from plugins.grid_registry import api

    day = world.clock.now().astimezone(TIMEZONE).date() - timedelta(days=1)
    page = world.browser(CLERK).open(f"/grids?as_of={day}")
    units = world.grid(world.case.grid).units
    (row,) = page.find("//article[@id=$id]", id=f"g-{world.case.grid}")
    assert all(unit.name in words(row) for unit in units)
    with world.reading() as work:
        assert {api.grid_of_unit(work.session, unit.code, day) for unit in units} == {world.case.grid}


# -- departments -----------------------------------------------------------------------------------------------------


@then("县里的每个部门都收到通报")
def every_department_has_a_notice(world: World) -> None:
    from engine.core_api import OrgUnit
    from plugins.notifications import api as notices

    with world.reading() as work:
        units = work.session.query(OrgUnit).filter_by(parent_code=COUNTY, kind="department").all()
        staff = [Actor(u.code, u.name, posts=(Post("department_staff", u.code, u.path),)) for u in units]
    assert staff
    for each in staff:
        with world.engine.begin(each, write=False) as work:
            assert [n.subject for n in notices.waiting(work) if world.case.no in in_chinese(n.subject)], each.name
    page = world.browser(BUREAU).open("/notices")
    assert f"网格调整通报：{world.case.no}" in page.text


@then("城管部门的插件为每个新网格重排了巡查路线")
def the_bureau_has_new_routes(world: World) -> None:
    with world.reading() as work:
        answers = [
            (event.actor_id, event.detail)
            for event in work.history.of(world.case.path.rpartition("/")[2])
            if (event.event, event.element_id) == ("job.done", "replan_patrols")
        ]
    ((actor, planned),) = answers
    assert actor == "urban_management"
    assert sorted(route["grid"] for route in planned["routes"]) == sorted(world.grid(world.case.grid).successors)
    assert planned["ended"] == [world.case.grid]
    history_line(world, "自动完成：城管调整巡查安排")
