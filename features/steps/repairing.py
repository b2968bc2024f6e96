"""Steps of operators who repair a case in the browser."""

from __future__ import annotations

from pytest_bdd import parsers, then, when

from features.steps.browser import Page, words
from features.steps.outcomes import history_line
from features.steps.world import CLERK, OPERATOR, World


def repair_page(world: World) -> Page:
    return world.case_page(OPERATOR).follow("修复")


def waiting(page: Page, when_: str) -> str:
    """Return what the preview says of where the case waits, now or afterwards."""
    (cell,) = page.find("//tr[th[normalize-space()='等待之处']]/td[@data-label=$label]", label=when_)
    return words(cell)


@when(parsers.parse("运维人员要把等待中的“{step}”移到“{target}”"))
def the_operator_looks_at_a_move(world: World, step: str, target: str) -> None:
    page = repair_page(world)
    (place,) = page.find("//h3[contains(., $step)]/..", step=step)
    form = next(form for form in place.iter("form") if form.xpath(".//select[@name='target']"))
    (option,) = [each for each in form.iter("option") if words(each).startswith(f"{target} (")]
    fields = {
        "csrf_token": form.xpath("string(.//input[@name='csrf_token']/@value)"),
        "place": form.xpath("string(.//input[@name='place']/@value)"),
        "target": option.get("value"),
    }
    world.page = world.browser(OPERATOR).send(form.get("action"), fields, referrer=page.path)


@when("运维人员要取消案件")
def the_operator_looks_at_a_cancellation(world: World) -> None:
    world.page = repair_page(world).form("取消：查看结果").press("取消：查看结果")


@when(parsers.parse("运维人员要把数据改成“{assignment}”"))
def the_operator_looks_at_an_edit(world: World, assignment: str) -> None:
    form = repair_page(world).form("修改：查看结果").fill({"assignments": assignment})
    world.page = form.press("修改：查看结果")


@then(parsers.parse("预览说现在等待“{now}”，之后等待“{afterwards}”"))
def the_preview_says(world: World, now: str, afterwards: str) -> None:
    assert world.page is not None
    assert now in waiting(world.page, "现在")
    assert afterwards in waiting(world.page, "之后")


@when(parsers.parse("运维人员写明理由“{reason}”并确认"))
def the_operator_confirms(world: World, reason: str) -> None:
    assert world.page is not None
    (button,) = world.page.find("//section[h2[contains(., '结果预览')]]//button")
    form = world.page.form(words(button)).fill({"reason": reason})
    world.page = form.press(words(button))


@then(parsers.parse("运维人员看到“{text}”"))
def the_operator_reads(world: World, text: str) -> None:
    assert world.page is not None
    assert text in world.page.text


@then(parsers.parse("办理过程里有“{what}”，理由是“{reason}”"))
def the_history_has_the_reason(world: World, what: str, reason: str) -> None:
    assert reason in words(history_line(world, what))


@then("没有运维岗位的人打开修复页，得到“没有权限”")
def others_may_not(world: World) -> None:
    page = world.browser(CLERK).open(f"{world.case.path}/repair")
    assert (page.status, page.heading) == (403, "没有权限")


@then(parsers.parse("经办人在办理过程里看到“{shown}”，看不到“{hidden}”"))
def the_clerk_reads_words(world: World, shown: str, hidden: str) -> None:
    text = world.case_page().text
    assert shown in text
    assert hidden not in text
