"""Small diagrams for tests, written in a line or two.

    draw(user("a"), exclusive("g", default="g-e"), flows="s>a a>g g>a[again] g>e")

Flows are separated by white space, `source>target[condition]`; a condition may hold spaces. Start event `s` and end
event `e` are there unless left out; a flow's id is `source-target`. All nodes stand in one lane.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from engine.bundle import Bundle

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="definitions" targetNamespace="http://example.org">\n'
)
_FLOW = re.compile(r"(\S+?)>(\w+)(?:\[([^\]]*(?:\[[^\]]*\][^\]]*)*)\])?")


def draw(*nodes: str, flows: str, ends: bool = True, lane: str = "", process: str = "", more: str = "") -> bytes:
    """Return a BPMN file with one process `p`."""
    own = ('<bpmn:startEvent id="s"/>\n', '<bpmn:endEvent id="e"/>\n') if ends else ()
    content = "".join((*own, *nodes, connect(flows)))
    ids = re.findall(r'<bpmn:userTask id="(\w+)"', content)
    references = "".join(f"<bpmn:flowNodeRef>{id_}</bpmn:flowNodeRef>" for id_ in ids)
    properties = lane or props(group="clerk", unit='"431103"')
    lanes = (
        f'<bpmn:laneSet id="ls"><bpmn:lane id="l" name="Clerks">{properties}{references}</bpmn:lane></bpmn:laneSet>\n'
    )
    file = f'{HEAD}{more}<bpmn:process id="p" name="P" isExecutable="true">\n{process}{lanes}{content}</bpmn:process>\n'
    return f"{file}</bpmn:definitions>\n".encode()


def bundle(content: bytes, **files: bytes) -> Bundle:
    """Return a bundle with one diagram and further files."""
    return Bundle("test", {"p.bpmn": content, **files})


def connect(flows: str) -> str:
    """Return sequence flows."""
    found = []
    for source, target, condition in _FLOW.findall(flows):
        inside = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>" if condition else ""
        ends = f'sourceRef="{source}" targetRef="{target}"'
        found.append(f'<bpmn:sequenceFlow id="{source}-{target}" {ends}>{inside}</bpmn:sequenceFlow>\n')
    return "".join(found)


def props(**properties: str) -> str:
    """Return extension elements with properties."""
    return f"<bpmn:extensionElements>{_properties(properties)}</bpmn:extensionElements>"


def _properties(properties: dict[str, str]) -> str:
    items = "".join(f'<spiffworkflow:property name="{k}" value={quoteattr(v)}/>' for k, v in properties.items())
    return f"<spiffworkflow:properties>{items}</spiffworkflow:properties>" if items else ""


def _node(kind: str, id_: str, inside: str = "", **attributes: str) -> str:
    written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f'<bpmn:{kind} id="{id_}"{written}>{inside}</bpmn:{kind}>\n'


def user(id_: str, variable: str = "", inside: str = "", **properties: str) -> str:
    """A user task."""
    name = f"<spiffworkflow:variableName>{variable}</spiffworkflow:variableName>" if variable else ""
    extensions = f"<bpmn:extensionElements>{_properties(properties)}{name}</bpmn:extensionElements>"
    return _node("userTask", id_, extensions + inside)


def service(id_: str, handler: str, result: str = "", inside: str = "", **parameters: str) -> str:
    """A service task."""
    given = "".join(
        f'<spiffworkflow:parameter id="{name}" type="any" value={quoteattr(value)}/>\n'
        for name, value in parameters.items()
    )
    variable = f' resultVariable="{result}"' if result else ""
    operator = (
        f'<spiffworkflow:serviceTaskOperator id="{handler}"{variable}>\n'
        f"<spiffworkflow:parameters>\n{given}</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
    )
    return _node("serviceTask", id_, f"<bpmn:extensionElements>\n{operator}</bpmn:extensionElements>{inside}")


def script(id_: str, feel: str, result: str = "", inside: str = "") -> str:
    """A script task."""
    extensions = props(resultVariable=result) if result else ""
    return _node("scriptTask", id_, f"{extensions}<bpmn:script>{escape(feel)}</bpmn:script>{inside}")


def rule(id_: str, decision: str, result: str, inside: str = "") -> str:
    """A business rule task."""
    called = f"<spiffworkflow:calledDecisionId>{decision}</spiffworkflow:calledDecisionId>"
    properties = _properties({"resultVariable": result})
    return _node(
        "businessRuleTask", id_, f"<bpmn:extensionElements>{properties}{called}</bpmn:extensionElements>{inside}"
    )


def each(items: str, item: str, output: str = "", result: str = "", *, sequential: bool = False) -> str:
    """What makes an activity multi-instance."""
    collected = (
        f'<bpmn:loopDataOutputRef>{output}</bpmn:loopDataOutputRef><bpmn:inputDataItem id="in_{item}" name="{item}"/>'
        f'<bpmn:outputDataItem id="out_{result}" name="{result}"/>'
        if output
        else f'<bpmn:inputDataItem id="in_{item}" name="{item}"/>'
    )
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"<bpmn:loopDataInputRef>{escape(items)}</bpmn:loopDataInputRef>{collected}"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def exclusive(id_: str, default: str = "") -> str:
    """An exclusive gateway."""
    return _node("exclusiveGateway", id_, **({"default": default} if default else {}))


def inclusive(id_: str, default: str = "") -> str:
    """An inclusive gateway."""
    return _node("inclusiveGateway", id_, **({"default": default} if default else {}))


def parallel(id_: str) -> str:
    """A parallel gateway."""
    return _node("parallelGateway", id_)


def first_of(id_: str) -> str:
    """An event-based gateway."""
    return _node("eventBasedGateway", id_)


def timer(text: str, kind: str = "timeDuration") -> str:
    """A timer definition."""
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{escape(text)}</bpmn:{kind}></bpmn:timerEventDefinition>"


def message(reference: str) -> str:
    """A message definition."""
    return f'<bpmn:messageEventDefinition messageRef="{reference}"/>'


def error(reference: str = "") -> str:
    """An error definition."""
    return f'<bpmn:errorEventDefinition errorRef="{reference}"/>' if reference else "<bpmn:errorEventDefinition/>"


def boundary(id_: str, on: str, definition: str, *, interrupting: bool = True) -> str:
    """A boundary event."""
    return _node("boundaryEvent", id_, definition, attachedToRef=on, cancelActivity=str(interrupting).lower())


def catch(id_: str, definition: str) -> str:
    """An intermediate catching event."""
    return _node("intermediateCatchEvent", id_, definition)


def start(id_: str) -> str:
    """A start event."""
    return _node("startEvent", id_)


def end(id_: str, definition: str = "") -> str:
    """An end event."""
    return _node("endEvent", id_, definition)


TERMINATE = "<bpmn:terminateEventDefinition/>"
MESSAGES = '<bpmn:message id="m" name="withdraw"/><bpmn:message id="n" name="other"/>\n'
ERRORS = '<bpmn:error id="er" errorCode="CONFLICT"/><bpmn:error id="er2" errorCode="OTHER"/>\n'


def task(id_: str) -> str:
    """A task without a type."""
    return _node("task", id_)


def inner(id_: str, *nodes: str, flows: str, inside: str = "") -> str:
    """An embedded subprocess."""
    return _node("subProcess", id_, inside + "".join(nodes) + connect(flows))


NAMES = (
    '<bpmn:signal id="sg" name="alarm"/><bpmn:signal id="sg2" name="calm"/>'
    '<bpmn:escalation id="es" escalationCode="LATE"/><bpmn:escalation id="es2" escalationCode="OTHER"/>\n'
)
CANCEL = "<bpmn:cancelEventDefinition/>"


def signal(reference: str = "sg", payload: str = "", variable: str = "") -> str:
    """A signal definition."""
    return _named("signal", reference, payload, variable)


def escalation(reference: str = "es", payload: str = "", variable: str = "") -> str:
    """An escalation definition; without a reference it catches any."""
    return _named("escalation", reference, payload, variable)


def carrying(reference: str, payload: str = "", variable: str = "") -> str:
    """A message definition with what it carries."""
    return _named("message", reference, payload, variable)


def failing(reference: str, payload: str = "", variable: str = "") -> str:
    """An error definition with what it carries."""
    return _named("error", reference, payload, variable)


def _named(kind: str, reference: str, payload: str, variable: str) -> str:
    inside = f"<spiffworkflow:payloadExpression>{escape(payload)}</spiffworkflow:payloadExpression>" if payload else ""
    inside += f"<spiffworkflow:messageVariable>{variable}</spiffworkflow:messageVariable>" if variable else ""
    extensions = f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>" if inside else ""
    attribute = f' {kind}Ref="{reference}"' if reference else ""
    return f"<bpmn:{kind}EventDefinition{attribute}>{extensions}</bpmn:{kind}EventDefinition>"


def link(name: str) -> str:
    """A link definition."""
    return f'<bpmn:linkEventDefinition name="{name}"/>'


def condition(feel: str) -> str:
    """A conditional definition."""
    inside = f"<bpmn:condition>{escape(feel)}</bpmn:condition>"
    return f"<bpmn:conditionalEventDefinition>{inside}</bpmn:conditionalEventDefinition>"


def compensate(activity: str = "") -> str:
    """A compensation definition."""
    reference = f' activityRef="{activity}"' if activity else ""
    return f"<bpmn:compensateEventDefinition{reference}/>"


def throw(id_: str, definition: str = "", **properties: str) -> str:
    """An intermediate throwing event."""
    return _node("intermediateThrowEvent", id_, (props(**properties) if properties else "") + definition)


def waiting(kind: str, id_: str, definition: str = "", **properties: str) -> str:
    """An event or task of any kind, with properties."""
    return _node(kind, id_, (props(**properties) if properties else "") + definition)


def on_event(id_: str, definition: str, *nodes: str, flows: str, interrupting: bool = True) -> str:
    """An event subprocess; its start event is `id_` + "_s"."""
    begin = _node("startEvent", f"{id_}_s", definition, isInterrupting=str(interrupting).lower())
    return _node("subProcess", id_, begin + "".join(nodes) + connect(flows), triggeredByEvent="true")


def call(id_: str, called: str, inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> str:
    """A call activity."""
    inside = ""
    if inputs is not None or outputs is not None:
        items = [f'<spiffworkflow:input target="{k}" source={quoteattr(v)}/>' for k, v in (inputs or {}).items()]
        items += [f'<spiffworkflow:output target="{k}" source={quoteattr(v)}/>' for k, v in (outputs or {}).items()]
        mapping = f"<spiffworkflow:ioMapping>{''.join(items)}</spiffworkflow:ioMapping>"
        inside = f"<bpmn:extensionElements>{mapping}</bpmn:extensionElements>"
    return _node("callActivity", id_, inside, calledElement=called)


def undone_by(event: str, activity: str, by: str) -> str:
    """A compensation boundary event and the association to a task that undoes the activity."""
    ends = f'sourceRef="{event}" targetRef="{by}"'
    return boundary(event, activity, compensate()) + f'<bpmn:association id="{event}_{by}" {ends}/>\n'


def undoing(id_: str) -> str:
    """A user task that undoes another."""
    return _node("userTask", id_, isForCompensation="true")


def times(number: str, output: str = "", result: str = "", until: str = "", *, sequential: bool = False) -> str:
    """What makes an activity multi-instance a number of times."""
    collected = (
        f"<bpmn:loopDataOutputRef>{output}</bpmn:loopDataOutputRef>"
        f'<bpmn:outputDataItem id="o_{output}" name="{result}"/>'
        if output
        else ""
    )
    enough = f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else ""
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"<bpmn:loopCardinality>{escape(number)}</bpmn:loopCardinality>{collected}{enough}"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def again(condition: str = "", **attributes: str) -> str:
    """What makes an activity a standard loop."""
    inside = f"<bpmn:loopCondition>{escape(condition)}</bpmn:loopCondition>" if condition else ""
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<bpmn:standardLoopCharacteristics{written}>{inside}</bpmn:standardLoopCharacteristics>"
