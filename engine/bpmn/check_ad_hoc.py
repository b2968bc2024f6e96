"""Ad-hoc subprocesses: what may stand in one, and what one at a time rules out."""

from __future__ import annotations

from engine.bpmn.diagram import Node, Process
from engine.bpmn.report import Report, Words

_CHOOSING = ("exclusiveGateway", "eventBasedGateway")
_ORDERINGS = ("Parallel", "Sequential")


def check(process: Process, node: Node, report: Report) -> None:
    """Check an ad-hoc subprocess."""
    inside = process.of_scope(node.id)
    for inner in inside:
        if inner.type in ("startEvent", "endEvent"):
            words = Words("自由子流程中没有开始和结束事件", "an ad-hoc subprocess has no start and end events")
            report.error("event.ad-hoc", inner, words)
    if not any(not inner.incoming for inner in inside):
        report.error("event.ad-hoc", node, Words("自由子流程中没有可以开始的活动", "nothing in it can begin"))
    if node.element.get("ordering", "Parallel") not in _ORDERINGS:
        words = Words("ordering 只能是 Parallel 或 Sequential", "ordering is Parallel or Sequential")
        report.error("attribute.unsupported", node, words)
    if node.sequential:
        for inner in inside:
            _check_alone(process, inner, report)


def _check_alone(process: Process, node: Node, report: Report) -> None:
    """One activity at a time: nothing may fork."""
    forks = len(node.outgoing) > 1 and node.type not in _CHOOSING
    beside = node.type == "boundaryEvent" and not node.interrupts
    woken = node.handles_event and not all(start.interrupts for start in process.start_events(node.id))
    if forks or beside or woken:
        words = Words(
            f"依次执行的自由子流程一次只做一项，“{node.name}”却会分出并行的分支",
            f"a sequential ad-hoc subprocess does one thing at a time, but {node.name!r} forks",
            '请改用 ordering="Parallel"，或把分支画成一个子流程。',
            'Use ordering="Parallel", or draw the branches as a subprocess.',
        )
        report.error("ad-hoc.forks", node, words)
