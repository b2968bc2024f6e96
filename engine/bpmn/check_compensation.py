"""Compensation and cancelling: who undoes what, and where it can be thrown."""

from __future__ import annotations

from engine.bpmn.diagram import Node, Process
from engine.bpmn.report import Report, Words


def check(process: Process, report: Report) -> None:
    """Check the compensation of a process."""
    undoing: set[str] = set()
    for node in process.nodes.values():
        if node.type == "boundaryEvent" and "compensate" in node.events:
            undoing |= _check_boundary(process, node, undoing, report)
        elif "compensate" in node.events:
            _check_throw(process, node, report)
        elif "cancel" in node.events:
            _check_cancel(process, node, report)
    for node in process.nodes.values():
        if node.compensates and node.id not in undoing:
            words = Words(
                "补偿活动没有与补偿边界事件关联",
                "no association leads from a compensation boundary event to this compensation activity",
            )
            report.error("compensation.unused", node, words)


def _check_boundary(process: Process, node: Node, known: set[str], report: Report) -> set[str]:
    other = process.compensation_of(node)
    if other is None or not other.compensates or other.scope != node.scope or other.id in known:
        words = Words(
            "补偿边界事件须以关联线连到一个专属的补偿活动",
            "an association has to lead to a compensation activity (isForCompensation) of this event alone",
        )
        report.error("compensation.activity", node, words)
        return set()
    if node.outgoing or other.incoming or other.outgoing or process.boundary_events(other.id):
        words = Words(
            "补偿边界事件和补偿活动不能有顺序流，补偿活动也不能有边界事件",
            "no sequence flow belongs at a compensation event or activity, and no boundary event at the activity",
        )
        report.error("compensation.flow", node, words)
    return {other.id}


def _check_throw(process: Process, node: Node, report: Report) -> None:
    definition = node.event("compensate")
    wanted = definition.get("activityRef")
    if definition.get("waitForCompletion", "true") != "true":
        words = Words("不支持不等待完成的补偿", "compensation that nobody waits for is not supported")
        report.error("attribute.unsupported", node, words)
    scope = process.of_scope(node.scope)
    if wanted and wanted not in {other.id for other in scope}:
        words = Words(
            "只能补偿同一层的活动",
            "only an activity of the same scope can be compensated",
            "请在该活动所在的子流程中抛出补偿。",
            "Throw it inside the subprocess that holds the activity.",
        )
        report.error("compensation.scope", node, words)
    for other in scope:
        if wanted in (None, "", other.id) and _has_only_inner(process, other):
            words = Words(
                f"“{other.name}”自身没有补偿边界事件，其内部的补偿在它结束后不再可用",
                f"{other.name!r} has no compensation boundary event; what is compensated inside is over when it ends",
                "请在子流程上加补偿边界事件。",
                "Add a compensation boundary event to the subprocess.",
            )
            report.error("compensation.inner", node, words)


def _has_only_inner(process: Process, node: Node) -> bool:
    own = any("compensate" in event.events for event in process.boundary_events(node.id))
    inner = [other for other in process.of_scope(node.id) if other.type == "boundaryEvent"]
    return not own and any("compensate" in event.events for event in inner)


def _check_cancel(process: Process, node: Node, report: Report) -> None:
    place = process.nodes.get((node.attached_to or "") if node.type == "boundaryEvent" else node.scope)
    if place is None or place.type != "transaction":
        words = Words("取消事件只用于事务子流程", "a cancel event belongs in or on a transaction")
        report.error("event.cancel", node, words)
    elif node.type == "endEvent" and not any("cancel" in event.events for event in process.boundary_events(place.id)):
        words = Words(
            "事务子流程没有取消边界事件",
            "the transaction has no cancel boundary event",
            "请在事务子流程上加取消边界事件。",
            "Add a cancel boundary event to the transaction.",
        )
        report.error("event.cancel-uncaught", node, words)
