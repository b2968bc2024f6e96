"""Steps of messages from outside."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import sqlalchemy as sa
from pytest_bdd import given, parsers, then, when

from engine.bundle import Bundle
from engine.errors import MessageInvalid
from engine.tables.instances import ProcessInstance
from engine.types import SYSTEM, InstanceState
from features.steps.world import World

REPAIR = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org"
  xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core">
  <bpmn:message id="asked" name="报修"/>
  <bpmn:message id="finished" name="完工"/>
  <bpmn:process id="repair" name="维修" isExecutable="true">
    <bpmn:startEvent id="begin">
      <bpmn:extensionElements><spiffworkflow:properties>
        <spiffworkflow:property name="correlation" value="number"/>
      </spiffworkflow:properties></bpmn:extensionElements>
      <bpmn:outgoing>to_work</bpmn:outgoing>
      <bpmn:messageEventDefinition messageRef="asked"/>
    </bpmn:startEvent>
    <bpmn:sequenceFlow id="to_work" sourceRef="begin" targetRef="work"/>
    <bpmn:receiveTask id="work" name="等待完工" messageRef="finished">
      <bpmn:incoming>to_work</bpmn:incoming>
      <bpmn:outgoing>to_end</bpmn:outgoing>
    </bpmn:receiveTask>
    <bpmn:sequenceFlow id="to_end" sourceRef="work" targetRef="end"/>
    <bpmn:endEvent id="end"><bpmn:incoming>to_end</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>
"""
MESSAGES = """{"messages": [
  {"name": "报修", "title": {"zh": "报修", "en": "Repair wanted"}, "direction": "in",
   "payload": [{"name": "number", "type": "number", "title": {"zh": "单号", "en": "Number"}}]},
  {"name": "完工", "title": {"zh": "完工", "en": "Repaired"}, "direction": "in"}]}"""


@given("部署了由消息“报修”启动、按单号区分的“维修”流程")
def repairs_are_deployed(world: World) -> None:
    files = {"repair.bpmn": REPAIR.encode(), "messages.json": MESSAGES.encode()}
    with world.engine.begin(SYSTEM) as work:
        work.definitions.deploy(Bundle("repair", files), "试用")


@when(parsers.re("(又)?收到单号为 ?(“(?P<text>.+)”|(?P<number>\\d+)) ?的“报修”"))
def a_repair_is_asked_for(world: World, text: str | None, number: str | None) -> None:
    try:
        _publish(world, "报修", {"number": text if number is None else int(number)})
    except MessageInvalid as refused:
        world.refusal = refused


@when("正在办理的“维修”办完")
def the_repair_is_done(world: World) -> None:
    _publish(world, "完工", {})
    from engine.mail import tend_messages

    tend_messages(world.engine)


@then(parsers.parse("正在办理的“维修”有 {number:d} 个"))
def so_many_are_open(world: World, number: int) -> None:
    with world.reading() as work:
        select = sa.select(sa.func.count()).where(
            ProcessInstance.definition_key == "repair", ProcessInstance.state == InstanceState.ACTIVE
        )
        assert work.session.scalar(select) == number


@then(parsers.parse("消息被退回，指出“{name}”"))
def the_entry_is_named(world: World, name: str) -> None:
    assert isinstance(world.refusal, MessageInvalid)
    assert list(world.refusal.errors) == [name]


def _publish(world: World, name: str, carried: dict[str, object]) -> None:
    from engine.services.routing import Letter

    with world.engine.begin(SYSTEM) as work:
        top = work.session.scalar(sa.text("SELECT code FROM org_unit WHERE parent_code IS NULL"))
        work.messages.publish(Letter(uuid4().hex, name, "", carried, str(top), timedelta(days=1)))
