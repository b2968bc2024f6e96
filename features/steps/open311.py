"""Steps of a program that speaks Open311."""

from __future__ import annotations

from typing import Any

from pytest_bdd import given, parsers, then, when

from features.steps.incident_pages import own_place
from features.steps.world import Case, World

ELSEWHERE = {"lat": "26.00000", "long": "111.00000"}
PICTURE = "https://photos.example/a.jpg"


@given("已签发Open311密钥")
def a_key_is_issued(world: World) -> None:
    from engine.types import SYSTEM
    from plugins.open311 import keys

    with world.engine.begin(SYSTEM) as work:
        world.key = keys.create(work, "试用程序")


def post(world: World, item: str, **given: str) -> None:
    told = {"service_code": item, "description": "夜里看不清", "phone": "13900001234", "last_name": "张某某", **given}
    if "lat" not in told:
        place = own_place(world)[1]
        told |= {"lat": str(place["latitude"]), "long": str(place["longitude"])}
    answer = world.app.test_client().post("/open311/v2/requests.json", data=told)
    world.answer = (answer.status_code, answer.get_json())
    world.settle()
    if answer.status_code == 201:
        world.case = Case(world.answer[1][0]["service_request_id"], "")


@when(parsers.parse("程序凭密钥上报事项“{item}”，位置在网格员的网格"))
def it_reports(world: World, item: str) -> None:
    post(world, item, api_key=world.key, media_url=PICTURE)


@when(parsers.parse("程序凭密钥上报事项“{item}”，位置在网格以外"))
def it_reports_elsewhere(world: World, item: str) -> None:
    post(world, item, api_key=world.key, address_string="永州大道边", **ELSEWHERE)


@when(parsers.parse("程序不用密钥上报事项“{item}”"))
def it_has_no_key(world: World, item: str) -> None:
    post(world, item)


@when(parsers.parse("程序凭密钥上报，图片链接是“{link}”"))
def it_sends_a_wrong_link(world: World, link: str) -> None:
    post(world, "431103-UMB-008", api_key=world.key, media_url=link)


@then("程序得到编号")
def it_gets_a_number(world: World) -> None:
    assert world.answer[0] == 201, world.answer
    assert world.case.no.startswith("SJ-431103-")


@then(parsers.parse("接口以 {status:d} 拒绝"))
def it_is_refused(world: World, status: int) -> None:
    code, body = world.answer
    assert (code, body[0]["code"]) == (status, str(status))


def read(world: World) -> dict[str, Any]:
    answer = world.app.test_client().get(f"/open311/v2/requests/{world.case.no}.json")
    (found,) = answer.get_json()
    return dict(found)


@then(parsers.parse("查询得到状态“{status}”和部门“{agency}”"))
def it_reads(world: World, status: str, agency: str) -> None:
    found = read(world)
    assert (found["status"], found["agency_responsible"]) == (status, agency)


@then(parsers.parse("查询的结果里没有“{one}”和“{other}”"))
def it_reads_no_name(world: World, one: str, other: str) -> None:
    said = str(read(world))
    assert one not in said
    assert other not in said


@then("查询的结果里没有图片链接")
def it_reads_no_picture(world: World) -> None:
    assert read(world)["media_url"] == ""
    assert PICTURE not in str(read(world))
