"""Steps of the process designer: a changed folder of `processes/`, deployed as at every start of the system."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_bdd import given, parsers, then, when

from engine.bundle import Bundle
from engine.errors import DeploymentRefused
from engine.findings import Finding, Severity
from engine.types import SYSTEM
from features.steps.browser import words
from features.steps.world import CLERK, World

ROOT = Path(__file__).parents[2]
BPMN, DMN = "grid_division.bpmn", "grid_size_check.dmn"

CHANGES = {
    "处理器名写错": (BPMN, 'id="grid_registry.check_plan"', 'id="grid_registry.chek_plan"'),
    "表达式语法错误": (BPMN, 'signature.decision = "submit"</', 'signature.decision = ("submit"</'),
    "用到不存在的表单": (BPMN, 'name="form" value="review"', 'name="form" value="reviews"'),
    "决策表名写错": (BPMN, ">grid_size_check<", ">grid_size_chek<"),
    "条件分支没有默认出口": (BPMN, ' default="flow_review_return"', ""),
    "决策表的条件有误": (DMN, "<text>&lt;= standards.exclusive_over</text>", "<text>&lt;= (</text>"),
    "改了名称": (BPMN, 'name="网格划分与动态调整" isExecutable', 'name="网格划分和调整" isExecutable'),
}
"""What is replaced in which file."""


@pytest.fixture
def designs(tmp_path: Path) -> Path:
    """A copy of `processes/` on the designer's desk."""
    folder = tmp_path / "processes"
    shutil.copytree(ROOT / "processes", folder)
    return folder


@given(parsers.parse("设计人员改动了网格划分流程：{change}"))
@when(parsers.parse("设计人员改动了网格划分流程：{change}"))
def the_process_is_changed(designs: Path, change: str) -> None:
    name, old, new = CHANGES[change]
    path = designs / "grid_division" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@given("设计人员只存下了流程图的一半")
def the_drawing_is_cut_off(designs: Path) -> None:
    path = designs / "grid_division" / BPMN
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


@when("部署这个流程")
def the_process_is_deployed(world: World, designs: Path) -> None:
    from web.composition import deploy_processes

    settings = replace(world.settings, processes=designs)
    try:
        deploy_processes(world.engine, settings)
    except DeploymentRefused as refused:
        world.findings = refused.findings
    else:
        world.findings = []


@then(parsers.parse("部署被拒绝，指出文件“{file}”、行和元素“{element}”，并给出提示"))
def the_element_is_named(world: World, file: str, element: str) -> None:
    said = [str(finding) for finding in errors(world)]
    found = next((each for each in errors(world) if (each.file, each.element_id) == (file, element)), None)
    assert found is not None, said
    assert found.line > 1
    assert found.message_zh
    assert found.message_en
    assert found.hint_zh


def errors(world: World) -> list[Finding]:
    return [finding for finding in world.findings if finding.severity is Severity.ERROR]


@then("没有被拒绝")
def it_is_not_refused(world: World) -> None:
    assert errors(world) == []


@then(parsers.parse("网格划分流程的版本是第{version:d}版"))
def the_version_is(world: World, version: int) -> None:
    with world.reading() as work:
        assert work.definitions.latest("grid-division").version == version


@then("这个案件仍按第1版办理")
def the_case_stays_on_its_version(world: World) -> None:
    page = world.case_page()
    drawing = world.browser(CLERK).client.get(page.find("//@data-diagram")[0])
    assert "网格划分与动态调整".encode() in drawing.data


@then("新发起的方案按第2版办理")
def a_new_case_has_the_new_version(world: World) -> None:
    page = world.browser(CLERK).open("/grids").form("新建划分方案").press("新建划分方案")
    assert words(page.fact("流程")) == "网格划分和调整"


# -- the start of the system -----------------------------------------------------------------------------------------


@when("启动系统", target_fixture="started")
def the_system_is_started(designs: Path, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ONEGRID_")},
        "ONEGRID_HOME": str(tmp_path / "home"),
        "ONEGRID_PROCESSES": str(designs),
        "PORT": "0",
    }
    command = [str(Path(sys.executable).with_name("onegrid")), "up"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


@then("系统不启动，说明哪个文件、哪一行、怎么改，没有程序的调用堆栈")
def the_start_is_refused(started: subprocess.CompletedProcess[str], designs: Path) -> None:
    assert started.returncode == 2
    lines = len((designs / "grid_division" / BPMN).read_bytes().splitlines())
    said = [line for line in started.stderr.splitlines() if f"{BPMN}:" in line]
    assert said, started.stderr
    assert f"{BPMN}:{lines}" in said[0]
    assert "→" in said[0]
    assert "Traceback" not in started.stderr + started.stdout
    assert "OneGrid ready" not in started.stdout


# -- what a department's plugin brings --------------------------------------------------------------------------------

DEPARTMENT_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d" targetNamespace="http://example.org">'
    '<bpmn:message id="m" name="withdraw"/>'
)
OWN = (
    '<bpmn:process id="{key}" name="消防" isExecutable="true"><bpmn:startEvent id="s"/>{node}'
    '<bpmn:endEvent id="e"/>{flows}'
)
FLOWS = (
    '<bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="x"/><bpmn:sequenceFlow id="f2" sourceRef="x" targetRef="e"/>'
)
BORROWED = {
    "使用网格划分的生效处理器": (
        '<bpmn:serviceTask id="x"><bpmn:extensionElements><spiffworkflow:serviceTaskOperator '
        'id="grid_registry.apply_plan"><spiffworkflow:parameters><spiffworkflow:parameter id="proposal_no" type="any" '
        "value='\"1\"'/></spiffworkflow:parameters></spiffworkflow:serviceTaskOperator></bpmn:extensionElements>"
        "</bpmn:serviceTask>"
    ),
    "调用网格划分流程": '<bpmn:callActivity id="x" calledElement="grid-division"/>',
    "发出名为withdraw的消息": (
        '<bpmn:intermediateThrowEvent id="x"><bpmn:messageEventDefinition messageRef="m"/>'
        "</bpmn:intermediateThrowEvent>"
    ),
    "冒用网格划分流程的编号": '<bpmn:task id="x"/>',
}
"""What is drawn at `x`."""


@given(parsers.parse("部门插件“fire”带来的流程{what}"), target_fixture="brought")
def a_department_brings(what: str) -> Bundle:
    key = "grid-division" if what == "冒用网格划分流程的编号" else "fire-drill"
    drawing = DEPARTMENT_HEAD + OWN.format(key=key, node=BORROWED[what], flows=FLOWS)
    return Bundle("fire", {"processes/drill.bpmn": f"{drawing}</bpmn:process></bpmn:definitions>".encode()})


@when("以插件的名义部署它", target_fixture="refused")
def it_is_deployed_in_the_plugins_name(world: World, brought: Bundle) -> list[Finding]:
    with pytest.raises(DeploymentRefused) as refused, world.engine.begin(SYSTEM) as work:
        work.definitions.deploy(brought, "试", "fire")
    found: list[Finding] = refused.value.findings
    return found


@then(parsers.parse("部署被拒绝，理由是“{reason}”，并给出提示"))
def the_reason_is_given(refused: list[Finding], reason: str) -> None:
    said = [each for each in refused if reason in each.message_zh]
    assert said, [str(each) for each in refused]
    assert all(each.hint_zh and each.message_en and each.line for each in said)
