"""Which elements may be drawn: a whitelist of what runs right. Everything else is refused, never passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from engine.bpmn.diagram import Diagram, Node, Process
from engine.bpmn.dialect import (
    BESIDE,
    BPMN,
    EVENTS,
    EXTENSIONS,
    INSIDE,
    INSIDE_EVENT,
    NODES,
    PROPERTIES,
    ROOTS,
    SCOPES,
    SPIFF,
    bpmn,
)
from engine.bpmn.markup import is_node, local_name, namespace_of, properties_of, text_of
from engine.bpmn.report import Report, Spot, Words, did_you_mean, spot

_CORRELATION = (
    "请在收发消息的事件上写属性 correlation：messagePath 写在抛出处，dataPath 写在捕获处，都是 FEEL。",
    "Write FEEL in the property correlation of the events: what messagePath says where the message is thrown, and what"
    " dataPath says where it is caught.",
)
_INSTEAD = {
    "eventDefinitionRef": (
        "文件中没有它所引用的事件定义；请在 definitions 下定义，或写在事件之内。",
        "The file has no event definition of that id: put one beside the processes, or into the event.",
    ),
    "correlationKey": _CORRELATION,
    "correlationProperty": _CORRELATION,
    "correlationSubscription": _CORRELATION,
}
_VENDORS = ("http://camunda.org/", "http://activiti.org/", "http://flowable.org/")


def check_ids(drawn: Diagram, report: Report) -> None:
    """Every element that is referred to has an id, and no id is used twice."""
    counted: Counter[str] = Counter()
    for element in drawn.root.iter():
        if isinstance(element.tag, str) and namespace_of(element) == BPMN and element.get("id"):
            counted[element.get("id")] += 1
            if counted[element.get("id")] == 2:  # said once, where it is met again
                words = Words(
                    f"id“{element.get('id')}”重复",
                    f"the id {element.get('id')!r} is used twice",
                    "每个元素的 id 必须唯一。",
                    "Each element needs an id of its own.",
                )
                report.error("id.twice", Spot(element.get("id"), element.sourceline), words)


def check_roots(drawn: Diagram, report: Report) -> None:
    """Check what stands beside the processes of a file."""
    for child in drawn.root:
        if namespace_of(child) == BPMN and local_name(child) not in ROOTS:
            unsupported(Spot(child.get("id", ""), child.sourceline), local_name(child), report)
        elif local_name(child) == "collaboration":
            for inner in child:
                if local_name(inner) == "correlationKey":
                    unsupported(Spot(inner.get("id", ""), inner.sourceline), "correlationKey", report)


def check(process: Process, report: Report) -> None:
    """Check all elements of a process against the whitelist."""
    for scope in (process.element, *process.element.iter(*(bpmn(name) for name in SCOPES))):
        _check_scope(scope, report)
    for node in process.nodes.values():
        _check_inside(node, report)
        _check_attributes(node, report)
        _check_extensions(node, node.type, node.element, report)
        if node.type == "userTask":
            _check_lane(node, report)
    _check_extensions(process, "process", process.element, report)
    for element in process.element.iter(bpmn("lane")):
        _check_lane_element(element, process, report)


def _check_scope(scope: Any, report: Report) -> None:
    for child in scope:
        name = local_name(child)
        place = Spot(child.get("id") or scope.get("id", ""), child.sourceline)
        if namespace_of(child) != BPMN:
            unsupported(place, name, report)
        elif is_node(child):
            if not child.get("id"):
                report.error("id.missing", place, Words(f"{name} 没有 id", f"the {name} has no id"))
            if name not in NODES:
                unsupported(place, name, report)
        elif name not in BESIDE and not _is_inside(scope, name):
            unsupported(place, name, report)


def _is_inside(scope: Any, name: str) -> bool:
    """Return whether something other than a node may stand in a subprocess; in a process nothing may."""
    if name == "completionCondition":
        return local_name(scope) == "adHocSubProcess"
    return local_name(scope) in SCOPES and name in INSIDE


def _check_inside(node: Node, report: Report) -> None:
    if node.type in SCOPES or node.type not in NODES:
        return  # what is inside a subprocess is a scope of its own; what is not known was said already
    for child in node.element:
        if namespace_of(child) != BPMN or local_name(child) not in _known_inside(node):
            unsupported(spot(node, child), local_name(child), report)


def _known_inside(node: Node) -> set[str]:
    """Event definitions have a check of their own, with better words."""
    known = INSIDE | {f"{kind}EventDefinition" for kind in node.events}
    return set(known | INSIDE_EVENT if node.type in EVENTS else known)


def unsupported(place: Spot, name: str, report: Report) -> None:
    """Refuse an element, with what may stand in its place."""
    hint_zh, hint_en = _INSTEAD.get(
        name, ("请改用受支持的元素，见 engine/bpmn/README.md。", "See engine/bpmn/README.md for what runs.")
    )
    words = Words(f"不支持的元素 {name}", f"{name} is not supported", hint_zh, hint_en)
    report.error("element.unsupported", place, words)


def _check_attributes(node: Node, report: Report) -> None:
    ignored = [name for name in node.element.attrib if str(name).startswith(tuple(f"{{{v}" for v in _VENDORS))]
    if ignored:
        names = ", ".join(str(name).rpartition("}")[2] for name in ignored)
        words = Words(
            f"其他厂商的属性被忽略：{names}",
            f"attributes of another vendor are ignored: {names}",
            "请用 spiffworkflow:properties 代替。",
            "Use spiffworkflow:properties instead.",
        )
        report.warning("attribute.ignored", node, words)


def _check_extensions(place: Node | Process, kind: str, element: Any, report: Report) -> None:
    for child in element.iterfind(f"{bpmn('extensionElements')}/*"):
        if namespace_of(child) == SPIFF and local_name(child) not in EXTENSIONS:
            name = local_name(child)
            words = Words(f"不支持的扩展 {name}", f"the extension {name} is not supported")
            report.error("extension.unsupported", spot(place, child), words)
    _check_properties(Spot(place.id, place.line), kind, properties_of(element), report)


def _check_properties(place: Spot, kind: str, properties: Iterable[str], report: Report) -> None:
    known = PROPERTIES.get(kind, frozenset({"milestone"}))
    for name in properties:
        if name not in known:
            hint_zh, hint_en = did_you_mean(name, known)
            words = Words(f"未知的属性 {name}", f"the property {name} is not known here", hint_zh, hint_en)
            report.warning("property.unknown", place, words)


def _check_lane(node: Node, report: Report) -> None:
    if node.lane is None:
        words = Words(
            "用户任务不在泳道中，无人可办",
            "the user task is in no lane: nobody could do it",
            "请把它放进写有 group 与 unit 的泳道。",
            "Put it into a lane with the properties group and unit.",
        )
        report.error("lane.missing", node, words)
        return
    missing = [name for name, value in (("group", node.lane.candidate_group), ("unit", node.lane.unit)) if not value]
    if missing:
        names = "、".join(missing)
        words = Words(
            f"泳道“{node.lane.name}”缺少属性 {names}",
            f"the lane {node.lane.name!r} lacks {' and '.join(missing)}",
            "group 是岗位组，unit 是得到机构编码的 FEEL。",
            "group is the candidate group, unit is FEEL that gives an org unit's code.",
        )
        report.error("lane.incomplete", node, words)


def _check_lane_element(element: Any, process: Process, report: Report) -> None:
    place = Spot(element.get("id", ""), element.sourceline)
    _check_properties(place, "lane", properties_of(element), report)
    for reference in element.findall(bpmn("flowNodeRef")):
        if text_of(reference) not in process.nodes:
            words = Words(
                f"泳道引用了不存在的节点 {text_of(reference)}",
                f"the lane refers to {text_of(reference)!r}, which does not exist",
            )
            report.error("lane.node-unknown", spot(place, reference), words)
