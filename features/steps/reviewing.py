"""Steps of signing, the county's review, special approval and the city's filing."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from pytest_bdd import given, parsers, then, when

from engine.calendar import work_calendar
from engine.clock import TIMEZONE
from features.steps.browser import Form, Page, Value, words
from features.steps.world import BUREAU, CITY, COLLEAGUE, COUNTY_LEADER, LEADER, REVIEWER, World

CHECKS = ["boundary_clear", "size_standard", "no_overlap", "staffing"]
APPROVE: Mapping[str, Value] = {"checks": CHECKS, "conclusion": "approve", "note": "界线清楚，同意。"}


def opposed(conclusion: str, opinion: str) -> Mapping[str, Value]:
    return {"checks": CHECKS[:1], "conclusion": conclusion, "opinion": opinion}


def review(world: World, login: str, values: Mapping[str, Value]) -> Form:
    """Fill in the review; return the form, not sent yet."""
    return world.task(login).form("提交").fill(values)


# -- the township's leader -------------------------------------------------------------------------------------------


@when("街道负责人审签报送")
def the_leader_signs(world: World) -> None:
    world.task(LEADER).form("提交").fill({"decision": "submit", "statement": True}).press("提交")


@when(parsers.parse("街道负责人退回经办人，意见是“{opinion}”"))
def the_leader_returns(world: World, opinion: str) -> None:
    world.task(LEADER).form("提交").fill({"decision": "return", "opinion": opinion}).press("提交")


# -- the county ------------------------------------------------------------------------------------------------------


@given("县级审核人审核通过")
@when("县级审核人审核通过")
def the_reviewer_approves(world: World) -> None:
    review(world, REVIEWER, APPROVE).press("提交")


@given(parsers.parse("县级审核人退回方案，意见是“{opinion}”"))
@when(parsers.parse("县级审核人退回方案，意见是“{opinion}”"))
def the_reviewer_returns(world: World, opinion: str) -> None:
    world.page = review(world, REVIEWER, opposed("return", opinion)).press("提交")


@when(parsers.parse("县级审核人不予同意，意见是“{opinion}”"))
def the_reviewer_rejects(world: World, opinion: str) -> None:
    review(world, REVIEWER, opposed("reject", opinion)).press("提交")


@when("县级负责人审定同意")
def the_county_leader_approves(world: World) -> None:
    values = {"conclusion": "approve", "opinion": "情况属实，同意按方案执行，年底前复核一次。"}
    world.task(COUNTY_LEADER).form("提交").fill(values).press("提交")


@then("县级审核人看到划分前后的对照、户数人口和每个新网格的规模判定")
def the_reviewer_sees_before_and_after(world: World) -> None:
    page = world.task(REVIEWER)
    held = world.grid(world.case.grid).grid
    assert len(page.find("//*[@data-difference]//*[local-name()='svg']")) >= 2
    (before,) = page.find("//table[caption[normalize-space()='划分前']]/tbody/tr")
    assert all(text in words(before) for text in (held.code, str(held.households), str(held.population)))
    after = [words(row) for row in page.find("//table[caption[normalize-space()='划分后']]/tbody/tr")]
    assert len(after) == 2
    for row in after:
        assert "符合标准" in row or "偏离标准" in row, row


@then("县级审核人的待办里没有这个方案")
def the_reviewer_has_nothing_to_do(world: World) -> None:
    assert world.inbox_row(REVIEWER) is None


@then("方案仍在县级审核人的待办里")
def the_reviewer_still_has_the_task(world: World) -> None:
    assert world.inbox_row(REVIEWER) is not None


# -- two at once -----------------------------------------------------------------------------------------------------


@when("两个县级审核人同时提交审核意见")
def two_reviewers_submit_at_once(world: World) -> None:
    forms = [
        review(world, REVIEWER, APPROVE),
        review(world, COLLEAGUE, opposed("reject", "两个新网格的户数相差过大，请重新划分。")),
    ]
    world.answers = at_once(forms)
    world.settle()


def at_once(forms: list[Form]) -> list[Page]:
    """Send forms at the same moment, each from a thread of its own; return the pages they were answered with."""
    start = threading.Barrier(len(forms))
    pages: dict[int, Page] = {}

    def send(number: int, form: Form) -> None:
        path, fields = form.payload()
        browser = form.page.browser
        start.wait(10)
        pages[number] = browser.send_only(path, fields)

    threads = [threading.Thread(target=send, args=each) for each in enumerate(forms)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [pages[number] for number in range(len(forms))]


@then("一人成功")
def one_succeeds(world: World) -> None:
    won = [page for page in world.answers if page.status == 200]
    assert len(won) == 1, [page.text for page in world.answers]
    assert "已办结：县级审核" in won[0].text


@then("另一人看到“该任务已由”谁于何时办结，自己填写的内容还在")
def the_other_is_told(world: World) -> None:
    (won,) = [page for page in world.answers if page.status == 200]
    (lost,) = [page for page in world.answers if page.status != 200]
    assert lost.status == 409
    when_done = world.clock.now().astimezone(TIMEZONE).strftime("%Y-%m-%d %H:%M")
    assert f"该任务已由{won.reader}于{when_done}办结" in lost.text
    assert "您填写的内容（未提交）" in lost.text


@then("审核只进行了一次")
def the_review_was_done_once(world: World) -> None:
    events = world.case_page().find("//section[@id='history']//*[contains(@class, 'what')]")
    assert [words(event) for event in events].count("办结：县级审核") == 1


@when("县级审核人把同一份审核意见提交两次")
def the_same_form_is_sent_twice(world: World) -> None:
    form = review(world, REVIEWER, APPROVE)
    world.answers = [form.press("提交"), form.press("提交")]


@then("两次得到同样的结果")
def both_answers_are_the_same(world: World) -> None:
    first, second = world.answers
    assert (first.status, first.path) == (second.status, second.path) == (200, world.case.path)


@when("县级审核人认领了任务")
def the_reviewer_claims(world: World) -> None:
    world.kept["review"] = review(world, COLLEAGUE, APPROVE)
    world.task(REVIEWER).form("认领").press("认领")


@then("另一审核人提交时得知任务已由谁认领")
def the_colleague_is_told_of_the_claim(world: World) -> None:
    page = world.kept["review"].press("提交")
    assert page.status == 409
    assert f"该任务已由{world.name_of(REVIEWER)}认领" in page.text


@when("县级审核人退回了认领")
def the_reviewer_releases(world: World) -> None:
    world.task(REVIEWER).form("退回认领").press("退回认领")


@then("另一审核人可以办理")
def the_colleague_may_do_it(world: World) -> None:
    page = review(world, COLLEAGUE, APPROVE).press("提交")
    assert "已办结：县级审核" in page.text


# -- deadlines -------------------------------------------------------------------------------------------------------


@when("过去七个工作日")
def seven_working_days_pass(world: World) -> None:
    world.wait_until(work_calendar().working_days_after(world.clock.now(), 7))


@when("又过去一个工作日")
def one_more_working_day_passes(world: World) -> None:
    world.wait_until(work_calendar().working_days_after(world.clock.now(), 1))


@then("县级审核人还没有收到审核期限提醒")
def no_reminder_yet(world: World) -> None:
    assert reminders(world) == []


@then("县级审核人收到一条审核期限提醒")
def one_reminder(world: World) -> None:
    assert reminders(world) == [f"审核即将到期：{world.case.no}"]


def reminders(world: World, login: str = REVIEWER) -> list[str]:
    headings = [words(each) for each in world.browser(login).open("/notices").find("//article/h3")]
    return [heading for heading in headings if world.case.no in heading]


@then("还没有人得知审核逾期")
def nobody_is_told(world: World) -> None:
    assert reminders(world, COUNTY_LEADER) == reminders(world, CITY) == []


@then("县级负责人和市级网格化服务管理机构得知审核逾期")
def those_above_are_told(world: World) -> None:
    assert reminders(world, COUNTY_LEADER) == reminders(world, CITY) == [f"审核已逾期：{world.case.no}"]


@then(parsers.parse("县级审核人收到市级函询“{question}”"))
def the_county_is_asked(world: World, question: str) -> None:
    assert f"市级函询：{world.case.no}" in reminders(world)
    assert question in world.browser(REVIEWER).open("/notices").text


@then(parsers.parse("审核期限是“{due}”"))
def the_deadline_is(world: World, due: str) -> None:
    row = world.inbox_row(REVIEWER)
    assert due in words(row), words(row)
    assert due in words(world.task(REVIEWER).fact("办理期限"))


# -- filing and notices ----------------------------------------------------------------------------------------------


@when(parsers.parse("市级网格化服务管理机构登记备案，回执号为“{receipt}”"))
def the_city_files(world: World, receipt: str) -> None:
    world.task(CITY).form("提交").fill({"receipt_no": receipt, "remark": "recorded"}).press("提交")


@when(parsers.parse("市级网格化服务管理机构登记备案，另行函询“{question}”"))
def the_city_asks(world: World, question: str) -> None:
    values = {"receipt_no": "永网备〔2026〕12号", "remark": "query", "note": question}
    world.task(CITY).form("提交").fill(values).press("提交")


@when("城管部门确认收悉通报")
def the_bureau_acknowledges(world: World) -> None:
    article = bureau_notice(world)
    label = words(article.xpath(".//button")[0])
    world.browser(BUREAU).open("/notices").form(label).press(label)


@then("通报列入已确认，写明确认人")
def the_notice_is_acknowledged(world: World) -> None:
    assert f"{world.name_of(BUREAU)} 于" in words(bureau_notice(world))


def bureau_notice(world: World) -> Any:
    page = world.browser(BUREAU).open("/notices")
    (article,) = page.find("//article[h3[contains(., $no)]]", no=world.case.no)
    return article
