"""A BPMN file as it is drawn: processes, nodes, flows and lanes, with their lines. Reading only; `checks` judges it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from engine.bpmn.definition import Lane
from engine.bpmn.dialect import BPMN, NODES, bpmn, spiff

_EVENT_SUFFIX = "EventDefinition"


@dataclass(slots=True)
class Flow:
    """A sequence flow. `condition` is its FEEL text or None; `is_default`: its source names it as the default."""

    id: str
    source: str
    target: str
    condition: str | None
    line: int
    is_default: bool = False


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
        """Whether a boundary event cancels its activity."""
        return bool(self.element.get("cancelActivity", "true") == "true")

    @property
    def loop(self) -> Any:
        """The element multiInstanceLoopCharacteristics, or None."""
        return self.element.find(bpmn("multiInstanceLoopCharacteristics"))

    def extension(self, name: str) -> Any:
        """Return an extension element of the node, or None."""
        return self.element.find(f"{bpmn('extensionElements')}/{spiff(name)}")

    def extension_text(self, name: str) -> str:
        """Return the text of an extension element, stripped; "" when there is none."""
        return text_of(self.extension(name))

    def event(self, kind: str) -> Any:
        """Return the event definition of a kind, or None."""
        return self.element.find(bpmn(kind + _EVENT_SUFFIX))


@dataclass(slots=True)
class Process:
    """One process of a file, with all its nodes, those of embedded subprocesses too."""

    id: str
    name: str
    line: int
    element: Any
    properties: dict[str, str]
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    lanes: list[tuple[Lane, int]] = field(default_factory=list)

    def of_scope(self, scope: str) -> list[Node]:
        """Return the nodes directly inside the process or one of its subprocesses."""
        return [node for node in self.nodes.values() if node.scope == scope]

    def boundary_events(self, node_id: str) -> list[Node]:
        """Return the events that sit on an activity."""
        return [node for node in self.nodes.values() if node.attached_to == node_id]


@dataclass(slots=True)
class Diagram:
    """One BPMN file. `messages` maps id → name, `errors` id → code ("" when it has none)."""

    file: str
    root: Any
    processes: list[Process]
    messages: dict[str, str]
    errors: dict[str, str]

    @property
    def executable(self) -> list[Process]:
        """The processes that run; one marked as not executable is a drawing."""
        return [process for process in self.processes if process.element.get("isExecutable", "true") == "true"]


def read(content: bytes, file: str) -> Diagram:
    """Read a file that has passed the guard."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(content, parser)
    return Diagram(
        file=file,
        root=root,
        processes=[_process(element) for element in root.findall(bpmn("process"))],
        messages={item.get("id", ""): item.get("name", "") for item in root.findall(bpmn("message"))},
        errors={item.get("id", ""): item.get("errorCode", "") for item in root.findall(bpmn("error"))},
    )


def text_of(element: Any) -> str:
    """Return an element's text, stripped; "" for None."""
    return "" if element is None else (element.text or "").strip()


def local_name(element: Any) -> str:
    """Return an element's name without its namespace."""
    return str(etree.QName(element).localname)


def namespace_of(element: Any) -> str:
    """Return the namespace of an element, "" when it has none."""
    return str(etree.QName(element).namespace or "")


def properties_of(element: Any) -> dict[str, str]:
    """Return the extension properties of an element."""
    path = f"{bpmn('extensionElements')}/{spiff('properties')}/{spiff('property')}"
    return {item.get("name", ""): item.get("value", "") for item in element.findall(path)}


def is_node(element: Any) -> bool:
    """Return whether the element is drawn as a flow node, known to us or not."""
    return namespace_of(element) == BPMN and (
        local_name(element) in NODES
        or local_name(element).endswith(("Task", "Event", "Gateway", "Process", "Activity"))
    )


def _process(element: Any) -> Process:
    process = Process(
        id=element.get("id", ""),
        name=element.get("name") or element.get("id", ""),
        line=element.sourceline,
        element=element,
        properties=properties_of(element),
    )
    for scope in _scopes(element):
        _read_scope(process, scope)
    _read_lanes(process)
    return process


def _scopes(process: Any) -> Iterator[Any]:
    yield process
    yield from process.iter(bpmn("subProcess"))


def _read_scope(process: Process, scope: Any) -> None:
    scope_id = scope.get("id", "")
    defaults = set()
    for element in scope:
        if is_node(element):
            node = _node(element, scope_id)
            process.nodes.setdefault(node.id, node)
            defaults.add(element.get("default"))
    for element in scope.findall(bpmn("sequenceFlow")):
        flow = _flow(element, defaults)
        process.flows.append(flow)
        if flow.source in process.nodes:
            process.nodes[flow.source].outgoing.append(flow)
        if flow.target in process.nodes:
            process.nodes[flow.target].incoming.append(flow)


def _flow(element: Any, defaults: set[str | None]) -> Flow:
    condition = element.find(bpmn("conditionExpression"))
    return Flow(
        id=element.get("id", ""),
        source=element.get("sourceRef", ""),
        target=element.get("targetRef", ""),
        condition=None if condition is None else text_of(condition),
        line=element.sourceline,
        is_default=element.get("id") in defaults,
    )


def _node(element: Any, scope: str) -> Node:
    kinds = [local_name(child) for child in element if namespace_of(child) == BPMN]
    return Node(
        id=element.get("id", ""),
        type=local_name(element),
        name=element.get("name") or element.get("id", ""),
        line=element.sourceline,
        scope=scope,
        element=element,
        properties=properties_of(element),
        events=[kind.removesuffix(_EVENT_SUFFIX) for kind in kinds if kind.endswith(_EVENT_SUFFIX)],
    )


def _read_lanes(process: Process) -> None:
    for element in process.element.iter(bpmn("lane")):
        properties = properties_of(element)
        lane = Lane(
            id=element.get("id", ""),
            name=element.get("name", ""),
            candidate_group=properties.get("group", "").strip(),
            unit=properties.get("unit", "").strip(),
        )
        process.lanes.append((lane, element.sourceline))
        for reference in element.findall(bpmn("flowNodeRef")):
            node = process.nodes.get(text_of(reference))
            if node is not None:
                node.lane = lane  # document order: an inner lane comes after the one around it
    for node in process.nodes.values():
        _inherit_lane(process, node)


def _inherit_lane(process: Process, node: Node) -> None:
    """A node inside a subprocess is drawn in the subprocess's lane."""
    scope, steps = node.scope, 0
    while node.lane is None and scope in process.nodes and steps < len(process.nodes):
        node.lane, scope, steps = process.nodes[scope].lane, process.nodes[scope].scope, steps + 1


def expression_of(text: str) -> str:
    """Return FEEL without the leading `=` that other modelers write."""
    return text.strip().removeprefix("=").strip()
