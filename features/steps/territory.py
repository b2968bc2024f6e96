"""Steps of those whose business the case is not: another township, visitors, people of another post."""

from __future__ import annotations

from pytest_bdd import parsers, then, when

from features.steps.browser import Browser, Page
from features.steps.outcomes import history_line, milestone
from features.steps.reviewing import APPROVE
from features.steps.world import CLERK, COUNTRY_CLERK, PEOPLE, REVIEWER, World


def forged(world: World, login: str, path: str, values: dict[str, object]) -> Page:
    """Send a form that no page of this person has, with all that a form must carry."""
    browser: Browser = world.browser(login)
    (token,) = browser.open("/tasks").find("//meta[@name='csrf-token']/@content")
    return browser.send(path, {"csrf_token": token, "idempotency_key": "0123456789abcdef", **values})


def not_found(page: Page) -> bool:
    return (page.status, page.heading) == (404, "没有找到")


@then("另一乡镇的经办人打开这个案件，得到“没有找到”")
def the_case_is_not_there(world: World) -> None:
    assert not_found(world.case_page(COUNTRY_CLERK))
    assert not_found(world.browser(COUNTRY_CLERK).open(f"{world.case.path}/diagram.bpmn"))
    assert not_found(world.browser(COUNTRY_CLERK).open(f"/grids/proposals/{world.case.no}"))


@then("另一乡镇的经办人打开这个任务，得到“没有找到”")
def the_task_is_not_there(world: World) -> None:
    assert not_found(world.browser(COUNTRY_CLERK).open(world.task(REVIEWER).path))


@then("另一乡镇的经办人的案件列表里没有这个方案")
def the_case_is_in_no_list(world: World) -> None:
    browser = world.browser(COUNTRY_CLERK)
    for path in ("/instances", "/tasks", "/grids/proposals", f"/instances?search={world.case.no}"):
        assert not browser.open(path).find(f"//tbody[contains(., '{world.case.no}')]"), path


@when("另一乡镇的经办人试图撤回这个方案")
def a_stranger_withdraws(world: World) -> None:
    path = f"{world.case.path}/messages/withdraw"
    world.page = forged(world, COUNTRY_CLERK, path, {"reason": "不同意这样划分"})


@when(parsers.parse("{who}试图提交审核意见"))
def somebody_else_reviews(world: World, who: str) -> None:
    path = world.task(REVIEWER).path
    world.page = forged(world, PEOPLE[who], path, dict(APPROVE))


@when("另一乡镇的经办人试图为梅湾街道发起方案")
def a_stranger_proposes(world: World) -> None:
    world.page = forged(world, COUNTRY_CLERK, "/grids/proposals/new", {"township": "431103001"})


@then("得到“没有找到”")
def the_answer_is_not_found(world: World) -> None:
    assert world.page is not None
    assert not_found(world.page), world.page.text


@then("没有登录的人打开这个案件，被带到登录页")
def a_visitor_must_log_in(world: World) -> None:
    page = world.visitor().read(world.case.path)
    assert (page.status, page.path, page.heading) == (200, "/login", "登录")


@then(parsers.parse("换成英文后，待办页的标题是“{heading}”"))
def the_page_is_english(world: World, heading: str) -> None:
    browser = world.browser(CLERK)
    browser.open("/tasks")
    page = browser.open("/language/en")
    assert page.heading.startswith(heading)


@then(parsers.parse("换成英文后，案件停在“{expected}”，记录里有“{what}”"))
def the_case_is_english(world: World, expected: str, what: str) -> None:
    world.case_page()
    world.browser(CLERK).open("/language/en")
    assert milestone(world.case_page()) == expected
    history_line(world, what)


@then("没有运维岗位的人打开运维页，得到“没有权限”")
def operations_are_for_operators(world: World) -> None:
    page = world.browser(CLERK).open("/operations")
    assert (page.status, page.heading) == (403, "没有权限")
