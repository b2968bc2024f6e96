"""The diagrams that are measured, each for our engine (FEEL) and for the library's stock path (Python expressions)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from engine.bundle import Bundle

Values = dict[str, Any]

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="bench"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core">"""

DECISION = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="size" name="size" namespace="bench">
<decision id="level" name="level"><decisionTable id="table" hitPolicy="UNIQUE">
<input id="i1" label="amount">
<inputExpression id="e1" typeRef="number"><text>item.amount</text></inputExpression></input>
<output id="o1" name="level" typeRef="string"/>
<rule id="r1"><inputEntry id="a1"><text>&lt; 100</text></inputEntry>
<outputEntry id="c1"><text>"low"</text></outputEntry></rule>
<rule id="r2"><inputEntry id="a2"><text>&gt;= 100</text></inputEntry>
<outputEntry id="c2"><text>"high"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""

FORM = {
    "type": "default",
    "components": [
        {"type": "textfield", "key": "note", "label": "note", "validate": {"required": True}},
        {"type": "textfield", "key": "decision", "label": "decision"},
    ],
}

ITEMS = [{"name": f"item {number}", "amount": number * 50} for number in range(4)]
VARIABLES: Values = {
    "title": "A modest proposal",
    "author": {"name": "Jane Doe", "address": {"street": "1 Main St", "town": "Town", "code": "12345"}},
    "items": ITEMS,
    "text": "Neither too short nor too long, as what people write. " * 10,
    "decision": "",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """A process, and what people enter in it, task by task. `stock`: its BPMN in the library's own dialect."""

    key: str
    bpmn: str
    stock: str
    entries: tuple[Values, ...]

    @property
    def stock_decision(self) -> str:
        """The decision as the library reads it: input expressions are Python."""
        return DECISION.replace("item.amount", "item['amount']")

    @property
    def bundle(self) -> Bundle:
        """The process as our engine is given it."""
        files = {"bench.bpmn": self.bpmn, "level.dmn": DECISION, "note.form.json": json.dumps(FORM)}
        return Bundle(f"bench {self.key}", {file: text.encode() for file, text in files.items()})


def linear(tasks: int = 10) -> Measured:
    """Return `tasks` user tasks in a row."""
    ids = [f"task{number}" for number in range(tasks)]
    nodes = {node: user_task(node) for node in ids}
    flows = [Flow(source, target) for source, target in zip(["start", *ids], [*ids, "end"], strict=True)]
    drawn = _draw("bench-linear", nodes, flows)
    return Measured("bench-linear", drawn, drawn, tuple({"note": f"value {number}"} for number in range(tasks)))


def loop(revisions: int) -> Measured:
    """Return a review that sends its text back `revisions` times."""
    flows = [
        Flow("start", "submit"),
        Flow("submit", "again"),
        Flow("again", "review"),
        Flow("review", "reviewed"),
        Flow("reviewed", "revise", "revise"),
        Flow("reviewed", "end"),
        Flow("revise", "again"),
    ]
    nodes = {node: user_task(node) for node in ("submit", "review", "revise")}
    nodes |= {"again": gateway("again"), "reviewed": gateway("reviewed", default="reviewed-end")}
    entries = ({"note": "submit"}, *_revisions(revisions), {"note": "good", "decision": "ok"})
    return _both("bench-loop", nodes, flows, entries)


def _revisions(number: int) -> Iterator[Values]:
    for revision in range(number):
        yield {"note": f"please revise {revision}", "decision": "revise"}
        # the library refuses to collect results into a list that is not empty
        yield {"note": f"text {revision} " * 20, "decision": "", "levels": []}


def review(revisions: int = 2) -> Measured:
    """Return a review: a decision for each item, a handler, a reminder by timer, a loop, and two signatures at once."""
    flows = [
        Flow("start", "submit"),
        Flow("submit", "assess"),
        Flow("assess", "register"),
        Flow("register", "review"),
        Flow("remind", "reminded"),
        Flow("review", "reviewed"),
        Flow("reviewed", "revise", "revise"),
        Flow("reviewed", "fork"),
        Flow("revise", "assess"),
        Flow("fork", "legal"),
        Flow("fork", "finance"),
        Flow("legal", "join"),
        Flow("finance", "join"),
        Flow("join", "tell"),
        Flow("tell", "end"),
    ]
    users = ("submit", "review", "revise", "legal", "finance")
    nodes = {node: user_task(node) for node in users}
    nodes |= {"assess": ASSESS, "register": service_task("register"), "tell": service_task("tell"), "remind": REMIND}
    nodes |= {"reminded": '<endEvent id="reminded"/>', "reviewed": gateway("reviewed", default="reviewed-fork")}
    nodes |= {node: f'<parallelGateway id="{node}"/>' for node in ("fork", "join")}
    entries = (
        {"note": "submit"},
        *_revisions(revisions),
        {"note": "good", "decision": "ok"},
        *({"note": "signed"},) * 2,
    )
    return _both("bench-review", nodes, flows, entries)


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `decision`: taken when the variable of that name has this value."""

    source: str
    target: str
    decision: str = ""

    def drawn(self, equals: str) -> str:
        """Return it as BPMN."""
        condition = ""
        if self.decision:
            text = f'decision {equals} "{self.decision}"'
            condition = f'<conditionExpression xsi:type="tFormalExpression">{text}</conditionExpression>'
        return (
            f'<sequenceFlow id="{self.source}-{self.target}" sourceRef="{self.source}" targetRef="{self.target}">'
            f"{condition}</sequenceFlow>"
        )


def _both(key: str, nodes: dict[str, str], flows: list[Flow], entries: tuple[Values, ...]) -> Measured:
    return Measured(key, _draw(key, nodes, flows), _draw(key, nodes, flows, equals="=="), entries)


def _draw(key: str, nodes: dict[str, str], flows: list[Flow], equals: str = "=") -> str:
    lane = "".join(f"<flowNodeRef>{node}</flowNodeRef>" for node in ("start", *nodes, "end"))
    group, unit = _property("group", "staff"), _property("unit", '"1"')
    return (
        f'{HEAD}<process id="{key}" name="{key}" isExecutable="true">'
        f'<laneSet id="lanes"><lane id="staff" name="staff">{_properties(group + unit)}{lane}</lane></laneSet>'
        f'<startEvent id="start"/>{"".join(nodes.values())}<endEvent id="end"/>'
        f"{''.join(flow.drawn(equals) for flow in flows)}</process></definitions>"
    )


def user_task(element_id: str) -> str:
    """Return a user task with the form `note`."""
    return f'<userTask id="{element_id}" name="{element_id}">{_properties(_property("form", "note"))}</userTask>'


def gateway(element_id: str, default: str = "") -> str:
    """Return an exclusive gateway."""
    return f'<exclusiveGateway id="{element_id}"{f" default={quoteattr(default)}" if default else ""}/>'


def service_task(element_id: str) -> str:
    """Return a service task that calls the handler REMINDER."""
    texts = {"group": '"staff"', "org_unit": '"1"', "subject": "title", "body": "note"}
    parameters = "".join(
        f'<spiffworkflow:parameter id="{name}" type="str" value={quoteattr(value)}/>' for name, value in texts.items()
    )
    return (
        f'<serviceTask id="{element_id}" name="{element_id}"><extensionElements><spiffworkflow:serviceTaskOperator '
        f'id="{REMINDER}" resultVariable="{element_id}_answer"><spiffworkflow:parameters>{parameters}'
        "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator></extensionElements></serviceTask>"
    )


def _properties(content: str) -> str:
    properties = f"<spiffworkflow:properties>{content}</spiffworkflow:properties>"
    return f"<extensionElements>{properties}</extensionElements>"


def _property(name: str, value: str) -> str:
    return f'<spiffworkflow:property name="{name}" value={quoteattr(value)}/>'


REMINDER = "notifications.remind"
"""A transactional handler that is always there: it writes one row."""

ASSESS = (
    '<businessRuleTask id="assess" name="assess"><extensionElements><spiffworkflow:properties>'
    f"{_property('resultVariable', 'level')}</spiffworkflow:properties>"
    "<spiffworkflow:calledDecisionId>level</spiffworkflow:calledDecisionId></extensionElements>"
    '<multiInstanceLoopCharacteristics isSequential="true"><loopDataInputRef>items</loopDataInputRef>'
    "<loopDataOutputRef>levels</loopDataOutputRef>"
    '<inputDataItem id="item" name="item"/><outputDataItem id="level" name="level"/>'
    "</multiInstanceLoopCharacteristics></businessRuleTask>"
)
REMIND = (
    '<boundaryEvent id="remind" attachedToRef="review" cancelActivity="false"><timerEventDefinition>'
    '<timeDuration xsi:type="tFormalExpression">"P7D"</timeDuration></timerEventDefinition></boundaryEvent>'
)
