"""A diagram of any vendor, rewritten so that our engine runs it: what a trial may leave out, and nothing it must not.

A deployment is never rewritten like this: what is left out here (lanes, forms, extensions of other vendors) is what a
deployed process cannot do without.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from engine.bpmn.dialect import BPMN, EXTENSIONS, ROOTS, SCOPES, SPIFF, bpmn, spiff
from engine.bpmn.markup import is_node, local_name, namespace_of, properties_of, text_of
from engine.feel.runtime import Feel
from engine.trial import portable_data, portable_events
from engine.trial.portable_texts import Texts

HANDLER = "trial.pass"
"""Stands for the handler of a service task that names none."""

ADDED = "trial-"
"""Begins the ids of elements that a rewriting has added; the trace does not show them."""

_PEOPLE = ("potentialOwner", "performer", "humanPerformer", "resourceRole", "rendering")
_DROPPED = frozenset((*_PEOPLE, "laneSet", "artifact", "conversation", "auditing", "monitoring"))
_DECIDING = ("exclusiveGateway", "inclusiveGateway", "complexGateway")
_OUTSIDE = ("form", "due", "title", "findings", "senders", "inputs", "unit")
"""Properties that speak of people and pages around the process."""


@dataclass
class Portable:
    """A rewritten file.

    Attributes:
        content: the rewritten XML.
        types: element id → its type as drawn.
        lines: element id → its line in the file.
        handlers: ids of handlers → the parameters they are given.
        ignored: element or flow id → what of it is not FEEL and is traced instead of run.
        processes: ids of its processes, those marked as executable first.
    """

    content: bytes
    types: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    handlers: dict[str, set[str]] = field(default_factory=dict)
    ignored: dict[str, str] = field(default_factory=dict)
    processes: list[str] = field(default_factory=list)


def rewrite(content: bytes, feel: Feel, *, ignore_scripts: bool, known: frozenset[str]) -> Portable:
    """Rewrite a file that has passed the guard.

    Args:
        content: the file.
        feel: says what is FEEL.
        ignore_scripts: whether what is not FEEL is taken out: scripts do nothing, of conditions the default flow or
            the first is taken, a timer is due at once, a condition event never happens.
        known: ids of the processes and decisions at hand; what refers to any other passes, like a task without handler.
    """
    root = _read(content)
    made = Portable(b"")
    for element in root.iter():
        if element.get("id") and namespace_of(element) == BPMN:
            made.types.setdefault(element.get("id"), local_name(element))
            made.lines.setdefault(element.get("id"), element.sourceline or 0)
    if not portable_data.runs(root, feel):
        for element in list(root.iter(*(bpmn(name) for name in portable_data.DROPPED))):
            element.getparent().remove(element)
    _Rewriting(root, made, feel, Texts(feel, made) if ignore_scripts else None, known).all()
    made.content = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return made


def ids_of(content: bytes) -> list[str]:
    """Return the ids of the processes and decisions in a file that has passed the guard."""
    return [child.get("id", "") for child in _read(content) if local_name(child) in ("process", "decision")]


def _read(content: bytes) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(content, parser)


class _Rewriting:
    """One file being rewritten."""

    def __init__(self, root: Any, made: Portable, feel: Feel, texts: Texts | None, known: frozenset[str]) -> None:
        self._root, self._made, self._feel, self._texts, self._known = root, made, feel, texts, known

    def all(self) -> None:
        for child in list(self._root):
            if namespace_of(child) != BPMN or local_name(child) not in ROOTS:
                self._root.remove(child)
        processes = self._root.findall(bpmn("process"))
        marked = [process for process in processes if process.get("isExecutable", "true") == "true"]
        for process in (*marked, *(process for process in processes if process not in marked)):
            self._made.processes.append(process.get("id", ""))
        for process in processes:
            process.set("isExecutable", "true")
            _strip(process)
            for scope in (process, *process.iter(*(bpmn(name) for name in SCOPES))):
                self._scope(scope)
            if self._texts is not None:
                self._texts.ignore(process)
            _one_lane(process)
        portable_events.name_references(self._root)

    def _scope(self, scope: Any) -> None:
        for node in [child for child in scope if is_node(child)]:
            self._node(node)
        portable_events.start(scope, self._feel, outermost=local_name(scope) == "process")
        for flow in scope.findall(bpmn("sequenceFlow")):
            _plain_flow(scope, flow)
        _part_doubles(scope)

    def _node(self, node: Any) -> None:
        kind = local_name(node)
        if kind == "serviceTask":
            self._service(node)
        elif kind == "businessRuleTask":
            self._rule(node)
        elif kind == "scriptTask" and not text_of(node.find(bpmn("script"))):
            node.tag = bpmn("task")
        elif kind == "callActivity":
            self._call(node)
        elif kind == "manualTask":
            node.tag = bpmn("userTask")  # a person says that it is done
        elif kind in ("receiveTask", "eventBasedGateway"):
            node.attrib.pop("instantiate", None)
        elif kind == "boundaryEvent" and node.find(bpmn("errorEventDefinition")) is not None:
            node.set("cancelActivity", "true")

    def _service(self, node: Any) -> None:
        extensions = node.find(bpmn("extensionElements"))
        operator = None if extensions is None else extensions.find(spiff("serviceTaskOperator"))
        if operator is None or not operator.get("id"):
            extensions = etree.Element(bpmn("extensionElements")) if extensions is None else extensions
            if extensions.getparent() is None:
                node.insert(0, extensions)
            operator = etree.SubElement(extensions, spiff("serviceTaskOperator"), id=HANDLER)
        given = {item.get("id", "") for item in operator.iter(spiff("parameter"))}
        self._made.handlers.setdefault(operator.get("id"), set()).update(given)

    def _call(self, node: Any) -> None:
        called = (node.get("calledElement") or "").strip()
        if called not in self._known and not called.startswith("="):
            node.tag = bpmn("task")
            self._made.ignored[node.get("id", "")] = f"calledElement {called}"

    def _rule(self, node: Any) -> None:
        """A decision that is not named in our way is one that the trial does not know: it passes."""
        called = node.find(f"{bpmn('extensionElements')}/{spiff('calledDecisionId')}")
        if text_of(called) not in self._known or not properties_of(node).get("resultVariable"):
            node.tag = bpmn("task")
            if text_of(called):
                self._made.ignored[node.get("id", "")] = f"calledDecisionId {text_of(called)}"


def _strip(process: Any) -> None:
    """Take out what other vendors have added, and drawings of data and of people."""
    for element in list(process.iter()):
        for name in [name for name in element.attrib if str(name).startswith("{")]:
            del element.attrib[name]
        for child in list(element):
            if not _stays(element, child):
                element.remove(child)
    for properties in process.iter(spiff("properties")):
        for item in properties.findall(spiff("property")):
            if item.get("name") in _OUTSIDE:
                properties.remove(item)


def _stays(parent: Any, child: Any) -> bool:
    if namespace_of(parent) == SPIFF:
        return True
    if local_name(parent) == "extensionElements":
        return namespace_of(child) == SPIFF and local_name(child) in EXTENSIONS
    return namespace_of(child) == BPMN and local_name(child) not in _DROPPED


def _one_lane(process: Any) -> None:
    """Whoever may do a task is not asked in a trial."""
    lanes = etree.Element(bpmn("laneSet"), id=f"{ADDED}lanes-{process.get('id', '')}")
    lane = etree.SubElement(lanes, bpmn("lane"), id=f"{ADDED}lane-{process.get('id', '')}")
    extensions = etree.SubElement(lane, bpmn("extensionElements"))
    properties = etree.SubElement(extensions, spiff("properties"))
    etree.SubElement(properties, spiff("property"), name="group", value="anyone")
    etree.SubElement(properties, spiff("property"), name="unit", value='"anywhere"')
    for task in process.iter(bpmn("userTask")):
        etree.SubElement(lane, bpmn("flowNodeRef")).text = task.get("id", "")
    process.insert(0, lanes)


def _plain_flow(scope: Any, flow: Any) -> None:
    """Drop conditions where the standard has none, and defaults that are none."""
    source = _child(scope, flow.get("sourceRef"))
    if source is None:
        return
    condition = flow.find(bpmn("conditionExpression"))
    deciding = local_name(source) in _DECIDING or not local_name(source).endswith(("Gateway", "Event"))
    is_default = source.get("default") == flow.get("id")
    if condition is not None and (not deciding or is_default or not text_of(condition)):
        flow.remove(condition)
    own = [other.get("id") for other in _leaving(scope, source)]
    if source.get("default") and source.get("default") not in own:
        del source.attrib["default"]
    _choose_default(source, list(_leaving(scope, source)))


def _choose_default(source: Any, flows: list[Any]) -> None:
    """The one flow of a choice without a condition is what other modelers mean by its default."""
    plain = [flow for flow in flows if flow.find(bpmn("conditionExpression")) is None]
    if local_name(source) == "exclusiveGateway" and not source.get("default") and len(flows) > len(plain) == 1:
        source.set("default", plain[0].get("id", ""))


def _part_doubles(scope: Any) -> None:
    """Of two flows between the same nodes, the second goes through a task that does nothing."""
    seen: set[tuple[str | None, str | None]] = set()
    for flow in scope.findall(bpmn("sequenceFlow")):
        ends = flow.get("sourceRef"), flow.get("targetRef")
        if ends in seen and flow.get("id"):
            id_ = f"{ADDED}via-{flow.get('id')}"
            etree.SubElement(scope, bpmn("task"), id=id_)
            onward = {"id": f"{id_}-on", "sourceRef": id_, "targetRef": ends[1] or ""}
            etree.SubElement(scope, bpmn("sequenceFlow"), onward)
            flow.set("targetRef", id_)
        seen.add(ends)


def _leaving(scope: Any, source: Any) -> Iterator[Any]:
    return (flow for flow in scope.findall(bpmn("sequenceFlow")) if flow.get("sourceRef") == source.get("id"))


def _child(scope: Any, id_: str | None) -> Any:
    return next((child for child in scope if child.get("id") == id_ and is_node(child)), None) if id_ else None
