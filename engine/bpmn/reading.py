"""Reading a BPMN file into its processes, nodes and flows. No judgement."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from lxml import etree

from engine.bpmn import data, lanes
from engine.bpmn.diagram import EVENT_SUFFIX, Diagram, Flow, Node, Process, definitions_of
from engine.bpmn.dialect import SCOPES, bpmn
from engine.bpmn.markup import is_node, local_name, properties_of, text_of

_NAMED_BY = {"message": "name", "signal": "name", "error": "errorCode", "escalation": "escalationCode"}


def read(content: bytes, file: str) -> Diagram:
    """Read a file that has passed the guard."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(content, parser)
    _resolve(root)
    declared = {(kind, item.get("id", "")): item for kind in _NAMED_BY for item in root.findall(bpmn(kind))}
    return Diagram(
        file=file,
        root=root,
        processes=[_process(element) for element in root.findall(bpmn("process"))],
        names={id_: item.get(_NAMED_BY[kind], "") for (kind, id_), item in declared.items()},
        declared={id_: item for (_, id_), item in declared.items()},
    )


def _resolve(root: Any) -> None:
    """Put the event definitions that stand beside the processes where an event refers to one."""
    shared = {child.get("id"): child for child in root if local_name(child).endswith(EVENT_SUFFIX)}
    for reference in list(root.iter(bpmn("eventDefinitionRef"))):
        if text_of(reference) in shared:
            definition = deepcopy(shared[text_of(reference)])
            del definition.attrib["id"]
            reference.getparent().replace(reference, definition)


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
    _link(process)
    lanes.read(process)
    process.data = data.items_of(process)
    return process


def _scopes(process: Any) -> Iterator[Any]:
    yield process
    yield from process.iter(*(bpmn(name) for name in SCOPES))


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
        expression=condition,
    )


def _node(element: Any, scope: str) -> Node:
    return Node(
        id=element.get("id", ""),
        type=local_name(element),
        name=element.get("name") or element.get("id", ""),
        line=element.sourceline,
        scope=scope,
        element=element,
        properties=properties_of(element),
        events=[kind for kind, _ in definitions_of(element)],
    )


def _link(process: Process) -> None:
    """Draw the flow that a pair of link events stands for, from the throwing to the catching one."""
    catching = {
        (node.scope, node.event("link").get("name")): node
        for node in process.nodes.values()
        if node.type == "intermediateCatchEvent" and "link" in node.events
    }
    for node in list(process.nodes.values()):
        if node.type == "intermediateThrowEvent" and "link" in node.events:
            target = catching.get((node.scope, node.event("link").get("name")))
            if target is not None:
                # a space cannot stand in an XML id: the name meets no flow's
                flow = Flow(f"{node.id} → {target.id}", node.id, target.id, None, node.line)
                process.flows.append(flow)
                node.outgoing.append(flow)
                target.incoming.append(flow)
