"""The dialect of BPMN that is deployed: names of namespaces, elements and extensions. No behaviour.

The extensions are SpiffWorkflow's, so that its modeler's palettes work on our files; what they hold is FEEL.
"""

from __future__ import annotations

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def bpmn(name: str) -> str:
    """Return the qualified name of a BPMN element."""
    return f"{{{BPMN}}}{name}"


def spiff(name: str) -> str:
    """Return the qualified name of an extension element."""
    return f"{{{SPIFF}}}{name}"


TASKS = ("task", "userTask", "serviceTask", "scriptTask", "businessRuleTask", "receiveTask")
GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway")
CATCHING = ("intermediateCatchEvent", "boundaryEvent")
EVENTS = ("startEvent", "endEvent", "intermediateThrowEvent", *CATCHING)
ACTIVITIES = (*TASKS, "subProcess")
NODES = frozenset((*ACTIVITIES, *GATEWAYS, *EVENTS))
"""The flow nodes that run right. `checks` refuses every other."""

EVENT_DEFINITIONS = {
    "startEvent": frozenset({""}),
    "endEvent": frozenset({"", "terminate", "error"}),
    "intermediateThrowEvent": frozenset({""}),
    "intermediateCatchEvent": frozenset({"timer", "message"}),
    "boundaryEvent": frozenset({"timer", "message", "error"}),
}
"""Event → what it may throw or catch; "" is a none event."""

BESIDE = frozenset(
    {
        "documentation",
        "extensionElements",
        "laneSet",
        "sequenceFlow",
        "textAnnotation",
        "association",
        "group",
        "dataObject",
        "dataObjectReference",
        "monitoring",
        "auditing",
    }
)
"""What may be drawn beside flow nodes: it explains, and does nothing."""

INSIDE = frozenset(
    {
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "script",
        "multiInstanceLoopCharacteristics",
        "timerEventDefinition",
        "messageEventDefinition",
        "errorEventDefinition",
        "terminateEventDefinition",
    }
)
"""What may stand inside a flow node. A subProcess holds flow nodes as well."""

EXTENSIONS = frozenset({"properties", "serviceTaskOperator", "calledDecisionId", "variableName", "messageVariable"})
"""Extension elements that are read."""

PROPERTIES: dict[str, frozenset[str]] = {
    "process": frozenset({"title", "inputs"}),
    "lane": frozenset({"group", "unit"}),
    "userTask": frozenset({"form", "due", "title", "findings", "milestone"}),
    "scriptTask": frozenset({"resultVariable", "milestone"}),
    "businessRuleTask": frozenset({"resultVariable", "milestone"}),
    "boundaryEvent": frozenset({"senders", "variable", "milestone"}),
    "intermediateCatchEvent": frozenset({"senders", "variable", "milestone"}),
    "receiveTask": frozenset({"senders", "variable", "milestone"}),
}
"""Element → the names of properties that are read; other elements know `milestone` alone."""
