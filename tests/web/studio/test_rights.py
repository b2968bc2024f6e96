"""Who may change which process."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.bpmn.blank import blank
from engine.bundle import Bundle
from engine.tables.definitions import DeployedFile
from engine.types import SYSTEM
from tests.web.studio.conftest import Designer

NARROWED = """    <bpmn:extensionElements><spiffworkflow:properties>
      <spiffworkflow:property name="designers" value="{}"/>
    </spiffworkflow:properties></bpmn:extensionElements>
    <bpmn:laneSet"""


END = """    <bpmn:endEvent id="end" name="办结">
      <bpmn:incoming>flow_1</bpmn:incoming>
    </bpmn:endEvent>
"""
CALL = """    <bpmn:callActivity id="call" calledElement="decree">
      <bpmn:incoming>flow_1</bpmn:incoming><bpmn:outgoing>flow_2</bpmn:outgoing>
    </bpmn:callActivity>
"""
FLOW = '<bpmn:sequenceFlow id="flow_1" sourceRef="start" targetRef="end"/>'
FLOWS = FLOW.replace("end", "call") + FLOW.replace("flow_1", "flow_2").replace("start", "call")


def narrowed(key: str, groups: str) -> str:
    return blank(key, "掌门令").replace("    <bpmn:laneSet", NARROWED.format(groups), 1)


def errors(answer: Any) -> list[tuple[str, str]]:
    return [(each["code"], each["element"]) for each in answer.json["findings"] if each["severity"] == "error"]


@pytest.fixture
def decree(engine: Engine) -> str:
    """A process that stone masters alone may change."""
    with engine.begin(SYSTEM) as work:
        work.definitions.deploy(Bundle("decree", {"decree.bpmn": narrowed("decree", "stone_master").encode()}), "测试")
    return "decree"


def test_a_narrowed_process_is_changed_by_its_group_alone(designer: Designer, master: Designer, decree: str) -> None:
    changes: dict[str, str | None] = {"decree.bpmn": narrowed(decree, "stone_master").replace("办结", "结束")}

    refused = designer.deploy(changes, key=decree)
    assert (refused.status_code, refused.json["code"]) == (403, "forbidden")
    assert "stone_master" in refused.json["detail"]
    assert designer.bundle(decree)["readonly"]
    assert designer.send("PUT", f"/studio/{decree}/draft", {"files": changes, "base_version": 1}).status_code == 403
    assert master.deploy(changes, key=decree).status_code == 201


@pytest.mark.parametrize("groups", ["", "process_designer", "stone_master, process_designer"])
def test_the_property_is_not_taken_away_or_widened_by_others(designer: Designer, decree: str, groups: str) -> None:
    assert designer.deploy({"decree.bpmn": narrowed(decree, groups)}, key=decree).status_code == 403


def test_nobody_locks_themselves_out(designer: Designer) -> None:
    text = designer.text("stones.bpmn")
    locked = text.replace(
        '<spiffworkflow:property name="title"',
        '<spiffworkflow:property name="designers" value="others"/><spiffworkflow:property name="title"',
        1,
    )
    answer = designer.deploy({"stones.bpmn": locked})
    assert answer.status_code == 422
    assert errors(answer) == [("process.designers", "stones")]


def test_no_bundle_takes_over_the_process_of_another(designer: Designer, decree: str) -> None:
    answer = designer.deploy({"decree.bpmn": blank(decree, "篡")})
    assert errors(answer) == [("process.elsewhere", "decree")]


def test_a_restricted_process_is_not_called_by_those_who_may_not_change_it(designer: Designer, engine: Engine) -> None:
    restricted = narrowed("decree", "stone_master").replace(
        'name="designers"', 'name="restricted" value="true"/><spiffworkflow:property name="designers"'
    )
    with engine.begin(SYSTEM) as work:
        work.definitions.deploy(Bundle("decree", {"decree.bpmn": restricted.encode()}), "测试")
    calling = blank("calling", "借道").replace(END, CALL + END.replace("flow_1", "flow_2")).replace(FLOW, FLOWS)
    answer = designer.deploy({"calling.bpmn": calling}, key="calling", base_version=0)
    assert answer.status_code == 422
    assert ("owner.call", "call") in errors(answer)


def test_a_plugins_process_is_only_looked_at(designer: Designer, engine: Engine) -> None:
    text = blank("quarry-blast", "爆破")
    with engine.begin(SYSTEM) as work:
        work.definitions.deploy(Bundle("quarry", {"blast.bpmn": text.encode()}), "随插件", "quarry")
    found = designer.bundle("quarry-blast")
    assert found["readonly"]
    assert "quarry" in found["why_readonly"]
    assert designer.deploy({"blast.bpmn": text + " "}, key="quarry-blast").status_code == 403
    answer = designer.post("/studio/", {"key": "quarry-other", "name": "别的"})
    assert answer.status_code == 422
    assert "属于部门插件“quarry”" in answer.text


def test_others_do_not_come_in(as_person: Any) -> None:
    clerk = as_person("clerk")
    assert clerk.get("/studio/").status_code == 403
    assert clerk.get("/studio/stones/bundle").status_code == 403
    assert "流程设计" not in clerk.get("/tasks").text


@pytest.mark.parametrize("key", ["", "A", "9x", "a b", "a/b", "x" * 61, "stones", "_", "a--b"])
def test_a_key_that_cannot_be(designer: Designer, key: str) -> None:
    answer = designer.post("/studio/", {"key": key, "name": "新的"})
    assert answer.status_code == 422
    assert "alert-danger" in answer.text


def test_processes_that_call_each_other_are_read(designer: Designer) -> None:
    def calling(key: str, other: str) -> str:
        text = blank(key, key).replace(END, CALL + END.replace("flow_1", "flow_2")).replace(FLOW, FLOWS)
        return text.replace('"decree"', f'"{other}"')

    first = designer.deploy({"one.bpmn": blank("one", "一")}, key="one", base_version=0, once="key-of-one")
    second = designer.deploy({"two.bpmn": calling("two", "one")}, key="two", base_version=0, once="key-of-two")
    third = designer.deploy({"one.bpmn": calling("one", "two")}, key="one", once="key-of-three")
    assert [answer.status_code for answer in (first, second, third)] == [201, 201, 201], third.text
    assert designer.get("/studio/").status_code == 200


def test_a_version_that_is_not_read_any_more_is_listed_and_left_alone(designer: Designer, engine: Engine) -> None:
    with engine.begin(SYSTEM) as work:
        deployment = work.versions.one("stones").deployment
        work.session.execute(sa.delete(DeployedFile).where(DeployedFile.deployment_id == deployment.id))
    engine.runtime.definitions.clear()
    assert "采石" in designer.get("/studio/").text
    assert "不能被本系统读取" in designer.bundle()["why_readonly"]
    assert designer.get("/studio/stones/versions").status_code == 200
    assert designer.get("/studio/stones/palette").status_code == 200
