"""Steps of the catalogue's review: a department applies, others countersign, it is reviewed, approved and published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from pytest_bdd import given, parsers, then, when

from engine.clock import TIMEZONE
from engine.types import SYSTEM
from features.steps.browser import Form, Page, Value, words
from features.steps.outcomes import milestone
from features.steps.world import (
    APPROVER,
    BUREAU,
    CATALOGUE_CLERK,
    COUNTY,
    EMERGENCY,
    HOUSING,
    LEGALITY,
    PEOPLE,
    REVIEWER,
    Case,
    World,
)

ASKED = [f"{COUNTY}-EMB", f"{COUNTY}-UMB"]
FIELDS = {
    "依据": "legal_bases",
    "网格员做什么": "worker_action",
    "资源": "resources",
    "截止日期": "temporary_until",
    "片区": "own_areas",
}
"""Field of the form, as the features call it → its key."""
ITEM: Mapping[str, Value] = {
    "name": "楼道堆物占用上报",
    "description": "发现楼道、公共走廊堆放物品的，通过信息平台上报。",
    "worker_action": "report_only",
    "service_object": "住宅小区居民",
    "est_minutes_per_case": "10",
    "est_cases_per_grid_year": "12",
    "requires_enforcement_qualification": True,
    "qualification_note": "责令改正须有执法资格",
    "legal_bases.0.title": "湖南省物业管理条例",
    "legal_bases.0.article": "第五十条",
    "legal_bases.0.doc_type": "local_regulation",
    "legal_bases.0.excerpt": "业主、物业使用人不得占用公共通道堆放物品。",
    "legal_bases.0.effective_from": "2019-01-01",
    "guidance_person.name": "盘筑安",
    "guidance_person.phone": "0746-8000001",
    "guidance_person.unit": "物业科",
    "training.hours": "4",
    "training.on": "2026-12-20",
    "resources": "上报指引",
    "funding.amount_cny": "3000",
    "funding.source": "部门预算",
}
TRAINED: Mapping[str, Value] = {
    "training.trained_percent": "95",
    "funding.document_no": "冷财〔2026〕8号",
    "confirmed": True,
}
LAWFUL: Mapping[str, Value] = {
    "authority_ok": "yes",
    "bases_in_force": "yes",
    "worker_scope_ok": "yes",
    "conclusion": "pass",
    "opinion": "职权法定，依据有效。",
}
APPROVED: Mapping[str, Value] = {"decision": "approve", "doc_no": "冷政办〔2026〕60号", "effective_from": "2027-01-15"}


def begin(world: World, kind: str, item: str = "") -> Form:
    """Begin an application of the housing bureau; return its form, with a row for a basis if it has none."""
    page = world.browser(HOUSING).open("/catalogue-applications")
    page = page.form("新建申请").fill({"kind": kind, "item": item}).press("新建申请")
    link = page.fact("办件").find("a")
    world.case = Case(no=link.text, path=link.get("href"))
    return page.form("提交")


def with_basis(form: Form) -> Form:
    return form.press_value("_rows", "add:legal_bases").form("提交")


def do(world: World, login: str, values: Mapping[str, Value]) -> Page:
    world.page = world.task(login).form("提交").fill(values).press("提交")
    return world.page


# -- the department --------------------------------------------------------------------------------------------------


@given("住建部门提请纳入一个事项")
@when("住建部门提请纳入一个事项")
def an_item_is_applied_for(world: World) -> None:
    world.page = with_basis(begin(world, "include")).fill(ITEM).press("提交")


@when(parsers.parse("住建部门提请临时纳入一个事项，到“{until}”为止"))
def a_temporary_item_is_applied_for(world: World, until: str) -> None:
    world.page = with_basis(begin(world, "temporary")).fill({**ITEM, "temporary_until": until}).press("提交")


@when("住建部门提请纳入一个由网格员处理、没有依据和资源经费的执法事项")
def a_faulty_item_is_applied_for(world: World) -> None:
    lacking = {name: value for name, value in ITEM.items() if name.partition(".")[0] not in {"legal_bases", "funding"}}
    form = begin(world, "include").fill({**lacking, "worker_action": "handle", "resources": ""})
    world.page = form.press("提交")


@when(parsers.parse("住建部门提请调整事项“{item}”，改为由网格员“{action}”"))
def an_amendment_is_applied_for(world: World, item: str, action: str) -> None:
    form = begin(world, "amend", item)
    assert form.value("name")
    assert form.value("legal_bases.0.title")
    changed = {name: ITEM[name] for name in ("service_object", "est_minutes_per_case", "est_cases_per_grid_year")}
    changed |= {"qualification_note": ITEM["qualification_note"], "legal_bases.0.effective_from": "2010-01-01"}
    world.page = form.fill({**changed, "description": "发现后上报。", "worker_action": action}).press("提交")


@when(parsers.parse("住建部门提请事项“{item}”退出清单"))
def a_removal_is_applied_for(world: World, item: str) -> None:
    values = {"removal_reason": "situation_changed", "removal_text": "改由物业服务人员承担，网格员不再上报。"}
    world.page = begin(world, "remove", item).fill(values).press("提交")


@when("住建部门补正后再报")
def it_is_corrected(world: World) -> None:
    do(world, HOUSING, {"frequency": "每月一次"})


@given("住建部门落实保障")
@when("住建部门落实保障")
def the_guarantees_are_given(world: World) -> None:
    do(world, HOUSING, TRAINED)


@when(parsers.parse("住建部门撤回申请，理由是“{reason}”"))
def the_department_withdraws(world: World, reason: str) -> None:
    world.case_page(HOUSING).form("确认：撤回").fill({"reason": reason}).press("确认：撤回")


# -- the agency, the others, the reviewers ---------------------------------------------------------------------------


@given("清单经办人受理，请应急、城管部门会签")
@when("清单经办人受理，请应急、城管部门会签")
def it_is_accepted(world: World) -> None:
    do(world, CATALOGUE_CLERK, {"result": "accept", "departments": ASKED, "townships": []})


@when(parsers.parse("清单经办人一次性告知补正“{what}”"))
def a_correction_is_asked_for(world: World, what: str) -> None:
    do(world, CATALOGUE_CLERK, {"result": "correct", "opinion": what})


@when(parsers.parse("清单经办人不予受理，理由是“{why}”"))
def it_is_not_accepted(world: World, why: str) -> None:
    do(world, CATALOGUE_CLERK, {"result": "reject", "opinion": why})


@given("应急、城管部门会签同意")
@when("应急、城管部门会签同意")
def the_others_agree(world: World) -> None:
    for login in (EMERGENCY, BUREAU):
        do(world, login, {"opinion": "agree"})


@when(parsers.parse("城管部门会签不同意，说明“{why}”"))
def one_objects(world: World, why: str) -> None:
    do(world, BUREAU, {"opinion": "object", "text": why})


@when("应急部门没有答复，过了会签期限")
def one_is_silent(world: World) -> None:
    world.wait(timedelta(days=8))


@when(parsers.parse("清单经办人协调，{how}"))
def it_is_coordinated(world: World, how: str) -> None:
    conclusion = {"退回申请部门修改": "revise", "注明后提交审查": "noted", "达成一致": "settled"}[how]
    do(world, CATALOGUE_CLERK, {"conclusion": conclusion, "text": "已召集两部门会商，情况如上。"})


@when("清单经办人受理临时事项")
def a_temporary_item_is_accepted(world: World) -> None:
    do(world, CATALOGUE_CLERK, {"result": "accept"})


@when("严格审查通过")
def the_strict_review_passes(world: World) -> None:
    do(world, REVIEWER, {"checks": ["legality", "necessity"], "conclusion": "propose_approve"})


@given("合法性审查、严格审查通过")
@when("合法性审查、严格审查通过")
def the_reviews_pass(world: World) -> None:
    do(world, LEGALITY, LAWFUL)
    the_strict_review_passes(world)


@when("合法性审查认为网格员不应从事这项工作")
def it_is_not_lawful(world: World) -> None:
    do(world, LEGALITY, {**LAWFUL, "worker_scope_ok": "no", "opinion": "实际要求网格员责令改正。"})


@when(parsers.parse("严格审查不予纳入，理由是“{why}”"))
def it_is_refused(world: World, why: str) -> None:
    do(world, LEGALITY, LAWFUL)
    do(world, REVIEWER, {"checks": [], "conclusion": "refuse", "opinion": why})


@given("批准人批准，自“2027-01-15”起生效")
@when("批准人批准，自“2027-01-15”起生效")
def it_is_approved(world: World) -> None:
    do(world, APPROVER, APPROVED)


@given("申请已经批准")
def an_application_is_approved(world: World) -> None:
    an_item_is_applied_for(world)
    it_is_accepted(world)
    the_others_agree(world)
    the_reviews_pass(world)
    it_is_approved(world)


@given("批准人也在住建部门任职")
def the_approver_is_of_the_department(world: World) -> None:
    from engine.tables.people import PersonPost

    with world.engine.begin(SYSTEM) as work:
        post = PersonPost(id="two", person_id=f"demo.{APPROVER}", group="department_staff", org_unit=f"{COUNTY}-HUD",
                          valid_from=date(2026, 11, 1))  # fmt: skip
        work.session.add(post)


@when(parsers.parse("到了“{day}”"))
def the_day_has_come(world: World, day: str) -> None:
    from datetime import datetime

    world.wait_until(datetime.fromisoformat(day).replace(hour=9, tzinfo=TIMEZONE))


# -- what is seen ----------------------------------------------------------------------------------------------------


@then(parsers.parse("申请停在“{expected}”"))
def the_application_stands_at(world: World, expected: str) -> None:
    page = world.case_page(HOUSING)
    assert milestone(page) == expected
    assert "系统正在处理" not in page.text


@then(parsers.parse("{who}的任务页写着“{expected}”"))
def the_task_says(world: World, who: str, expected: str) -> None:
    assert expected in world.task(PEOPLE[who]).text


@then(parsers.parse("{who}没有这件申请的任务"))
def nobody_is_asked(world: World, who: str) -> None:
    assert world.inbox_row(PEOPLE[who]) is None


@then(parsers.parse("申请表在“{field}”处指出“{message}”"))
def the_form_says(world: World, field: str, message: str) -> None:
    page = world.task(HOUSING)
    said = page.messages_at(FIELDS[field])
    assert any(message in each for each in said), said


@then(parsers.parse("{who}收到通知“{subject}”"))
def a_notice_has_come(world: World, who: str, subject: str) -> None:
    headings = [words(each) for each in world.browser(PEOPLE[who]).open("/notices").find("//article/h3")]
    assert any(subject in each for each in headings), headings


@then("申请列表里有这件申请")
def the_application_is_listed(world: World) -> None:
    assert world.case.no in world.browser(HOUSING).open("/catalogue-applications").text
    assert world.case.no not in world.browser(BUREAU).open("/catalogue-applications").text
