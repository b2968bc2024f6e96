"""Steps of the catalogue's side paths: the simplified way, the public asked, terms, returns and withdrawals."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from engine.types import SYSTEM
from features.steps.applying import (
    APPROVED,
    ASKED,
    ITEM,
    LAWFUL,
    TRAINED,
    an_item_is_applied_for,
    begin,
    do,
    it_is_accepted,
    the_others_agree,
    the_strict_review_passes,
    with_basis,
)
from features.steps.world import (
    APPROVER,
    BUREAU,
    CATALOGUE_CLERK,
    COUNTY,
    EMERGENCY,
    HOUSING,
    LEADER,
    LEGALITY,
    REVIEWER,
    TOWNSHIP,
    World,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from features.steps.browser import Value

FAULTS: Mapping[str, Mapping[str, Value]] = {
    "只有规范性文件": {"legal_bases.0.doc_type": "normative_document"},
    "依据已经失效": {"legal_bases.0.effective_to": "2026-01-01"},
    "没有写条文原文": {"legal_bases.0.excerpt": ""},
    "让网格员处理执法事项": {"worker_action": "handle"},
    "没有资源也没有经费": {"resources": "", "funding.amount_cny": "0"},
    "没有截止日期": {},
    "截止日期超过90日": {"temporary_until": "2027-03-02"},
    "自己划片定人": {"own_areas": True},
    "没有业务指导专人": {"guidance_person.name": ""},
    "与在用事项相近": {"name": "燃气安全隐患发现"},
    "工作量过大": {"est_cases_per_grid_year": "6001"},
}
"""What is wrong with an application → what is filled in otherwise than in a good one."""


# -- what the formal check finds -------------------------------------------------------------------------------------


@when(parsers.re("住建部门提请(?P<kind>临时)?纳入的事项(?P<fault>.+)$"))
def a_faulty_item_is_applied_for(world: World, kind: str | None, fault: str) -> None:
    form = begin(world, "temporary" if kind else "include")
    if fault == "没有依据":
        world.page = form.fill({name: value for name, value in ITEM.items() if "legal_bases" not in name}).press("提交")
        return
    world.page = with_basis(form).fill({**ITEM, **FAULTS[fault]}).press("提交")


@when(parsers.parse("住建部门提请纳入一个事项，依据到“{day}”失效"))
def its_basis_ends(world: World, day: str) -> None:
    world.page = with_basis(begin(world, "include")).fill({**ITEM, "legal_bases.0.effective_to": day}).press("提交")


@then(parsers.parse("住建部门的英文任务页写着“{expected}”"))
def the_english_task_says(world: World, expected: str) -> None:
    browser = world.browser(HOUSING)
    browser.open("/language/en")
    try:
        assert expected in world.task(HOUSING).text
    finally:
        browser.open("/language/zh")


# -- townships and the public ----------------------------------------------------------------------------------------


@when("清单经办人受理，请应急部门和梅湾街道会签")
def a_township_is_asked(world: World) -> None:
    form = world.task(CATALOGUE_CLERK).form("提交")
    assert len(form.value("townships")) == 2, "two are drawn"
    world.page = form.fill({"result": "accept", "departments": ASKED[:1], "townships": [TOWNSHIP]}).press("提交")


@when(parsers.parse("梅湾街道负责人会签不同意，说明“{why}”"))
def the_township_objects(world: World, why: str) -> None:
    do(world, LEADER, {"opinion": "object", "text": why})


@given("清单经办人受理，请应急、城管部门会签，并征求社会意见")
def it_is_accepted_and_the_public_asked(world: World) -> None:
    values: dict[str, Value] = {"result": "accept", "departments": ASKED, "townships": [], "consultation": True}
    do(world, CATALOGUE_CLERK, values)


@given("合法性审查通过")
@when("合法性审查通过")
def it_is_lawful(world: World) -> None:
    do(world, LEGALITY, LAWFUL)


@when(parsers.parse("居民对征求意见的事项提意见“{opinion}”，联系方式“{contact}”"))
def a_resident_is_heard(world: World, opinion: str, contact: str) -> None:
    visitor = world.visitor()
    page = visitor.read(f"/catalogue/opinion?consultation={world.case.no}")
    world.page = page.form("提交意见").fill({"text": opinion, "contact": contact}).press("提交意见")
    found = re.search(r"YJ-\d+-\d+-\w+", world.page.text)
    world.receipt = found[0] if found else ""


@when("清单经办人没有写理由就提交处理情况")
def an_opinion_is_handled_without_a_reason(world: World) -> None:
    do(world, CATALOGUE_CLERK, {"opinions.0.handled": "partly", "opinions.0.summary": "增加巡查频次"})


@then("处理情况没有收下，已填的还在")
def nothing_typed_is_lost(world: World) -> None:
    assert world.page is not None
    assert "请写4至1000字" in world.page.text
    assert world.page.form("提交").value("opinions.0.summary") == "增加巡查频次"


@when(parsers.parse("清单经办人处理意见：部分采纳，摘要“{summary}”，理由“{reason}”"))
def an_opinion_is_handled(world: World, summary: str, reason: str) -> None:
    page = world.task(CATALOGUE_CLERK)
    assert "13900000000" in page.text, "who answers can call"
    values = {"handled": "partly", "summary": summary, "reason": reason}
    do(world, CATALOGUE_CLERK, {f"opinions.0.{name}": value for name, value in values.items()})


@when("居民打开征求意见的页面")
def the_consultation_is_opened(world: World) -> None:
    world.page = world.visitor().read(f"/catalogue/consultations/{world.case.no}")


# -- the simplified way ----------------------------------------------------------------------------------------------


@when(parsers.parse("住建部门提请调整事项“{item}”，只改内容，业务指导专人改为“{person}”"))
def a_minor_amendment_is_applied_for(world: World, item: str, person: str) -> None:
    form = begin(world, "amend", item)
    needed = ("service_object", "est_minutes_per_case", "est_cases_per_grid_year", "qualification_note")
    values = {name: ITEM[name] for name in needed} | {
        "description": "入户时查看并上报。",
        "legal_bases.0.effective_from": form.value("legal_bases.0.effective_from") or "2010-01-01",
        "guidance_person.name": person,
    }
    world.page = form.fill(values).press("提交")


@when("清单经办人受理简化程序的调整")
def a_minor_amendment_is_accepted(world: World) -> None:
    do(world, CATALOGUE_CLERK, {"result": "accept"})


@then(parsers.parse("事项“{item}”的业务指导专人是“{person}”，培训仍是{hours:d}学时"))
def the_guarantees_are(world: World, item: str, person: str, hours: int) -> None:
    from plugins.catalogue import api

    with world.reading() as work:
        guarantees = api.versions(work.session, item)[0].item.guarantees
    assert (guarantees.guidance_person["name"], guarantees.training["hours"]) == (person, hours)


@given("县级审核人也在住建部门任职")
def the_reviewer_is_of_the_department(world: World) -> None:
    from engine.tables.people import PersonPost

    with world.engine.begin(SYSTEM) as work:
        post = PersonPost(id="two", person_id=f"demo.{REVIEWER}", group="department_staff", org_unit=f"{COUNTY}-HUD",
                          valid_from=date(2026, 11, 1))  # fmt: skip
        work.session.add(post)


# -- terms -----------------------------------------------------------------------------------------------------------


@when("临时事项经受理、审查、批准、落实保障")
def a_temporary_item_comes_through(world: World) -> None:
    do(world, CATALOGUE_CLERK, {"result": "accept"})
    the_strict_review_passes(world)
    do(world, APPROVER, {**APPROVED, "effective_from": world.clock.now().date().isoformat()})
    do(world, HOUSING, TRAINED)


@when(parsers.parse("住建部门的临时事项已经在用，到“{until}”为止"))
def a_temporary_item_is_in_force(world: World, until: str) -> None:
    world.page = with_basis(begin(world, "temporary")).fill({**ITEM, "temporary_until": until}).press("提交")
    a_temporary_item_comes_through(world)


@when(parsers.parse("住建部门提请续期临时事项，到“{until}”为止"))
def a_temporary_item_is_renewed(world: World, until: str) -> None:
    page = world.browser(HOUSING).open("/catalogue-applications")
    codes = page.find("//select[@name='item']//option[contains(., $name)]/@value", name=str(ITEM["name"]))
    form = begin(world, "temporary", codes[0])
    assert form.value("legal_bases.0.title") == ITEM["legal_bases.0.title"]
    needed = ("service_object", "est_minutes_per_case", "est_cases_per_grid_year", "qualification_note")
    world.page = form.fill({name: ITEM[name] for name in needed} | {"temporary_until": until}).press("提交")


@then(parsers.parse("住建部门没有收到通知“{subject}”"))
def no_notice_has_come(world: World, subject: str) -> None:
    assert subject not in world.browser(HOUSING).open("/notices").text


# -- returned, refused, withdrawn ------------------------------------------------------------------------------------


@when(parsers.re("(?P<who>合法性审查|严格审查|批准机关)退回，理由是“(?P<why>[^”]+)”"))
def it_is_returned(world: World, who: str, why: str) -> None:
    if who == "合法性审查":
        do(world, LEGALITY, {**LAWFUL, "conclusion": "return", "opinion": why})
        return
    it_is_lawful(world)
    if who == "严格审查":
        do(world, REVIEWER, {"checks": [], "conclusion": "return", "opinion": why})
        return
    the_strict_review_passes(world)
    do(world, APPROVER, {"decision": "return", "opinion": why})


@when(parsers.parse("批准人不予批准，理由是“{why}”"))
def it_is_not_approved(world: World, why: str) -> None:
    do(world, APPROVER, {"decision": "refuse", "opinion": why})


@given(parsers.parse("申请停在“{place}”时"))
def it_has_come_to(world: World, place: str) -> None:
    if place == "填写申请":
        begin(world, "include")
        return
    an_item_is_applied_for(world)
    if place == "形式审查":
        return
    if place == "补正":
        do(world, CATALOGUE_CLERK, {"result": "correct", "opinion": "请补充每月频次和培训教材"})
        return
    it_is_accepted(world)
    if place == "会签中":
        return
    if place == "协调分歧":
        do(world, BUREAU, {"opinion": "object", "text": "与城管巡查重复"})
        do(world, EMERGENCY, {"opinion": "agree"})
        return
    the_others_agree(world)
    for stage, step in (("合法性审查", it_is_lawful), ("严格审查", the_strict_review_passes)):
        if place == stage:
            return
        step(world)


@then("住建部门不能撤回申请")
def it_cannot_be_withdrawn(world: World) -> None:
    assert not world.case_page(HOUSING).has_button("确认：撤回")


@then("清单经办人不能再要求补正")
def no_second_correction(world: World) -> None:
    assert "correct" not in world.task(CATALOGUE_CLERK).find("//input[@name='result']/@value")
