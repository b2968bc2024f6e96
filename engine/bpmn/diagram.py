"""A BPMN file as it is drawn: processes, nodes, flows and lanes, with their lines. `reading` makes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.data import Item
from engine.bpmn.definition import Lane
from engine.bpmn.dialect import BPMN, EVENT_SUBPROCESS_START, INNER_START, bpmn, spiff
from engine.bpmn.markup import local_name, namespace_of, text_of

EVENT_SUFFIX = "EventDefinition"


@dataclass(slots=True)
class Flow:
    """A sequence flow.

    `condition` is its FEEL text or None, `expression` the XML element of it; `is_default`: its source names it as the
    default.
    """

    id: str
    source: str
    target: str
    condition: str | None
    line: int
    is_default: bool = False
    expression: Any = None


@dataclass(slots=True)
class Node:
    """A flow node, or what was drawn in the place of one.

    Attributes:
        type: BPMN's local name.
        scope: id of the process or subProcess that holds it.
        events: kinds of its event definitions, e.g. `timer`.
    """

    id: str
    type: str
    name: str
    line: int
    scope: str
    element: Any
    properties: dict[str, str]
    events: list[str]
    lane: Lane | None = None
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)

    @property
    def attached_to(self) -> str | None:
        """Id of the activity that a boundary event sits on."""
        return self.element.get("attachedToRef") if self.type == "boundaryEvent" else None

    @property
    def interrupts(self) -> bool:
        """Whether a boundary event cancels its activity, or a start event what else runs around its subprocess."""
        name = "cancelActivity" if self.type == "boundaryEvent" else "isInterrupting"
        return bool(self.element.get(name, "true") == "true")

    @property
    def handles_event(self) -> bool:
        """Whether it is an event subprocess."""
        return bool(self.element.get("triggeredByEvent", "false") == "true")

    @property
    def instantiates(self) -> bool:
        """Whether it is a receive task or an event gateway that starts its process."""
        return self.type in ("receiveTask", "eventBasedGateway") and self.element.get("instantiate") == "true"

    @property
    def start_quantity(self) -> int:
        """How many tokens an activity takes to begin."""
        return int(self.element.get("startQuantity", "1"))

    @property
    def sequential(self) -> bool:
        """Whether it is an ad-hoc subprocess that does one thing at a time."""
        return self.type == "adHocSubProcess" and self.element.get("ordering") == "Sequential"

    def undoes_scope(self, process: Process) -> bool:
        """Whether it is an event subprocess that undoes the subprocess it is in."""
        return self.handles_event and any("compensate" in start.events for start in process.start_events(self.id))

    @property
    def compensates(self) -> bool:
        """Whether it undoes another activity; no flow leads to it."""
        return bool(self.element.get("isForCompensation", "false") == "true")

    @property
    def loop(self) -> Any:
        """The element multiInstanceLoopCharacteristics, or None."""
        return self.element.find(bpmn("multiInstanceLoopCharacteristics"))

    @property
    def standard_loop(self) -> Any:
        """The element standardLoopCharacteristics, or None."""
        return self.element.find(bpmn("standardLoopCharacteristics"))

    def extension(self, name: str) -> Any:
        """Return an extension element of the node, or None."""
        return self.element.find(f"{bpmn('extensionElements')}/{spiff(name)}")

    def extension_text(self, name: str) -> str:
        """Return the text of an extension element, stripped; "" when there is none."""
        return text_of(self.extension(name))

    @property
    def definitions(self) -> list[tuple[str, Any]]:
        """Its event definitions with their kinds, in the order of the file."""
        return definitions_of(self.element)

    def event(self, kind: str) -> Any:
        """Return the event definition of a kind, or None."""
        return self.element.find(bpmn(kind + EVENT_SUFFIX))


@dataclass(slots=True)
class Process:
    """One process of a file, with all its nodes, those of embedded subprocesses too.

    `data` is what holds data in it, by id.
    """

    id: str
    name: str
    line: int
    element: Any
    properties: dict[str, str]
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    lanes: list[tuple[Lane, int]] = field(default_factory=list)
    data: dict[str, Item] = field(default_factory=dict)

    def of_scope(self, scope: str) -> list[Node]:
        """Return the nodes directly inside the process or one of its subprocesses."""
        return [node for node in self.nodes.values() if node.scope == scope]

    def boundary_events(self, node_id: str) -> list[Node]:
        """Return the events that sit on an activity."""
        return [node for node in self.nodes.values() if node.attached_to == node_id]

    def position(self, node: Node) -> str:
        """Return what kind of event a node is, and for a start event inside a subprocess where it stands."""
        around = self.nodes.get(node.scope)
        if node.type != "startEvent" or around is None:
            return node.type
        return EVENT_SUBPROCESS_START if around.handles_event else INNER_START

    def start_events(self, scope: str) -> list[Node]:
        """Return the start events directly inside the process or one of its subprocesses."""
        return [node for node in self.of_scope(scope) if node.type == "startEvent"]

    def entries(self) -> list[Node]:
        """Return what starts the process beside its start events: receive tasks, and the events after gateways."""
        found = []
        for node in self.of_scope(self.id):
            if node.instantiates:
                flows = [flow for flow in node.outgoing if flow.target in self.nodes]
                found += [node] if node.type == "receiveTask" else [self.nodes[flow.target] for flow in flows]
        return found

    def around(self, scope: str) -> Iterator[Node]:
        """Give the events that catch what is thrown in a scope, inner before outer: of event subprocesses, and those
        on the subprocesses around.
        """
        seen: set[str] = set()  # of two elements with one id, the second can be around itself
        while scope not in seen:
            seen.add(scope)
            for node in self.of_scope(scope):
                if node.handles_event:
                    yield from self.start_events(node.id)
            if scope not in self.nodes:
                return
            yield from self.boundary_events(scope)
            scope = self.nodes[scope].scope

    def compensation_of(self, event: Node) -> Node | None:
        """Return the activity that undoes what a compensation boundary event sits on: an association leads to it."""
        for association in self.element.iter(bpmn("association")):
            ends = {association.get("sourceRef"), association.get("targetRef")}
            if event.id in ends:
                for other in ends - {event.id}:
                    return self.nodes.get(other or "")
        return None


@dataclass(slots=True)
class Diagram:
    """One BPMN file.

    Attributes:
        names: id of a message or signal → its name, of an error or escalation → its code; "" when it has none.
        declared: id → element of the same.
    """

    file: str
    root: Any
    processes: list[Process]
    names: dict[str, str]
    declared: dict[str, Any]

    @property
    def executable(self) -> list[Process]:
        """The processes that run; one marked as not executable is a drawing."""
        return [process for process in self.processes if process.element.get("isExecutable", "true") == "true"]


def definitions_of(element: Any) -> list[tuple[str, Any]]:
    """Return the event definitions directly inside an element with their kinds, in the order of the file."""
    named = [(local_name(child), child) for child in element if namespace_of(child) == BPMN]
    return [(name.removesuffix(EVENT_SUFFIX), child) for name, child in named if name.endswith(EVENT_SUFFIX)]
