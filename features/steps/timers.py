"""Steps of processes that start by themselves."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from pytest_bdd import given, parsers, then, when

from engine.bundle import Bundle
from engine.clock import TIMEZONE
from engine.feel.values import unpack
from engine.tables.instances import ProcessInstance
from engine.types import SYSTEM
from features.steps.world import World

ROUND = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org">
  <bpmn:process id="morning-round" name="晨间巡查" isExecutable="true">
    <bpmn:startEvent id="eight">
      <bpmn:timerEventDefinition><bpmn:timeCycle>0 8 * * 1-5</bpmn:timeCycle></bpmn:timerEventDefinition>
    </bpmn:startEvent>
    <bpmn:sequenceFlow id="go" sourceRef="eight" targetRef="done"/>
    <bpmn:endEvent id="done"/>
  </bpmn:process>
</bpmn:definitions>
"""


@given("部署了每个工作日8点启动的“晨间巡查”流程")
def a_round_is_deployed(world: World) -> None:
    world.clock.set(_moment("2026-12-01 09:00"))
    with world.engine.begin(SYSTEM) as work:
        work.definitions.deploy(Bundle("morning_round", {"morning_round.bpmn": ROUND.encode()}), "试用")


@given(parsers.parse("时间到了“{moment}”"))
@when(parsers.parse("时间到了“{moment}”"))
@when(parsers.parse("系统停机，到“{moment}”才恢复"))
def time_has_come(world: World, moment: str) -> None:
    world.clock.set(_moment(moment))
    world.settle()


@then("没有启动过“晨间巡查”")
def nothing_was_started(world: World) -> None:
    assert _started(world) == []


@then(parsers.parse("“晨间巡查”启动了 {number:d} 次，为“{moments}”"))
def it_was_started(world: World, number: int, moments: str) -> None:
    assert _started(world) == moments.split("、")
    assert len(_started(world)) == number


def _started(world: World) -> list[str]:
    """Return for which moments it was started, in the order in which that was done."""
    with world.reading() as work:
        ids = work.session.scalars(
            sa.select(ProcessInstance.id).where(ProcessInstance.definition_key == "morning-round")
        ).all()
        first = sorted((work.history.of(each)[0] for each in ids), key=lambda row: row.seq)
        return [unpack(row.detail)["due"].strftime("%m-%d %H:%M") for row in first]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TIMEZONE)
