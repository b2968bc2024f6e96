"""What is run: two people's tasks, two handlers and a timer, side by side; and the engine that every process builds."""

from __future__ import annotations

import json
from pathlib import Path

from engine.application import Engine
from engine.bundle import Bundle
from engine.clock import SystemClock
from engine.db import connect
from engine.jobs.dbos_queue import DbosQueue
from engine.plugins.host import PluginHost
from engine.tables.people import OrgUnit
from engine.types import SYSTEM, Actor, Post
from web import migrate
from web.chaos import plugin
from web.composition import pool

KEY = "chaos"
PLACES = ("1", "2", "3")
TEND_SECONDS = 5.0
"""How often lost tickets are looked for: sooner than in production, so that a short run sees it."""

FORM = {"type": "default", "components": [{"type": "textfield", "key": "note", "label": "note"}]}
PROPERTY = '<s:properties><s:property name="{name}" value="{value}"/></s:properties>'


def build(url: str, folder: Path) -> Engine:
    """Return the engine of one process. Jobs run in it only after `start_workers`."""
    plugins = PluginHost().load(core=(plugin.__name__,), departments=[plugin.department(folder)], strict=True)
    database, clock = connect(url, **pool(url, web_threads=2)), SystemClock()
    queue = DbosQueue(database, clock, tend_seconds=TEND_SECONDS)
    queue.connect()
    return Engine(database, plugins, clock=clock, queue=queue, home=folder)


def furnish(url: str, folder: Path) -> None:
    """Make the schema, the table of effects, the units, the department's plugin, and deploy the process."""
    migrate.upgrade(url)
    plugin.furnish(folder)
    engine = build(url, folder)
    with engine.begin(SYSTEM) as work:
        plugin.EFFECTS.create(work.session.connection())
        work.session.add(OrgUnit(code="0", name="0", kind="whole", path="/0/"))
        work.session.flush()
        work.session.add_all(
            OrgUnit(code=code, parent_code="0", name=code, kind="part", path=f"/0/{code}/") for code in PLACES
        )
        work.session.flush()
        work.definitions.deploy(bundle(), "chaos")
    engine.stop_workers()
    engine.database.dispose()


def somebody(name: str) -> Actor:
    """Return somebody who does all tasks of all places."""
    return Actor(name, name, posts=(Post("staff", "0", "/0/"), *(Post("staff", c, f"/0/{c}/") for c in PLACES)))


def bundle() -> Bundle:
    """Return the process: ask (with a deadline) → write a row, beside a second's wait → call a department → check."""
    nodes = {
        "start": "<startEvent id='start'/>",
        "ask": _task("ask"),
        "late": "<boundaryEvent id='late' attachedToRef='ask'><timerEventDefinition><timeDuration>duration(\"P30D\")"
        "</timeDuration></timerEventDefinition></boundaryEvent>",
        "fork": "<parallelGateway id='fork'/>",
        "write": _service("write", "plugin.write_effect"),
        "wait": "<intermediateCatchEvent id='wait'><timerEventDefinition><timeDuration>duration(\"PT1S\")"
        "</timeDuration></timerEventDefinition></intermediateCatchEvent>",
        "join": "<parallelGateway id='join'/>",
        "call": _service("call", "bureau.answer"),
        "check": _task("check"),
        "end": "<endEvent id='end'/>",
        "end_late": "<endEvent id='end_late'/>",
    }
    flows = (
        "start ask",
        "ask fork",
        "fork write",
        "fork wait",
        "write join",
        "wait join",
        "join call",
        "call check",
        "check end",
        "late end_late",
    )
    drawn = "".join(
        f"<sequenceFlow id='f{number}' sourceRef='{source}' targetRef='{target}'/>"
        for number, (source, target) in enumerate(flow.split() for flow in flows)
    )
    lane = "".join(f"<flowNodeRef>{node}</flowNodeRef>" for node in nodes)
    properties = (
        "<extensionElements><s:properties><s:property name='group' value='staff'/>"
        "<s:property name='unit' value='place'/></s:properties></extensionElements>"
    )
    diagram = (
        "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' targetNamespace='chaos' "
        "xmlns:s='http://spiffworkflow.org/bpmn/schema/1.0/core'>"
        f"<process id='{KEY}' name='{KEY}' isExecutable='true'>"
        f"<laneSet id='lanes'><lane id='staff' name='staff'>{properties}{lane}</lane></laneSet>"
        f"{''.join(nodes.values())}{drawn}</process></definitions>"
    )
    return Bundle(KEY, {"chaos.bpmn": diagram.encode(), "note.form.json": json.dumps(FORM).encode()})


def _task(name: str) -> str:
    form = PROPERTY.format(name="form", value="note")
    return f"<userTask id='{name}' name='{name}'><extensionElements>{form}</extensionElements></userTask>"


def _service(name: str, handler: str) -> str:
    operator = f"<s:serviceTaskOperator id='{handler}'/>"
    return f"<serviceTask id='{name}' name='{name}'><extensionElements>{operator}</extensionElements></serviceTask>"
