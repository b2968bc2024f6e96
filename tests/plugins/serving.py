"""A process of service tasks alone, and an engine that runs it: what handlers are tested in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import sqlalchemy as sa

from engine.application import Engine
from engine.bundle import Bundle
from engine.clock import FixedClock
from engine.plugins.host import PluginHost
from engine.tables.history import HistoryEvent
from engine.tables.people import OrgUnit
from engine.testing import drain
from engine.types import SYSTEM, Actor, Post

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d" targetNamespace="https://onegrid.example/t">
  <bpmn:process id="serving" name="服务" isExecutable="true">
    <bpmn:startEvent id="start"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="serve"/>
    <bpmn:serviceTask id="serve" name="服务">
      <bpmn:extensionElements>
        <spiffworkflow:serviceTaskOperator id="{handler}" resultVariable="answer">
          <spiffworkflow:parameters>{parameters}</spiffworkflow:parameters>
        </spiffworkflow:serviceTaskOperator>
      </bpmn:extensionElements>
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>
    </bpmn:serviceTask>
    <bpmn:sequenceFlow id="f2" sourceRef="serve" targetRef="end"/>
    <bpmn:endEvent id="end"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>
"""
PARAMETER = '<spiffworkflow:parameter id="{name}" type="any" value={value}/>'

UNITS = {
    "431100": ("永州市", "city", None),
    "431103": ("冷水滩区", "county", "431100"),
    "431102": ("零陵区", "county", "431100"),
    "431103001": ("梅湾街道", "township", "431103"),
    "431103-UMB": ("城管局", "department", "431103"),
    "431103-EMB": ("应急局", "department", "431103"),
    "431102-UMB": ("零陵城管局", "department", "431102"),
}


def path(code: str) -> str:
    """Return the place of a unit in the tree."""
    parent = UNITS[code][2]
    return f"{path(parent) if parent else '/'}{code}/"


def staff(name: str, group: str, unit: str) -> Actor:
    """Return a person with one post."""
    return Actor(name, f"{name}（{UNITS[unit][0]}）", posts=(Post(group, unit, path(unit)),))


class Served:
    """One instance of the process, from its start until it rests."""

    def __init__(self, engine: Engine, handler: str, parameters: Mapping[str, str]) -> None:
        """Deploy a process that calls `handler` with FEEL expressions, start it in 梅湾街道 and run its jobs."""
        given = "".join(PARAMETER.format(name=n, value=quoteattr(v)) for n, v in parameters.items())
        diagram = HEAD.format(handler=handler, parameters=given).encode()
        self.engine = engine
        with engine.begin(SYSTEM) as work:
            work.definitions.deploy(Bundle("serving", {"serving.bpmn": diagram}), "test")
        with engine.begin(SYSTEM) as work:
            self.id = work.instances.start("serving", {}, business_key=None, org_unit="431103001").id
        drain(engine)

    @property
    def state(self) -> str:
        """State of the instance."""
        with self.engine.begin(SYSTEM, write=False) as work:
            return str(work.instances.get(self.id).state)

    @property
    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """Event and detail of the history's job events."""
        with self.engine.begin(SYSTEM, write=False) as work:
            rows = work.session.scalars(
                sa.select(HistoryEvent).where(HistoryEvent.instance_id == self.id).order_by(HistoryEvent.id)
            )
            return [(row.event, row.detail) for row in rows if row.event.startswith("job.")]


def engine_on(database: sa.Engine, plugins: PluginHost, clock: FixedClock, home: Path = Path("var")) -> Engine:
    """Return an engine on a migrated, empty database, with units. What is sealed needs a `home` that there is."""
    engine = Engine(database, plugins, clock=clock, home=home)
    with engine.begin(SYSTEM) as work:
        for code, (name, kind, parent) in UNITS.items():
            work.session.add(OrgUnit(code=code, parent_code=parent, name=name, kind=kind, path=path(code)))
            work.session.flush()
    return engine
