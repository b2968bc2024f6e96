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
        elif node.undoes_scope(process):
            _check_subprocess(process, node, report)
        elif "compensate" in node.events and node.type != "startEvent":
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
    around = process.nodes.get(node.scope)
    if around is not None and around.undoes_scope(process):
        scope += process.of_scope(around.scope)
    if wanted and wanted not in {other.id for other in scope}:
        words = Words(
            "只能补偿同一层的活动，补偿事件子流程还可补偿它所在的子流程中的活动",
            "only an activity of the same scope, or of the one that an event subprocess undoes, can be compensated",
            "请在该活动所在的子流程中抛出补偿。",
            "Throw it inside the subprocess that holds the activity.",
        )
        report.error("compensation.scope", node, words)
    for other in scope:
        if other.handles_event and not other.undoes_scope(process) and _has_inner(process, other):
            words = Words(
                f"事件子流程“{other.name}”内部的补偿在它结束后不再可用",
                f"what is compensated inside the event subprocess {other.name!r} is over when that ends",
                "请在事件子流程之内抛出补偿。",
                "Throw it inside the event subprocess.",
            )
            report.error("compensation.inner", node, words)


def _has_inner(process: Process, node: Node) -> bool:
    inner = [other for other in process.of_scope(node.id) if other.type == "boundaryEvent"]
    return any("compensate" in event.events for event in inner)


def _check_subprocess(process: Process, handler: Node, report: Report) -> None:
    """An event subprocess that undoes stands in the subprocess it undoes, alone."""
    around = process.nodes.get(handler.scope)
    if around is None or around.handles_event:
        words = Words(
            "补偿事件子流程只能画在普通子流程中：它撤销的是该子流程",
            "a compensation event subprocess belongs in a subprocess, for that is what it undoes",
            "请把它移到要撤销的子流程中，或用补偿边界事件。",
            "Move it into the subprocess that it undoes, or use a compensation boundary event.",
        )
        report.error("compensation.place", handler, words)
        return
    others = [each for each in process.of_scope(handler.scope) if each.undoes_scope(process)]
    if len(others) > 1 or any("compensate" in event.events for event in process.boundary_events(around.id)):
        words = Words(
            f"子流程“{around.name}”有不止一种补偿",
            f"the subprocess {around.name!r} is undone in more than one way",
            "请只留一个补偿事件子流程，或一个补偿边界事件。",
            "Keep one compensation event subprocess, or one compensation boundary event.",
        )
        report.error("compensation.twice", handler, words)


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
