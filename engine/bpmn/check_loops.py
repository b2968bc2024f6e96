"""Activities that repeat: over what, how often, and what becomes of the results."""

from __future__ import annotations

from typing import Any

from engine.bpmn import loop_events
from engine.bpmn.check_elements import unsupported
from engine.bpmn.diagram import Diagram, Node, Process
from engine.bpmn.dialect import ACTIVITIES, bpmn
from engine.bpmn.markup import expression_of, local_name, text_of
from engine.bpmn.report import Report, Words, spot
from engine.bpmn.triggers import REFERENCES

_PARTS = {
    "loopDataInputRef",
    "loopDataOutputRef",
    "inputDataItem",
    "outputDataItem",
    "loopCardinality",
    "completionCondition",
    "complexBehaviorDefinition",
    "extensionElements",
}


def check(drawn: Diagram, process: Process, report: Report) -> None:
    """Check the loops of a process."""
    for node in process.nodes.values():
        _check_thrown(drawn, node, report)
        loops = [loop for loop in (node.loop, node.standard_loop) if loop is not None]
        if loops and (node.type not in ACTIVITIES or node.handles_event or len(loops) > 1):
            words = Words("只有活动可以多实例或循环，且只能有一种", "only an activity can repeat, and in one way only")
            report.error("loop.misplaced", node, words)
        if node.loop is not None:
            _check_multi_instance(node, node.loop, report)
        if node.standard_loop is not None:
            _check_standard(node, node.standard_loop, report)


def _check_multi_instance(node: Node, loop: Any, report: Report) -> None:
    for child in loop:
        if local_name(child) not in _PARTS:
            unsupported(spot(node, child), local_name(child), report)
    _check_behavior(node, loop, report)
    given = [name for name in ("loopDataInputRef", "loopCardinality") if text_of(loop.find(bpmn(name)))]
    if len(given) != 1:
        words = Words(
            "多实例需要列表或次数，二者取一",
            "the multi-instance activity needs a list or a number, one of the two",
            "请在 loopDataInputRef 中写 FEEL，如 order.lines；或在 loopCardinality 中写次数。",
            "Write FEEL in loopDataInputRef, e.g. order.lines; or a number in loopCardinality.",
        )
        report.error("loop.list-missing", spot(node, loop), words)
    number = expression_of(text_of(loop.find(bpmn("loopCardinality"))))
    if number.lstrip("-").isdigit() and int(number) < 0:
        report.error("loop.number", spot(node, loop), Words("次数不能为负", "the number cannot be negative"))
    _check_output(node, loop, report)


def _check_behavior(node: Node, loop: Any, report: Report) -> None:
    """Of a behavior other than All, an event has to be named: the standard's nameless signal nobody could catch."""
    behavior = loop.get("behavior", "All")
    if behavior == "All":
        return
    if not list(loop_events.thrown(node)):
        reference = loop_events.REFERENCES.get(behavior, "complexBehaviorDefinition")
        words = Words(
            f"多实例的 behavior {behavior} 没有指定抛出的事件",
            f"behavior {behavior!r} names no event to be thrown",
            f"请在 {reference} 中引用 definitions 下的事件定义，或写在其中。",
            f"Refer in {reference} to an event definition beside the processes, or put one in.",
        )
        report.error("loop.behavior", spot(node, loop), words)


def _check_thrown(drawn: Diagram, node: Node, report: Report) -> None:
    for kind, definition, _, _ in loop_events.thrown(node):
        reference = definition.get(REFERENCES.get(kind, ""))
        if kind not in loop_events.THROWN or not drawn.names.get(reference or ""):
            words = Words(
                f"多实例活动不能抛出此 {kind} 事件",
                f"a multi-instance activity cannot throw this {kind} event",
                "可用有名称的消息、信号，或有代码的升级。",
                "Use a message or signal with a name, or an escalation with a code.",
            )
            report.error("loop.behavior", spot(node, definition), words)


def _check_output(node: Node, loop: Any, report: Report) -> None:
    output = text_of(loop.find(bpmn("loopDataOutputRef")))
    item = loop.find(bpmn("outputDataItem"))
    if bool(output) != (item is not None):
        words = Words(
            "loopDataOutputRef 与 outputDataItem 须同时给出",
            "loopDataOutputRef and outputDataItem belong together",
        )
        report.error("loop.output-incomplete", spot(node, loop), words)
    elif not output and node.type in ("businessRuleTask", "scriptTask", "userTask"):
        words = Words(
            "多实例各次的结果会丢失",
            "the results of the instances are lost",
            "请给出 loopDataOutputRef 与 outputDataItem。",
            "Give loopDataOutputRef and outputDataItem.",
        )
        report.warning("loop.results-lost", spot(node, loop), words)


def _check_standard(node: Node, loop: Any, report: Report) -> None:
    for child in loop:
        if local_name(child) not in ("loopCondition", "extensionElements"):
            unsupported(spot(node, child), local_name(child), report)
    maximum = loop.get("loopMaximum")
    if maximum is not None and not (maximum.isdigit() and int(maximum) > 0):
        words = Words("loopMaximum 须是正整数", "loopMaximum has to be a whole number above 0")
        report.error("loop.number", spot(node, loop), words)
    elif maximum is None and not text_of(loop.find(bpmn("loopCondition"))):
        words = Words(
            "循环既无条件也无次数，永远不会结束",
            "the loop has neither a condition nor a maximum: it would never end",
            "请写 loopCondition（FEEL，为真时再来一次）或 loopMaximum。",
            "Write loopCondition (FEEL, once more while it is true) or loopMaximum.",
        )
        report.error("loop.endless", spot(node, loop), words)
