"""The difference of two versions of a process: by element and property, from the diagrams as they were deployed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn.definition import Definition
from engine.bpmn.diagram import Diagram, Flow, Node, Process
from engine.bpmn.markup import is_node, local_name, text_of
from engine.bpmn.reading import read
from engine.form import Form

_REFERENCES = ("messageRef", "signalRef", "errorRef", "escalationRef")
_BESIDE = frozenset({"incoming", "outgoing", "laneSet", "sequenceFlow", "textAnnotation", "association"})
_NAMING = ("name", "id")
"""Attributes by which an entry among several of its kind is known, the better one first."""
_IMPLIED = frozenset(
    {
        ("cancelActivity", "true"),
        ("isInterrupting", "true"),
        ("isSequential", "false"),
        ("isForCompensation", "false"),
        ("triggeredByEvent", "false"),
        ("parallelMultiple", "false"),
        ("startQuantity", "1"),
        ("completionQuantity", "1"),
    }
)
"""What BPMN's schema says of an attribute that is not written: one editor writes it, another does not."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes:
        element_id: of the flow node, the sequence flow, the lane, the process itself, the form or the decision.
        kind: added, removed or changed.
        property: what is different: an attribute, or the path to what stands inside; "" for a whole element.
        before, after: the texts; None: not there.
    """

    element_id: str
    kind: str
    property: str = ""
    before: str | None = None
    after: str | None = None


Described = Mapping[str, Mapping[str, str]]
"""Element id → property → text."""


def compare(old: Definition, new: Definition) -> list[Change]:
    """Return what is different in the new version, in the order of the old one's file, what was added at the end."""
    return differences(_of_definition(old), _of_definition(new))


def differences(before: Described, after: Described) -> list[Change]:
    """Return what is different between two descriptions."""
    changes: list[Change] = []
    for element_id in [*before, *(each for each in after if each not in before)]:
        changes += _compared(element_id, before.get(element_id), after.get(element_id))
    return changes


def _compared(element_id: str, before: Mapping[str, str] | None, after: Mapping[str, str] | None) -> Iterator[Change]:
    if before is None or after is None:
        there = before or after or {}
        label = there.get("name") or there.get("type")
        yield (
            Change(element_id, "added", after=label) if before is None else Change(element_id, "removed", before=label)
        )
        return
    for name in [*before, *(each for each in after if each not in before)]:
        if before.get(name) != after.get(name):
            yield Change(element_id, "changed", name, before.get(name), after.get(name))


def _of_definition(definition: Definition) -> dict[str, dict[str, str]]:
    diagram = read(definition.bpmn, definition.file)
    process = next(process for process in diagram.processes if process.id == definition.key)
    forms = {f"form:{id_}": {"type": "form", **fields_of(form)} for id_, form in definition.forms.items()}
    return describe(diagram, process) | forms


def describe(diagram: Diagram, process: Process) -> dict[str, dict[str, str]]:
    """Return what a process as drawn says of each of its elements: id → property → text."""
    found = {process.id: _of_process(process)}
    found |= {node.id: _of_node(diagram, node) for node in process.nodes.values()}
    found |= {flow.id: _of_flow(flow) for flow in process.flows}
    found |= {
        lane.id: {"type": "lane", "name": lane.name, "group": lane.candidate_group, "unit": lane.unit}
        for lane, _ in process.lanes
    }
    return found


def _of_process(process: Process) -> dict[str, str]:
    own = {f"property {name}": value for name, value in process.properties.items()}
    return {"type": "process", "name": process.name, **own}


def _of_flow(flow: Flow) -> dict[str, str]:
    found = {"type": "sequenceFlow", "from": flow.source, "to": flow.target}
    if flow.condition is not None:
        found["condition"] = flow.condition
    if flow.is_default:
        found["default"] = "true"
    return found


def _of_node(diagram: Diagram, node: Node) -> dict[str, str]:
    found = {"type": node.type, "name": node.name, "scope": node.scope}
    if node.lane is not None:
        found["lane"] = node.lane.id
    for name, value in node.element.attrib.items():
        if name not in {"id", "name"} and (name, value) not in _IMPLIED:
            found[_plain(name)] = str(value)
    for child in node.element:
        if not is_node(child) and local_name(child) not in _BESIDE:
            found |= _inside(diagram, child, "")
    return {name: text for name, text in found.items() if name != "default"}  # its flow says it


def _inside(diagram: Diagram, element: Any, path: str) -> dict[str, str]:
    """Return path → text of an element inside a node and of all inside of it."""
    kind = local_name(element)
    if kind == "property":  # ours are names with values
        return {f"property {element.get('name', '')}": element.get("value", "")}
    step = kind + next((f"[{element.get(name)}]" for name in _NAMING if _is_entry(element, name)), "")
    here = path if kind in {"extensionElements", "properties"} else f"{path}/{step}" if path else step
    found = {}
    for name, value in element.attrib.items():
        if name not in _NAMING and (name, value) not in _IMPLIED:
            text = diagram.names.get(value, value) if name in _REFERENCES else value
            found[f"{here}/@{_plain(name)}"] = str(text)
    if text_of(element):
        found[here] = text_of(element)
    for child in element:
        found |= _inside(diagram, child, here)
    if not found and here:
        found[here] = ""
    return found


def _is_entry(element: Any, name: str) -> bool:
    """Return whether an element is one of several that a name tells apart; the ids of event definitions say nothing."""
    return bool(element.get(name)) and not local_name(element).endswith(
        ("EventDefinition", "Characteristics", "Expression")
    )


def fields_of(form: Form) -> dict[str, str]:
    """Return the fields of a form: key → what is said of it."""
    return {
        f"field {component.get('key') or component.get('path') or component.get('id', '')}": repr(_bare(component))
        for component in form.walk()
    }


def _bare(component: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in sorted(component.items()) if name not in {"id", "components", "layout"}}


def _plain(name: Any) -> str:
    """Return an attribute's name without its namespace."""
    return str(name).rpartition("}")[2]
