"""Steps of a department whose plugin is out of order: a real plugin in a real process, in place of the other."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from pytest_bdd import given, parsers, then, when

from engine.types import SYSTEM
from features.steps.browser import words
from features.steps.outcomes import history_line
from features.steps.world import CITY, COUNTY, OPERATOR, World

SOURCE = Path(__file__).with_name("bureau_plugin.py.txt")
STEP = "城管调整巡查安排"


def install(world: World, folder: Path, mood: str) -> Path:
    """Install the bureau's plugin of this mood in place of its own; return the file that says which mood it is in.

    It declares what the real one declares and calls it, when it answers at all.
    """
    from engine.plugins.host import PluginHost
    from engine.plugins.sources import installed_in
    from web import hookspecs

    site = folder / "site"
    info = site / "onegrid_urban_management_test-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: onegrid-urban-management-test\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[onegrid.plugins]\nurban_management = bureau_plugin\n")
    shutil.copyfile(SOURCE, site / "bureau_plugin.py")
    (site / "mood").write_text(mood)
    host = PluginHost(hookspecs=(hookspecs,))
    host.load(departments=installed_in(site), strict=True)
    world.install_own(host)
    return site / "mood"


@given("城管部门的插件前两次不应答", target_fixture="mood")
def silent_twice(world: World, tmp_path: Path) -> Path:
    return install(world, tmp_path, "silent twice")


@given("城管部门的插件一直不应答", target_fixture="mood")
def silent(world: World, tmp_path: Path) -> Path:
    return install(world, tmp_path, "silent")


@given("城管部门的插件试图改动网格", target_fixture="mood")
def greedy(world: World, tmp_path: Path) -> Path:
    return install(world, tmp_path, "greedy")


@when("城管部门的插件恢复")
def answering_again(mood: Path) -> None:
    mood.write_text("well")


@when("过去一小时")
def an_hour_passes(world: World) -> None:
    world.wait(timedelta(hours=1))


@then("城管部门的步骤还没有完成，记录里写着将重试")
def the_step_will_be_tried_again(world: World) -> None:
    assert f"系统正在处理：{STEP}" in world.case_page().text
    history_line(world, f"失败，将重试：{STEP}")


@given("城管部门的插件已连续失败多次")
def failing_for_some_time(world: World) -> None:
    from engine.services.breakers import THRESHOLD

    with world.engine.begin(SYSTEM) as work:
        for _ in range(THRESHOLD):
            work.breakers.failed("urban_management", "took longer than 0.5 s and was stopped")


@given("运维人员停用城管部门的插件")
@when("运维人员停用城管部门的插件")
def the_operator_switches_it_off(world: World) -> None:
    turn(world, "停用", "机房检修")


@when("运维人员启用城管部门的插件")
def the_operator_switches_it_on(world: World) -> None:
    turn(world, "启用", "检修完毕")


def turn(world: World, button: str, reason: str) -> None:
    page = world.browser(OPERATOR).open("/operations/plugins/urban_management")
    form = page.form(button).fill({"county": COUNTY, "reason": reason})
    assert f"已{button}，" in form.press(button).text


@then("插件的操作记录里有停用和启用及其理由")
def both_are_written_down(world: World) -> None:
    text = world.browser(OPERATOR).open("/operations/plugins/urban_management").text
    assert all(word in text for word in ("停用", "机房检修", "启用", "检修完毕", COUNTY))


@then(parsers.parse("经办人看到城管部门的步骤“{words}”"))
def the_clerk_reads(world: World, words: str) -> None:
    text = world.case_page().text
    assert STEP in text
    assert words in text, text


@then("备案任务不受影响")
def filing_is_not_held_up(world: World) -> None:
    assert world.inbox_row(CITY) is not None


@then(parsers.parse("运维人员在“停摆的作业”里看到城管部门的步骤，原因是“{reason}”"))
def the_operator_sees_the_step(world: World, reason: str) -> None:
    row = dead_row(world)
    assert STEP in words(row)
    assert reason in words(row), words(row)


@when("运维人员重新排队")
def the_operator_revives(world: World) -> None:
    page = world.browser(OPERATOR).open("/operations").form("重新排队").press("重新排队")
    assert "已重新排队" in page.text


@then("“停摆的作业”里没有这个步骤")
def nothing_is_dead(world: World) -> None:
    assert "没有停摆的作业" in world.browser(OPERATOR).open("/operations").text


def dead_row(world: World) -> Any:
    page = world.browser(OPERATOR).open("/operations")
    rows = page.find("//tbody/tr[.//a[@href=$case]]", case=world.case.path)
    assert rows, page.text
    return rows[0]
