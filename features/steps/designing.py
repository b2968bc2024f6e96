"""Steps of the studio: processes changed on the web, deployed with a reason, beside the files on disk."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pytest_bdd import given, parsers, then, when

from features.steps.browser import words
from features.steps.world import REVIEWER, World

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

KEY, FILE = "grid-division", "grid_division.bpmn"
NAME = 'name="网格划分与动态调整" isExecutable'
DESIGNERS = {"网格划分流程的设计人员": "lst.division_designer", "其他设计人员": "lst.designer"}
OWN = "网格划分流程的设计人员"


class Desk:
    """What a designer's page keeps: the files as they were opened, the last answer, and the folder on disk."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.folder = folder
        self.answer: TestResponse | None = None

    def bundle(self, who: str = OWN) -> dict[str, Any]:
        browser = self.world.browser(DESIGNERS[who])
        browser.open("/studio/")
        found: dict[str, Any] = browser.client.get(f"/studio/{KEY}/bundle").get_json()
        return found

    def send(self, who: str, method: str, call: str, body: dict[str, Any]) -> TestResponse:
        browser = self.world.browser(DESIGNERS[who])
        (token,) = browser.open("/studio/").find("//meta[@name='csrf-token']/@content")
        headers = {"X-CSRFToken": token, "Accept": "application/json", "Idempotency-Key": f"key-{call}-{who}"}
        return browser.client.open(f"/studio/{KEY}/{call}", method=method, json=body, headers=headers)

    def changed(self, who: str, old: str, new: str) -> dict[str, str]:
        text = next(file["text"] for file in self.bundle(who)["files"] if file["name"] == FILE)
        assert old in text
        return {FILE: text.replace(old, new)}

    def said(self) -> dict[str, Any]:
        assert self.answer is not None
        found: dict[str, Any] = self.answer.get_json()
        return found


@pytest.fixture
def desk(world: World, tmp_path: Path) -> Desk:
    return Desk(world, tmp_path / "processes")


@when(parsers.parse("{who}把流程改名为“{name}”，理由是“{reason}”"))
def the_process_is_renamed(desk: Desk, who: str, name: str, reason: str) -> None:
    files = desk.changed(who, NAME, NAME.replace("网格划分与动态调整", name))
    desk.answer = desk.send(who, "POST", "deploy", {"files": files, "base_version": 1, "reason": reason})


@when("网格划分流程的设计人员把处理器名写错后部署")
def a_handler_is_misspelt(desk: Desk) -> None:
    files = desk.changed(OWN, "grid_registry.check_plan", "grid_registry.chek_plan")
    desk.answer = desk.send(OWN, "POST", "deploy", {"files": files, "base_version": 1, "reason": "换一个处理器"})


@given("网格划分流程的设计人员存下了草稿")
def a_draft_is_kept(desk: Desk) -> None:
    files = desk.changed(OWN, NAME, NAME.replace("与", "和"))
    assert desk.send(OWN, "PUT", "draft", {"files": files, "base_version": 1}).status_code == 204


@given("此后系统部署了新的版本")
def another_version_is_deployed(desk: Desk) -> None:
    files_are_changed(desk)
    restart(desk)


@when("网格划分流程的设计人员部署草稿")
def the_draft_is_deployed(desk: Desk) -> None:
    body = {**desk.bundle()["draft"], "reason": "名称改得短一些"}
    desk.answer = desk.send(OWN, "POST", "deploy", body)


@when("登录过期后重新登录")
def the_login_is_lost(world: World) -> None:
    client = world.browser(DESIGNERS[OWN]).client
    client.delete_cookie("onegrid_login")
    assert client.get(f"/studio/{KEY}/bundle", headers={"Accept": "application/json"}).status_code == 401


@when("系统重新启动")
def the_system_starts_again(desk: Desk) -> None:
    restart(desk)


@when("管理员在磁盘上改了流程文件，系统重新启动")
def the_files_are_changed_and_the_system_starts(desk: Desk) -> None:
    files_are_changed(desk)
    restart(desk)


@when("管理员要求以磁盘上的文件为准")
def the_files_are_to_win(desk: Desk) -> None:
    from web.composition import deploy_processes

    deploy_processes(desk.world.engine, desk.world.settings, ["grid_division"])


def files_are_changed(desk: Desk) -> None:
    shutil.copytree(desk.world.settings.processes, desk.folder)
    path = desk.folder / "grid_division" / FILE
    text = path.read_text(encoding="utf-8")
    assert NAME in text
    path.write_text(text.replace(NAME, NAME.replace("动态", "")), encoding="utf-8")
    desk.world.settings = replace(desk.world.settings, processes=desk.folder)


def restart(desk: Desk) -> None:
    """Do what `onegrid up` does before it serves."""
    from web.composition import deploy_processes

    deploy_processes(desk.world.engine, desk.world.settings)
    desk.world.install(desk.world.engine.plugins)


@then(parsers.parse("部署成功，网格划分流程的版本是第{version:d}版"))
def it_is_deployed(desk: Desk, version: int) -> None:
    assert desk.answer is not None
    assert (desk.answer.status_code, desk.said()["version"]) == (201, version), desk.answer.text


@then(parsers.parse("版本记录写明由{name}部署，理由是“{reason}”"))
def the_versions_tell(world: World, name: str, reason: str) -> None:
    page = world.browser(DESIGNERS[OWN]).open(f"/studio/{KEY}/versions")
    first = words(page.find("//tbody/tr")[0])
    assert name in first
    assert reason in first


@then(parsers.parse("没有部署，因为“{reason}”"))
def it_is_not_deployed(desk: Desk, reason: str) -> None:
    assert desk.answer is not None
    assert desk.answer.status_code in {403, 422}
    assert desk.said()["detail"] == reason


@then(parsers.parse("没有部署，指出元素“{element}”：{message}"))
def the_fault_is_named(desk: Desk, element: str, message: str) -> None:
    found = [(each["element"], each["message"]) for each in desk.said()["findings"] if each["severity"] == "error"]
    assert (element, message) in found


@then("没有部署，说明第2版由谁在何时部署")
def it_says_who_was_faster(desk: Desk) -> None:
    said = desk.said()
    assert desk.answer is not None
    assert (desk.answer.status_code, said["version"], said["by"]) == (409, 2, "system")
    assert said["at"]


@then("草稿还在")
def the_draft_is_there(desk: Desk) -> None:
    assert "网格划分和动态调整" in desk.bundle()["draft"]["files"][FILE]


@then("县级审核人不能进入流程设计")
def others_stay_out(world: World) -> None:
    page = world.browser(REVIEWER).open("/studio/")
    assert page.status == 403
    assert "流程设计" not in words(page.find("//header")[0])


@then(parsers.parse("流程设计页说明“{name}”的文件没有部署"))
def the_page_tells_of_the_files(world: World, name: str) -> None:
    page = world.browser(DESIGNERS[OWN]).open("/studio/")
    assert f"“{name}”：磁盘上的文件已修改，此后又在此部署过，所以没有自动部署。" in page.text
