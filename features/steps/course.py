"""Steps of what happens to an incident at a department: requests, the clock, supervision, whoever it is handed to."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from pytest_bdd import given, parsers, then, when

from features.steps import plans, proposing
from features.steps.browser import Form, Page, words
from features.steps.referring import PEOPLE, WHO, somebody_fills_in
from features.steps.world import TOWNSHIP, World

REQUESTS = {"延期": "extension", "挂账": "suspension", "恢复计时": "resume", "终止": "termination"}
HANDLED = [
    ["measures", "已经处理"],
    ["legal_action", "none"],
    ["result", "solved"],
    ["result_date", "2026-12-01"],
    ["reply", "已经处理完毕"],
]


def incident_page(world: World, who: str = "县级平台") -> Page:
    return world.browser(WHO[who]).open(f"/incidents/{world.case.no}")


@given(parsers.re(f"(?P<who>{PEOPLE})已签收$"))
@when(parsers.re(f"(?P<who>{PEOPLE})签收$"))
def somebody_signs(world: World, who: str) -> None:
    somebody_fills_in(world, who, [["action", "sign"]])


@given(parsers.re(f"(?P<who>{PEOPLE})已办结$"))
@when(parsers.re(f"(?P<who>{PEOPLE})办结$"))
def somebody_handles(world: World, who: str) -> None:
    somebody_fills_in(world, who, HANDLED)


@given("街道经办人已转办，城管局主办，应急局协办")
def it_is_referred_to_two(world: World) -> None:
    referred = [["decision", "refer"], ["lead", "431103-UMB"], ["assists", "431103-EMB"], ["reason", "涉及两个部门"]]
    somebody_fills_in(world, "街道经办人", referred)


@given("网格员已核查通过")
@when("网格员核查通过")
def it_passes(world: World) -> None:
    somebody_fills_in(world, "网格员", [["verdict", "pass"]])


@when(parsers.parse("网格员核查不通过，理由是“{reason}”"))
def it_fails(world: World, reason: str) -> None:
    somebody_fills_in(world, "网格员", [["verdict", "fail"], ["reason", reason]])


@when(parsers.re(f"(?P<who>{PEOPLE})申请(?P<what>延期|挂账|恢复计时|终止)：$"))
def something_is_asked_for(world: World, who: str, what: str, datatable: list[list[str]]) -> None:
    page = incident_page(world, who)
    found = [form for form in page.root.forms if str(form.get("action")).endswith(f"/{REQUESTS[what]}")]
    assert found, f"{who} cannot ask for {what}: {page.text}"
    (button,) = {words(button) for button in found[0].iter("button")}
    world.page = Form(page, found[0]).fill(dict(datatable)).press(button)


@then(parsers.re(f"(?P<who>{PEOPLE})不能再申请(?P<what>延期|挂账|恢复计时|终止)$"))
def it_cannot_be_asked_for(world: World, who: str, what: str) -> None:
    forms = incident_page(world, who).root.forms
    assert not [form for form in forms if str(form.get("action")).endswith(f"/{REQUESTS[what]}")]


@then(parsers.parse("事件页写着“{text}”"))
def the_incident_page_says(world: World, text: str) -> None:
    shown = incident_page(world).text
    assert text in shown, shown


@then(parsers.parse("事件页没有“{text}”"))
def the_incident_page_does_not_say(world: World, text: str) -> None:
    shown = incident_page(world).text
    assert text not in shown, shown


@then(parsers.re(f"(?P<who>{PEOPLE})的期限是“(?P<due>[^”]+)”$"))
def it_is_due(world: World, who: str, due: str) -> None:
    shown = words(world.task(WHO[who]).fact("办理期限"))
    assert due in shown, shown


@when(parsers.re(f"(?P<who>{PEOPLE})把“(?P<text>[^”]+)”写在“(?P<field>\\w+)”里，存为草稿$"))
def a_draft_is_kept(world: World, who: str, text: str, field: str) -> None:
    world.task(WHO[who]).form("提交").fill({field: text}).press("保存草稿")


@then(parsers.re(f"(?P<who>{PEOPLE})的草稿里还有“(?P<text>[^”]+)”$"))
def the_draft_is_there(world: World, who: str, text: str) -> None:
    page = world.task(WHO[who])
    assert text in [words(area) for area in page.find("//textarea")]


@then(parsers.parse("向部门负责人和街道发出了催办"))
def the_head_and_the_township_were_urged(world: World) -> None:
    from plugins.incidents.tables_referral import SupervisionNotice

    with world.reading() as work:
        told = set(work.session.execute(sa.select(SupervisionNotice.measure, SupervisionNotice.recipient)).all())
    assert {("urge", "department_head"), ("urge", "township")} <= told


# -- who does it ------------------------------------------------------------------------------------------------------


@given(parsers.parse("街道经办人确定在网格员“{name}”的网格"))
@when(parsers.parse("街道经办人确定在网格员“{name}”的网格"))
def it_lies_in_the_grid_of(world: World, name: str) -> None:
    select = sa.text(
        "SELECT grid_code FROM grid_assignment JOIN grid_worker w ON w.id = worker_id"
        " WHERE w.name = :name AND is_primary ORDER BY grid_code"
    )
    with world.reading() as work:
        grid = work.session.execute(select, {"name": name}).scalars().first()
    assert grid is not None
    somebody_fills_in(world, "街道经办人", [["decision", "located"], ["grid", str(grid)]])


@when(parsers.parse("街道经办人把任务转交给“{name}”，理由是“{reason}”"))
def it_is_handed_over(world: World, name: str, reason: str) -> None:
    page = world.case_page(WHO["街道经办人"]).follow("转交他人办理")
    (person,) = page.find("//select[@name='person']/option[normalize-space()=$name]/@value", name=name)
    world.page = page.form("转交").fill({"person": person, "reason": reason}).press("转交")


@given(parsers.parse("街道经办人更正“{name}”没有参加专题培训"))
def somebody_was_not_trained(world: World, name: str) -> None:
    from engine.types import SYSTEM
    from plugins.workforce import api
    from plugins.workforce.tables import GridWorker, TrainingSession

    with world.engine.begin(SYSTEM) as work:
        worker = work.session.scalars(sa.select(GridWorker.id).filter_by(name=name)).one()
        training = work.session.scalars(sa.select(TrainingSession.id).filter_by(township=TOWNSHIP)).one()
        api.record(work, TOWNSHIP, training, {worker: (False, None)})


@then(parsers.re("转交的名单里“(?P<name>[^”]+)”写着“(?P<remark>.+)”$"))
def the_list_remarks(world: World, name: str, remark: str) -> None:
    assert f"{name}（{remark}）" in hand_over_list(world)


@then(parsers.parse("转交的名单里“{name}”没有提示"))
def the_list_does_not_remark(world: World, name: str) -> None:
    assert name in hand_over_list(world)


def hand_over_list(world: World) -> list[str]:
    page = world.case_page(WHO["街道经办人"]).follow("转交他人办理")
    return [words(option) for option in page.find("//select[@name='person']/option")]


@then(parsers.parse("办件记录里有“{what}”"))
def the_history_says(world: World, what: str) -> None:
    assert what in world.case_page(WHO["街道经办人"]).text


# -- where it lies ----------------------------------------------------------------------------------------------------


@given("街道经办人确定在过大的网格")
def it_lies_in_the_grid_that_is_too_large(world: World) -> None:
    grid = plans.oversized(world)
    somebody_fills_in(world, "街道经办人", [["decision", "located"], ["grid", grid]])


@when("该网格拆分为两个网格，今天生效")
def the_grid_is_split(world: World) -> None:
    incident = world.case
    proposing.a_split_is_in_force(world)
    world.case = incident


@when("梅湾街道经办人拟拆分该网格，还没有提交")
def a_split_is_tried_out(world: World) -> None:
    incident = world.case
    proposing.a_proposal_is_started(world)
    proposing.units_are_tried_out(world)
    world.case = incident


@then(parsers.parse("方案上写着“{text}”"))
def the_plan_says(world: World, text: str) -> None:
    assert world.page is not None
    assert text in words(world.page.root)


@then("事件仍属发生时的网格，写明现为哪些网格")
def it_keeps_its_grid(world: World) -> None:
    from plugins.incidents import api

    with world.reading() as work:
        line = api.incident_of(work, world.case.no)
        now = api.lies_in(work, world.case.no)
    assert line.grid not in {grid.code for grid in now}
    assert line.grid_as_of == date(2026, 12, 1)
    page = incident_page(world)
    assert line.grid is not None
    assert line.grid.startswith(TOWNSHIP)
    for grid in now:
        assert page.find("//dd//a[contains(@href, $code)]", code=grid.code), page.text


@then(parsers.parse("县级平台决定时看到先例“{text}”"))
def the_precedent_is_shown(world: World, text: str) -> None:
    shown = world.browser(WHO["县级平台"]).open(f"/incidents/{world.case.no}/advice").text
    assert text in shown, shown
