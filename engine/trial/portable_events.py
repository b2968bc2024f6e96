"""Rewriting events: processes without a start event, and messages, signals and errors that nobody has named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.bpmn import timers
from engine.bpmn.dialect import bpmn
from engine.bpmn.markup import expression_of, is_node, local_name, text_of
from engine.bpmn.timers import BadTimer
from engine.feel.runtime import Feel

_NAMES = {"message": "name", "signal": "name", "error": "errorCode", "escalation": "escalationCode"}
_STARTS = ("messageEventDefinition", "signalEventDefinition")


def start(scope: Any, feel: Feel, *, outermost: bool) -> None:
    """Give a scope one way to begin.

    A condition that would start a process, or a timer in another language, is left out: it is started by hand. What
    no flow leads to begins at once when there is no start event, as the standard says.
    """
    if scope.get("triggeredByEvent") == "true" or local_name(scope) == "adHocSubProcess":
        return
    starts = scope.findall(bpmn("startEvent"))
    for event in starts:
        for child in list(event):
            kind = local_name(child)
            known = kind in _STARTS or (kind == "timerEventDefinition" and _tells_time(child, feel))
            if kind.endswith("EventDefinition") and not (outermost and known):
                event.remove(child)
    if not starts:
        _begin_everywhere(scope)


def _tells_time(definition: Any, feel: Feel) -> bool:
    texts = [(local_name(child), expression_of(text_of(child))) for child in definition if text_of(child)]
    if len(texts) != 1:
        return False
    kind, text = texts[0]
    if not timers.is_literal(text):
        return feel.check(text) is None
    try:
        timers.check_literal(text, cycle=kind == "timeCycle")
    except BadTimer:
        return False
    return True


def _begin_everywhere(scope: Any) -> None:
    led_to = {flow.get("targetRef") for flow in scope.findall(bpmn("sequenceFlow"))}
    first = [child for child in scope if is_node(child) and _may_begin(child, led_to)]
    if first or local_name(scope) != "process":  # a subprocess with nothing in it is over at once
        id_ = f"trial-start-{scope.get('id', '')}"
        etree.SubElement(scope, bpmn("startEvent"), id=id_)
        for index, node in enumerate(first):
            flow = {"id": f"{id_}-{index}", "sourceRef": id_, "targetRef": node.get("id", "")}
            etree.SubElement(scope, bpmn("sequenceFlow"), flow)


def _may_begin(node: Any, led_to: set[str | None]) -> bool:
    special = node.get("triggeredByEvent") == "true" or node.get("isForCompensation") == "true"
    linked = node.find(bpmn("linkEventDefinition")) is not None
    return local_name(node) != "boundaryEvent" and node.get("id") not in led_to and not special and not linked


def name_references(root: Any) -> None:
    """Give a name to every message, signal, error and escalation that has none, and one to events without any."""
    for kind, attribute in _NAMES.items():
        declared = {item.get("id"): item for item in root.findall(bpmn(kind))}
        for id_, item in declared.items():
            if not item.get(attribute):
                item.set(attribute, item.get("name") or id_ or kind)
        for owner, holder in _holders(root, kind):
            reference = holder.get(f"{kind}Ref")
            local = (reference or "").rpartition(":")[2]
            if reference not in declared and local in declared:
                holder.set(f"{kind}Ref", local)
            elif reference not in declared and not (reference is None and _catches_all(owner, kind)):
                _declare(root, kind, attribute, owner, holder, declared)


def _holders(root: Any, kind: str) -> Iterator[tuple[Any, Any]]:
    for definition in root.iter(bpmn(f"{kind}EventDefinition")):
        if definition is not root:
            yield definition.getparent(), definition
    if kind == "message":
        for task in root.iter(bpmn("sendTask"), bpmn("receiveTask")):
            if task is not root:
                yield task, task


def _catches_all(owner: Any, kind: str) -> bool:
    return kind in ("error", "escalation") and local_name(owner) in ("boundaryEvent", "startEvent", "definitions")


def _declare(root: Any, kind: str, attribute: str, owner: Any, holder: Any, declared: dict[Any, Any]) -> None:
    name = holder.get(f"{kind}Ref") or owner.get("name") or owner.get("id") or kind
    id_ = f"trial-{kind}-{owner.get('id', '')}-{len(declared)}"  # an event may have several
    item = etree.Element(bpmn(kind), {"id": id_, attribute: name})
    root.insert(0, item)
    declared[id_] = item
    holder.set(f"{kind}Ref", id_)
