"""Steps of items that are suspended and taken up again, and of those that have to be looked at again."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from pytest_bdd import given, parsers, then, when

from engine.tables.people import Person, PersonPost
from engine.types import SYSTEM
from features.steps.applying import ITEM
from features.steps.browser import Page, words
from features.steps.world import BUREAU, HOUSING, REVIEWER, Case, World

RESTORED = {
    "guidance_person.phone": "0746-8000009",
    "guidance_person.unit": "市容科",
    "training.hours": "6",
    "training.on": "2026-12-01",
    "training.trained_percent": "90",
    "funding.amount_cny": "3000",
    "funding.source": "部门预算",
    "funding.document_no": "冷财〔2026〕9号",
    "confirmed": True,
}


def task_of(world: World, login: str, item: str) -> Page:
    """Open the person's task about an item, by its code in the task's title."""
    browser = world.browser(login)
    found = browser.open("/tasks").find("//tbody/tr//a[contains(., $item)]/@href", item=item)
    assert found, f"{login} has no task about {item}"
    return browser.open(found[0])


@when(parsers.parse("县级审核人暂停事项“{item}”，说明“{why}”"))
def an_item_is_suspended(world: World, item: str, why: str) -> None:
    browser = world.browser(REVIEWER)
    browser.open("/tasks")  # logs in: the item's page asks nobody to
    page = browser.open(f"/catalogue/{item}").follow("保障失效，暂停此事项")
    page.form("暂停").fill({"reason": "guidance_person_left", "text": why}).press("暂停")
    world.unit = item


@when(parsers.parse("县级审核人没有写原因就暂停事项“{item}”"))
def an_item_is_suspended_without_a_reason(world: World, item: str) -> None:
    page = world.browser(REVIEWER).open(f"/catalogue-suspensions/{item}")
    world.page = page.form("暂停").fill({"text": "不行"}).press("暂停")


@then(parsers.parse("城管部门不能暂停事项“{item}”"))
def others_do_not_suspend(world: World, item: str) -> None:
    browser = world.browser(BUREAU)
    browser.open("/tasks")
    assert "暂停此事项" not in browser.open(f"/catalogue/{item}").text
    assert browser.open(f"/catalogue-suspensions/{item}").status == 403


@when(parsers.parse("城管部门恢复保障，业务指导专人为“{person}”"))
def the_guarantees_are_restored(world: World, person: str) -> None:
    form = task_of(world, BUREAU, world.unit).form("提交")
    form.fill({**RESTORED, "guidance_person.name": person}).press("提交")


@then(parsers.parse("城管部门的恢复任务写着“{expected}”"))
def the_department_reads(world: World, expected: str) -> None:
    assert expected in task_of(world, BUREAU, world.unit).text


@when(parsers.parse("县级审核人核对，认为尚未恢复，理由是“{why}”"))
def they_are_not_restored(world: World, why: str) -> None:
    page = task_of(world, REVIEWER, world.unit)
    assert "欧阳青" in page.text, "what was restored is there to be checked"
    page.form("提交").fill({"decision": "return", "opinion": why}).press("提交")


@when("县级审核人核对，恢复使用")
def the_item_is_taken_up_again(world: World) -> None:
    task_of(world, REVIEWER, world.unit).form("提交").fill({"decision": "release"}).press("提交")


# -- lapses that the system finds -------------------------------------------------------------------------------------


@given(parsers.parse("事项“{item}”的业务指导专人“{person}”自“{day}”起不再任职"))
def a_guidance_person_leaves(world: World, item: str, person: str, day: str) -> None:
    from plugins.catalogue.tables import CatalogueItemVersion

    with world.engine.begin(SYSTEM) as work:
        version = work.session.get_one(CatalogueItemVersion, (item, 1))
        version.guarantees = {**version.guarantees, "guidance_person": {"name": person, "phone": "0746-1"}}
        people = sa.select(Person.id).where(Person.name == person)
        for post in work.session.scalars(sa.select(PersonPost).where(PersonPost.person_id.in_(people))):
            post.valid_to = date.fromisoformat(day)
    world.unit = item


@given(parsers.parse("事项“{item}”的培训记录只剩一人"))
def one_worker_is_trained(world: World, item: str) -> None:
    from plugins.workforce.tables import TrainingAttendance, TrainingTopic

    with world.engine.begin(SYSTEM) as work:
        held = sa.select(TrainingTopic.session_id).where(TrainingTopic.item_code == item)
        present = sa.select(TrainingAttendance).where(
            TrainingAttendance.session_id.in_(held), TrainingAttendance.present
        )
        for attendance in work.session.scalars(present).all()[1:]:
            attendance.present = False
    world.unit = item


@then(parsers.parse("县级审核人的任务写着“{expected}”"))
def the_county_reads(world: World, expected: str) -> None:
    assert expected in task_of(world, REVIEWER, world.unit).text


def weighed(world: World) -> list[Any]:
    return world.browser(REVIEWER).open("/tasks").find("//tbody/tr//a[contains(., $item)]/@href", item=world.unit)


@then("县级审核人核实此事项的任务只有一件")
def it_is_asked_once(world: World) -> None:
    assert len(weighed(world)) == 1


@then("县级审核人没有核实此事项的任务")
def it_is_not_asked_again(world: World) -> None:
    assert weighed(world) == []


@when("县级审核人核实后暂停")
def the_lapse_suspends(world: World) -> None:
    task_of(world, REVIEWER, world.unit).form("提交").fill({"decision": "suspend"}).press("提交")


@when(parsers.parse("县级审核人决定不暂停，理由是“{why}”"))
def the_lapse_does_not_suspend(world: World, why: str) -> None:
    task_of(world, REVIEWER, world.unit).form("提交").fill({"decision": "keep", "opinion": why}).press("提交")


@then(parsers.parse("每名网格员收到通知“{subject}”，各自确认"))
def every_worker_is_told(world: World, subject: str) -> None:
    for login in ("mw.worker1", "mw.worker2"):
        page = world.browser(login).open("/notices")
        assert any(subject in words(each) for each in page.find("//article/h3")), login
        label = next(words(each) for each in page.find("//button") if words(each).startswith("确认收悉"))
        page.form(label).press(label)


# -- reviews ---------------------------------------------------------------------------------------------------------


@given(parsers.parse("事项“{item}”的依据自“{day}”起失效"))
def a_basis_ends(world: World, item: str, day: str) -> None:
    from plugins.catalogue.tables import CatalogueItemVersion

    with world.engine.begin(SYSTEM) as work:
        version = work.session.get_one(CatalogueItemVersion, (item, 1))
        bases: list[Any] = [{**basis, "effective_to": day} for basis in version.legal_bases]
        version.legal_bases = bases
    world.unit = item


@then(parsers.parse("住建部门有一件复核任务，写着“{expected}”"))
def there_is_a_review(world: World, expected: str) -> None:
    (no,) = reviews(world)
    world.case = Case(no, "")
    assert expected in world.task(HOUSING).text


@then("住建部门的复核只有一件")
def there_is_one_review(world: World) -> None:
    assert reviews(world) == [world.case.no]


@when("住建部门在复核中换上现行依据")
def the_basis_is_replaced(world: World) -> None:
    form = world.task(HOUSING).form("提交")
    assert form.value("name") == "物业管理区域违法行为上报"
    needed = ("service_object", "est_minutes_per_case", "est_cases_per_grid_year", "qualification_note")
    basis = {name: value for name, value in ITEM.items() if name.startswith("legal_bases")}
    values = {name: ITEM[name] for name in needed} | basis
    form.fill({**values, "legal_bases.0.effective_to": "", "description": "发现后上报。"}).press("提交")


def reviews(world: World) -> list[str]:
    """Return the numbers of the department's applications, as its page lists them."""
    links = world.browser(HOUSING).open("/catalogue-applications").find("//tbody/tr/td[1]/a/text()")
    return [str(link) for link in links]
