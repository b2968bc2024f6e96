"""Data as drawn: data objects, properties, inputs and outputs, and what the associations copy between them.

A modeler that only draws data (bpmn-js) leaves associations without a source, or lets them lead to a placeholder: they
copy nothing and are drawings. A data object that no association or loop names is a drawing too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.bpmn.copying import Copy
from engine.bpmn.dialect import bpmn
from engine.bpmn.markup import expression_of, is_node, local_name, text_of

if TYPE_CHECKING:
    from engine.bpmn.diagram import Node, Process

OBJECTS = ("dataObject", "dataObjectReference")
OWN = ("dataInput", "dataOutput", "property", "inputDataItem", "outputDataItem")
"""What an activity or event may hold."""
ASSOCIATIONS = ("dataInputAssociation", "dataOutputAssociation")
PLACEHOLDER = "__targetRef_placeholder"
"""The property that bpmn-js lets a drawn association lead to."""

_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Item:
    """Something that holds data.

    Attributes:
        name: the variable that it is: its name when that is one, else its id.
        kind: BPMN's local name.
        holder: id of the process, activity or event that it belongs to.
    """

    id: str
    name: str
    kind: str
    holder: str
    line: int


@dataclass(frozen=True, slots=True)
class Association:
    """What an association copies: from one source, what a transformation gives, or what assignments say.

    Attributes:
        sources, target: ids of items.
        transformation: FEEL, or "".
        assignments: pairs of FEEL and the path it is assigned to.
    """

    element: Any
    is_input: bool
    sources: tuple[str, ...]
    target: str
    transformation: str
    assignments: tuple[tuple[str, str], ...]

    @property
    def copies(self) -> bool:
        """Whether it does anything."""
        return bool(self.sources or self.transformation or self.assignments)


def items_of(process: Process) -> dict[str, Item]:
    """Return what holds data in a process and its subprocesses, by id."""
    found: dict[str, Item] = {}
    labels = _labels(process)
    wanted = tuple(bpmn(name) for name in (*OBJECTS, *OWN, "dataStoreReference"))
    for element in process.element.iter(*wanted):
        id_, kind = element.get("id", ""), local_name(element)
        name = labels.get(element.get("dataObjectRef") or id_, id_) if kind in OBJECTS else _named(element)
        found.setdefault(id_, Item(id_, name, kind, _holder(element), element.sourceline))
    return found


def _named(element: Any) -> str:
    name = str(element.get("name", ""))
    fits = _NAME.fullmatch(name) or (name and local_name(element).endswith("DataItem"))
    return name if fits else str(element.get("id", ""))


def _labels(process: Process) -> dict[str, str]:
    """Return id of a data object → its variable. A label that two objects share names neither."""
    given: dict[str, set[str]] = {}
    for element in process.element.iter(*(bpmn(name) for name in OBJECTS)):
        given.setdefault(element.get("dataObjectRef") or element.get("id", ""), set()).add(element.get("name", ""))
    own = {element.get("id", ""): element.get("name", "") for element in process.element.iter(bpmn("dataObject"))}
    names = {id_: own.get(id_) or min(labels - {""}, default="") for id_, labels in given.items()}
    counted = Counter(names.values())
    return {id_: name if _NAME.fullmatch(name) and counted[name] == 1 else id_ for id_, name in names.items()}


def _holder(element: Any) -> str:
    around = element.getparent()
    while not is_node(around) and local_name(around) != "process":
        around = around.getparent()
    return str(around.get("id", ""))


def associations_of(node: Node) -> Iterator[Association]:
    """Give the associations of an activity or event, drawings too."""
    for name in ASSOCIATIONS:
        for element in node.element.findall(bpmn(name)):
            yield Association(
                element=element,
                is_input=name == "dataInputAssociation",
                sources=tuple(filter(None, map(text_of, element.findall(bpmn("sourceRef"))))),
                target=text_of(element.find(bpmn("targetRef"))),
                transformation=expression_of(text_of(element.find(bpmn("transformation")))),
                assignments=tuple(
                    (_part(assignment, "from"), _part(assignment, "to"))
                    for assignment in element.findall(bpmn("assignment"))
                ),
            )


def _part(assignment: Any, name: str) -> str:
    return expression_of(text_of(assignment.find(bpmn(name))))


def copying(process: Process, node: Node) -> list[Association]:
    """Return the associations of a node that do something."""
    return [each for each in associations_of(node) if each.copies and not _is_placeholder(process, each)]


def _is_placeholder(process: Process, association: Association) -> bool:
    target = process.data.get(association.target)
    return association.is_input and target is not None and target.name == PLACEHOLDER


def copies_of(process: Process, association: Association) -> list[Copy]:
    """Return what an association that was checked copies."""
    target = process.data[association.target].name
    if association.transformation:
        return [Copy(association.transformation, target)]
    if association.assignments:
        return [
            Copy(
                process.data[given].name if given in process.data else given, target, path_of(process, association, to)
            )
            for given, to in association.assignments
        ]
    return [Copy(process.data[association.sources[0]].name, target, is_name=True)]


def path_of(process: Process, association: Association, to: str) -> tuple[str, ...]:
    """Return the entries below the target that an assignment names; raise ValueError when it names something else."""
    head, *path = to.split(".")
    if head not in ("", association.target, process.data[association.target].name):
        raise ValueError(to)
    if not all(_NAME.fullmatch(part) for part in path):
        raise ValueError(to)
    return tuple(path)


def used(process: Process) -> set[str]:
    """Return the variables that associations and loops name as data objects."""
    found: set[str] = set()
    for node in process.nodes.values():
        for association in copying(process, node):
            found.update(association.sources)
            found.add(association.target)
        if node.loop is not None:
            found.update(text_of(node.loop.find(bpmn(name))) for name in ("loopDataInputRef", "loopDataOutputRef"))
    return {process.data[id_].name for id_ in found if id_ in process.data}


def objects_of(process: Process, scope: str) -> tuple[str, ...]:
    """Return the variables that live in a subprocess: data objects and properties of it that something names."""
    named = used(process)
    held = (item for item in process.data.values() if item.holder == scope and item.kind in (*OBJECTS, "property"))
    return tuple(dict.fromkeys(item.name for item in held if item.name in named))


def variable(process: Process, text: str) -> str:
    """Return the variable that a text names by an item's id; else the text, which is FEEL."""
    return process.data[text].name if text in process.data else text
