"""Reading lanes: who works where. The innermost lane that names a node is the node's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.definition import Lane
from engine.bpmn.dialect import bpmn
from engine.bpmn.markup import properties_of, text_of

if TYPE_CHECKING:
    from engine.bpmn.diagram import Process


def read(process: Process) -> None:
    """Read the lanes of a process, and put its nodes into them."""
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
    for node_id in process.nodes:
        _inherit(process, node_id)


def _inherit(process: Process, node_id: str) -> None:
    """A node inside a subprocess is drawn in the subprocess's lane."""
    node = process.nodes[node_id]
    scope, steps = node.scope, 0
    while node.lane is None and scope in process.nodes and steps < len(process.nodes):
        node.lane, scope, steps = process.nodes[scope].lane, process.nodes[scope].scope, steps + 1
