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


TASKS = (
    "task",
    "manualTask",
    "userTask",
    "serviceTask",
    "scriptTask",
    "businessRuleTask",
    "receiveTask",
    "sendTask",
)
SCOPES = ("subProcess", "transaction", "adHocSubProcess")
"""Activities that hold flow nodes of their own."""
GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway")
CATCHING = ("intermediateCatchEvent", "boundaryEvent")
EVENTS = ("startEvent", "endEvent", "intermediateThrowEvent", *CATCHING)
ACTIVITIES = (*TASKS, *SCOPES, "callActivity")
NODES = frozenset((*ACTIVITIES, *GATEWAYS, *EVENTS))
"""The flow nodes that run right. `checks` refuses every other."""

EVENT_SUBPROCESS_START = "startEvent of an event subprocess"
INNER_START = "startEvent of a subprocess"
EVENT_DEFINITIONS = {
    "startEvent": frozenset({"", "message", "signal", "timer"}),
    EVENT_SUBPROCESS_START: frozenset(
        {"timer", "message", "signal", "error", "escalation", "conditional", "compensate"}
    ),
    INNER_START: frozenset({""}),
    "endEvent": frozenset({"", "terminate", "error", "message", "signal", "escalation", "compensate", "cancel"}),
    "intermediateThrowEvent": frozenset({"", "message", "signal", "escalation", "link", "compensate"}),
    "intermediateCatchEvent": frozenset({"timer", "message", "signal", "conditional", "link"}),
    "boundaryEvent": frozenset(
        {"timer", "message", "signal", "error", "escalation", "conditional", "compensate", "cancel"}
    ),
}
"""Event, and where it stands → what it may throw or catch; "" is a none event."""
SEVERAL = {
    EVENT_SUBPROCESS_START: frozenset({"timer", "message", "signal", "error", "escalation", "conditional"}),
    "endEvent": frozenset({"terminate", "error", "message", "signal", "escalation"}),
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation"}),
    "intermediateCatchEvent": frozenset({"timer", "message", "signal", "conditional"}),
    "boundaryEvent": frozenset({"timer", "message", "signal", "error", "escalation", "conditional"}),
}
"""Event, and where it stands → of what it may have several definitions. At a start event of a process one start event
each is the same."""

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
        "dataStoreReference",
        "property",
        "ioSpecification",
        "monitoring",
        "auditing",
    }
)
"""What may be drawn beside flow nodes: it explains, or holds data."""

ROOTS = frozenset(
    {
        "process",
        *(f"{kind}EventDefinition" for kind in ("timer", "message", "signal", "error", "escalation", "conditional")),
        *(f"{kind}EventDefinition" for kind in ("compensate", "cancel", "terminate")),
        "collaboration",
        "message",
        "signal",
        "error",
        "escalation",
        "documentation",
        "extensionElements",
        "extension",
        "itemDefinition",
        "category",
        "dataStore",
        "import",
        "resource",
        "BPMNDiagram",
    }
)
"""What may stand beside the processes of a file. A data store or an item definition is a drawing as long as no flow
of data names it."""

INSIDE = frozenset(
    {
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "script",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
        "ioSpecification",
        "dataInputAssociation",
        "dataOutputAssociation",
        "property",
        "activationCondition",
        "timerEventDefinition",
        "messageEventDefinition",
        "signalEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
        "conditionalEventDefinition",
        "linkEventDefinition",
        "compensateEventDefinition",
        "cancelEventDefinition",
        "terminateEventDefinition",
    }
)
"""What may stand inside a flow node. A subProcess holds flow nodes as well."""

INSIDE_EVENT = frozenset({"dataInput", "dataOutput", "inputSet", "outputSet"})
"""What may stand inside an event beside that: an activity has an ioSpecification around it."""

EXTENSIONS = frozenset(
    {
        "properties",
        "serviceTaskOperator",
        "calledDecisionId",
        "variableName",
        "messageVariable",
        "messagePayload",
        "payloadExpression",
        "ioMapping",
    }
)
"""Extension elements that are read."""

PROPERTIES: dict[str, frozenset[str]] = {
    "process": frozenset({"title", "inputs", "restricted", "designers", "serves"}),
    "lane": frozenset({"group", "unit"}),
    "userTask": frozenset({"form", "due", "title", "findings", "milestone", "assignee", "reassigners"}),
    "scriptTask": frozenset({"resultVariable", "milestone"}),
    "businessRuleTask": frozenset({"resultVariable", "milestone"}),
    "startEvent": frozenset({"senders", "variable", "correlation", "unit", "milestone"}),
    "boundaryEvent": frozenset({"senders", "variable", "correlation", "milestone"}),
    "intermediateCatchEvent": frozenset({"senders", "variable", "correlation", "milestone"}),
    "intermediateThrowEvent": frozenset({"correlation", "milestone"}),
    "endEvent": frozenset({"correlation", "milestone"}),
    "receiveTask": frozenset({"senders", "variable", "correlation", "milestone"}),
    "sendTask": frozenset({"correlation", "milestone"}),
}
"""Element → the names of properties that are read; other elements know `milestone` alone."""
