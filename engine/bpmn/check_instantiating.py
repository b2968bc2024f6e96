"""Receive tasks and event gateways that start a process, and how many tokens an activity takes and gives."""

from __future__ import annotations

from engine.bpmn.diagram import Node, Process
from engine.bpmn.dialect import ACTIVITIES
from engine.bpmn.report import Report, Words

_STARTING = frozenset({"message", "signal"})
_QUANTITIES = ("startQuantity", "completionQuantity")


def check(process: Process, report: Report) -> None:
    """Check what starts a process without being a start event, and quantities."""
    for node in process.nodes.values():
        if node.type == "eventBasedGateway" and node.element.get("eventGatewayType", "Exclusive") != "Exclusive":
            words = Words(
                "事件网关只能是 Exclusive（先发生者决定）",
                "an event-based gateway is Exclusive: the first event decides",
                "要等齐多个消息，请用一个开始事件，再用并行网关和捕获事件。",
                "To wait for all, begin with one start event, and fork to catching events behind it.",
            )
            report.error("gateway.event-parallel", node, words)
        if node.instantiates:
            _check_place(process, node, report)
        _check_quantities(node, report)
    for node in process.entries():
        _check_entry(process, node, report)


def _check_place(process: Process, node: Node, report: Report) -> None:
    if node.scope != process.id or node.incoming:
        words = Words(
            "启动流程的接收任务或事件网关须在流程本层，且没有进入的连线",
            "what starts a process stands in the process itself, and no flow leads to it",
            "请去掉 instantiate，或去掉进入的连线。",
            "Take instantiate away, or the flows that lead to it.",
        )
        report.error("start.instantiate", node, words)


def _check_entry(process: Process, node: Node, report: Report) -> None:
    kinds = ["message"] if node.type == "receiveTask" else node.events
    repeats = node.loop is not None or node.standard_loop is not None
    if len(kinds) != 1 or not _STARTING.issuperset(kinds) or repeats or process.boundary_events(node.id):
        words = Words(
            "只有单独的消息或信号能启动流程，且不能重复、不能带边界事件",
            "a single message or signal starts a process; it cannot repeat, and no event can be attached",
            "请在开始之后再画其他等待。",
            "Draw what else is waited for behind the start.",
        )
        report.error("start.instantiate", node, words)


def _check_quantities(node: Node, report: Report) -> None:
    for name in _QUANTITIES:
        text = node.element.get(name, "1")
        plain = text.isascii() and text.isdigit() and len(text) < 5 and int(text) > 0
        if not plain or (text != "1" and (node.type not in ACTIVITIES or not node.incoming)):
            words = Words(
                f"{name} 须是正整数，且只用于有进入连线的活动",
                f"{name} has to be a whole number above 0, at an activity that flows lead to",
            )
            report.error("activity.quantity", node, words)
