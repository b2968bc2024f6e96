"""Steps of the township: proposing, filling in, signing, withdrawing."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then, when

from features.steps import faulty_plans, plans, reviewing
from features.steps.browser import words
from features.steps.world import CLERK, COUNTRY_CLERK, TOWNSHIP, World

if TYPE_CHECKING:
    from plugins.grid_registry import api


@given("演示县已载入")
def the_demo_is_loaded(world: World) -> None:
    assert world.grids()


@given("梅湾街道经办人发起划分方案")
def a_proposal_is_started(world: World) -> None:
    world.case = plans.start(world)


@when("经办人把过大的网格拆分为两个网格，写明理由，今天生效")
def the_oversized_grid_is_split(world: World) -> None:
    plans.submit(plans.split(world, plans.oversized(world)))


@when("经办人把两个小网格合并为一个网格，写明理由，今天生效")
def small_grids_are_merged(world: World) -> None:
    plans.submit(plans.merge(world, plans.small_neighbours(world)))


@when("经办人提交一个需要说明理由的拆分方案，但没有写理由")
def a_split_without_reasons_is_submitted(world: World) -> None:
    plans.submit(plans.split(world, plans.oversized(world), share=plans.smallest_apart, justification=""))


@when("经办人提交一个规模过小但写明理由的网格方案")
def a_tiny_grid_is_proposed(world: World) -> None:
    plans.submit(plans.split(world, plans.oversized(world), share=plans.smallest_apart))


@when("经办人提交生效日期为昨天的拆分方案")
def a_past_date_is_submitted(world: World) -> None:
    yesterday = plans.in_days(world, -1)
    world.page = plans.submit(plans.split(world, plans.oversized(world), effective=yesterday))


@when("经办人把过大的网格的单元分到两个新网格，还没有提交")
def units_are_tried_out(world: World) -> None:
    form = plans.split(world, plans.oversized(world), justification="")
    # what the script of the editor asks for when units are moved
    _, fields = form.payload()
    fields.update({"key": "changes", "label": "调整内容", "draft_url": form.page.path + "/draft"})
    world.page = world.browser(CLERK).send_only("/grids/editor", fields)


@given("一个拆分方案已经报送县级审核")
def a_split_is_under_review(world: World) -> None:
    a_proposal_is_started(world)
    the_oversized_grid_is_split(world)
    reviewing.the_leader_signs(world)


@given("一个拆分方案已经生效")
@when("一个拆分方案已经生效")
def a_split_is_in_force(world: World) -> None:
    a_split_is_under_review(world)
    reviewing.the_reviewer_approves(world)


@given("一个三十天后生效的拆分方案已经审核通过")
def a_split_waits_for_its_day(world: World) -> None:
    a_proposal_is_started(world)
    plans.submit(plans.split(world, plans.oversized(world), effective=plans.in_days(world, 30)))
    reviewing.the_leader_signs(world)
    reviewing.the_reviewer_approves(world)


@given("梅湾街道经办人又发起一个方案，还没有填完")
def another_proposal_is_begun(world: World) -> None:
    world.other = plans.start(world)


@then("那个没有填完的方案还在经办人的待办里")
def the_other_proposal_is_still_there(world: World) -> None:
    assert world.inbox_row(CLERK, world.other) is not None


@given("同一网格的另一拆分方案今天生效")
def another_split_of_the_grid_is_in_force(world: World) -> None:
    waiting = world.case
    a_split_is_in_force(world)
    assert world.case.grid == waiting.grid
    world.case = waiting


@when("经办人修改后重新提交")
@given("经办人修改后重新提交")
def the_clerk_submits_again(world: World) -> None:
    form = world.task(CLERK).form("提交")
    changed = plans.REASON + "界线沿中心路，东为甲，西为乙。"
    world.case.typed["reason_text"] = changed
    plans.submit(form.fill({"reason_text": changed}))


@when(parsers.parse("经办人填了理由“{reason}”，存为草稿"))
def a_draft_is_saved(world: World, reason: str) -> None:
    world.case.typed = {"reason_text": reason}
    page = world.task(CLERK).form("提交").fill({"reason_text": reason}).press("保存草稿")
    assert "草稿已保存" in page.text


@when(parsers.parse("经办人附上会议纪要“{name}”，存为草稿"))
def minutes_are_attached(world: World, name: str) -> None:
    content = b"%PDF-1.4\n%%EOF\n"
    world.task(CLERK).form("提交").attach("attachments", BytesIO(content), name).press("保存草稿")


@when(parsers.parse("经办人附上“{name}”，里面是网页"))
def a_page_is_attached(world: World, name: str) -> None:
    world.page = world.task(CLERK).form("提交").attach("attachments", BytesIO(b"<html></html>"), name).press("保存草稿")


@then(parsers.parse("页面指出“{name}”不能上传，并说明接受哪些文件"))
def the_file_is_refused_by_name(world: World, name: str) -> None:
    assert world.page.status == 422
    assert f"“{name}”不是可以上传的文件，只接受 JPEG、PNG、WebP 图片和 PDF" in world.page.text


@then(parsers.parse("再打开任务时“{name}”还在，经办人能打开，另一乡镇的经办人打不开"))
def the_file_is_there(world: World, name: str) -> None:
    page = world.task(CLERK)
    (path,) = {str(link.get("href")) for link in page.find("//a[starts-with(@href,'/attachments/')]")}
    assert name in page.text
    assert page.browser.client.get(path).mimetype == "application/pdf"
    assert world.browser(COUNTRY_CLERK).open("/instances").browser.client.get(path).status_code == 404


@then("再打开任务时理由还在")
def the_draft_is_there(world: World) -> None:
    assert world.task(CLERK).form("提交").value("reason_text") == world.case.typed["reason_text"]


# -- withdrawing -----------------------------------------------------------------------------------------------------


@when(parsers.parse("街道经办人撤回方案，理由是“{reason}”"))
def the_clerk_withdraws(world: World, reason: str) -> None:
    world.case_page().form("确认：撤回").fill({"reason": reason}).press("确认：撤回")


@given("街道经办人打开着案件的页面")
def the_clerk_has_the_case_open(world: World) -> None:
    world.kept["withdraw"] = world.case_page().form("确认：撤回").fill({"reason": "居民对界线有新的意见"})


@then("街道经办人不能撤回方案")
def the_clerk_cannot_withdraw(world: World) -> None:
    assert not world.case_page().has_button("确认：撤回")


@then("从先前打开的页面撤回，得知情况已有变化")
def withdrawing_from_an_old_page_is_refused(world: World) -> None:
    page = world.kept["withdraw"].press("确认：撤回")
    assert (page.status, page.heading) == (409, "情况已有变化")


# -- plans with faults -----------------------------------------------------------------------------------------------


@when(parsers.parse("经办人提交一个{fault}的方案"))
def a_faulty_plan_is_submitted(world: World, fault: str) -> None:
    world.page = plans.submit(faulty_plans.FAULTS[fault](world))


# -- what the clerk sees ---------------------------------------------------------------------------------------------


def returned(world: World) -> Any:
    """Return the page on which the clerk sees what is wrong: the refused form, or the task that came back."""
    if world.page is not None and world.page.find("//*[@data-error-summary]"):
        return world.page
    return world.task(CLERK)


@then(parsers.parse("方案回到经办人或当场指出，问题标在“{field}”"))
def the_problem_is_at_the_field(world: World, field: str) -> None:
    page = returned(world)
    assert page.messages_at(field), f"nothing at {field}: {page.text}"


@then("方案回到经办人，问题标在缺少理由的网格上")
def the_missing_reason_is_asked_for(world: World) -> None:
    page = world.task(CLERK)
    assert "请在此说明理由" in " ".join(page.messages_at("changes.0.parts.1.justification"))


@then("方案回到经办人，问题说明原网格已由哪件方案撤销")
def the_conflict_is_explained(world: World) -> None:
    (at_grid,) = world.task(CLERK).messages_at("changes.0.grid")
    (named,) = re.findall(r"已由方案 (HF-431103001-2026-\d{3}) 调整，自 \d{4}-\d\d-\d\d 起撤销", at_grid)
    assert named != world.case.no


@then("已经填写的内容都还在")
def nothing_typed_is_lost(world: World) -> None:
    form = returned(world).form("提交")
    assert {name: form.value(name) for name in world.case.typed} == world.case.typed


@then(parsers.parse("表单指出“{label}”需要修改"))
def the_form_points_at_a_field(world: World, label: str) -> None:
    assert world.page is not None
    assert world.page.status == 422
    faults = [words(link) for link in world.page.find("//*[@data-error-summary]//li/a")]
    assert [fault for fault in faults if fault.startswith(label)], faults


@then(parsers.parse("经办人的待办里有这个方案，写着退回意见“{opinion}”"))
def the_clerk_reads_the_opinion(world: World, opinion: str) -> None:
    assert opinion in world.task(CLERK).text


@then("看到每个新网格的户数、人口")
def each_new_grid_has_figures(world: World) -> None:
    assert world.page is not None
    for number, units in enumerate(parts_tried_out(world)):
        (figures,) = world.page.find("//*[@data-figures=$part]", part=f"changes.0.parts.{number}")
        households, people = (sum(getattr(unit, name) for unit in units) for name in ("households", "population"))
        assert f"{households} 户 · {people} 人" in words(figures)


@then("预览说出每个新网格的规模判定")
def each_new_grid_has_a_verdict(world: World) -> None:
    change = {
        "op": "split",
        "grid": world.case.grid,
        "parts": [
            {
                "name": f"新网格{n}",
                "kind": "comprehensive",
                "setting": "urban",
                "unit_ids": [unit.code for unit in units],
            }
            for n, units in enumerate(parts_tried_out(world))
        ],
    }
    token = world.browser(CLERK).open("/grids").find("//meta[@name='csrf-token']/@content")[0]
    answer = world.browser(CLERK).client.post(
        "/grids/preview", json={"township": TOWNSHIP, "changes": [change]}, headers={"X-CSRFToken": token}
    )
    said = {each["field"]: each["html"] for each in answer.get_json()["grids"]}
    assert sorted(said) == ["changes.0.parts.0", "changes.0.parts.1"]
    assert all("符合标准" in text or "偏离标准" in text for text in said.values()), said


def parts_tried_out(world: World) -> list[list[api.Unit]]:
    """Return the units of the two parts as they were chosen."""
    units = world.grid(world.case.grid).units
    return [[unit for unit in units if world.case.typed[f"changes.0.unit.{unit.code}"] == part] for part in ("0", "1")]


# -- time ------------------------------------------------------------------------------------------------------------


@when("过去三十天")
def thirty_days_pass(world: World) -> None:
    world.wait(timedelta(days=30))
