"""Flows: whether they connect, which conditions would be ignored, what cannot be reached and what cannot end."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.bpmn.diagram import Flow, Node, Process
from engine.bpmn.dialect import ACTIVITIES, bpmn
from engine.bpmn.markup import text_of
from engine.bpmn.report import Report, Words

_DECIDING = ("exclusiveGateway", "inclusiveGateway")


def check(process: Process, report: Report) -> None:
    """Check the flows of a process and of its subprocesses."""
    for flow in process.flows:
        _check_ends(process, flow, report)
    for node in process.nodes.values():
        _check_doubles(node, report)
        _check_default(node, report)
        if node.type in _DECIDING:
            _check_decision(node, report)
        elif node.type == "complexGateway":
            _check_complex(node, report)
        elif node.type in ACTIVITIES:
            _check_conditions(node, report)
        else:
            _check_no_conditions(node, report)
    if any(flow.source not in process.nodes or flow.target not in process.nodes for flow in process.flows):
        return  # what cannot be reached would only be the consequence
    for scope in dict.fromkeys(node.scope for node in process.nodes.values()):
        _check_reach(process, scope, report)


def _check_ends(process: Process, flow: Flow, report: Report) -> None:
    source, target = process.nodes.get(flow.source), process.nodes.get(flow.target)
    for name, node in ((flow.source, source), (flow.target, target)):
        if node is None:
            words = Words(f"连线指向不存在的节点“{name}”", f"the flow refers to {name!r}, which does not exist")
            report.error("flow.dangling", flow, words)
    if source is None or target is None:
        return
    if source.scope != target.scope:
        words = Words("连线穿过子流程的边界", "the flow crosses the border of a subprocess")
        report.error("flow.crosses", flow, words)
    if target.type in ("startEvent", "boundaryEvent") or target.handles_event or target.compensates:
        words = Words(
            "开始事件、边界事件、事件子流程和补偿活动不能有进入的连线",
            "no flow may lead into a start or boundary event, an event subprocess or a compensation activity",
        )
        report.error("flow.into-start", flow, words)
    if source.handles_event:
        report.error(
            "flow.out-of-end", flow, Words("事件子流程不能有离开的连线", "no flow may leave an event subprocess")
        )
    if source.type == "endEvent":
        report.error("flow.out-of-end", flow, Words("结束事件不能有离开的连线", "no flow may leave an end event"))


def _check_doubles(node: Node, report: Report) -> None:
    seen: set[str] = set()
    for flow in node.outgoing:
        if flow.target in seen:
            words = Words(
                f"两条连线通向同一节点“{flow.target}”",
                f"two flows lead from {node.id!r} to {flow.target!r}",
                "请合并为一条；条件用 or 连接。",
                "Make it one; join the conditions with or.",
            )
            report.error("flow.double", flow, words)
        seen.add(flow.target)


def _check_default(node: Node, report: Report) -> None:
    named = node.element.get("default")
    if named and named not in {flow.id for flow in node.outgoing}:
        words = Words(f"默认连线“{named}”不从此节点出发", f"the default flow {named!r} does not leave this node")
        report.error("flow.default-unknown", node, words)
    for flow in node.outgoing:
        if flow.is_default and flow.condition is not None:
            words = Words("默认连线上的条件不起作用", "the condition on a default flow has no effect")
            report.error("flow.default-condition", flow, words)


def _check_decision(node: Node, report: Report) -> None:
    if len(node.outgoing) == 1:
        _check_only_flow(node, report)
        return
    for flow in node.outgoing:
        if flow.condition is None and not flow.is_default:
            words = Words(
                "网关的连线既无条件也不是默认",
                "a flow out of the gateway has no condition and is not the default",
                "请写条件，或设为默认连线。",
                "Give it a condition, or make it the default flow.",
            )
            report.error("gateway.condition-missing", flow, words)
    if node.outgoing and not any(flow.is_default for flow in node.outgoing):
        words = Words(
            "网关没有默认连线：条件都不成立时流程会停住",
            "the gateway has no default flow: the process would stop when no condition holds",
            "请把一条连线设为默认。",
            "Make one of the flows the default.",
        )
        report.error("gateway.default-missing", node, words)


def _check_complex(node: Node, report: Report) -> None:
    """A complex gateway stops when no condition holds at first; and as a join, without its condition, for ever."""
    if node.outgoing and all(flow.condition not in (None, "waitingForStart") for flow in node.outgoing):
        words = Words(
            "复杂网关的离开连线都有条件，且没有默认连线",
            "all flows out of the complex gateway have conditions, and none is the default",
            "请把一条连线设为默认，或去掉它的条件。",
            "Make one the default, or take its condition away.",
        )
        report.error("gateway.default-missing", node, words)
    if len(node.incoming) > 1 and not text_of(node.element.find(bpmn("activationCondition"))):
        words = Words(
            "复杂网关没有激活条件",
            "the complex gateway has no activation condition",
            "请在 activationCondition 中写 FEEL，如 activationCount >= 2。",
            "Write FEEL in activationCondition, e.g. activationCount >= 2.",
        )
        report.error("gateway.activation-missing", node, words)


def _check_only_flow(node: Node, report: Report) -> None:
    """A condition on an only flow holds the token back for ever, or is ignored; neither is what was meant."""
    flow = node.outgoing[0]
    if flow.condition is not None:
        words = Words(
            "唯一的离开连线上不能有条件",
            "there is a condition on the only flow out of the node",
            "请加排他网关和另一条默认连线，或去掉条件。",
            "Add an exclusive gateway with a default flow, or take the condition away.",
        )
        report.error("flow.condition-only", flow, words)


def _check_conditions(node: Node, report: Report) -> None:
    """Flows out of an activity fork, like those of an inclusive gateway when there are conditions."""
    conditional = [flow for flow in node.outgoing if flow.condition is not None]
    if len(node.outgoing) == 1:
        _check_only_flow(node, report)
    elif conditional and len(conditional) == len(node.outgoing):
        words = Words(
            "活动的离开连线都有条件，且没有默认连线",
            "all flows out of the activity have conditions, and none is the default",
            "请把一条连线设为默认，或改用排他网关。",
            "Make one the default, or use an exclusive gateway.",
        )
        report.error("gateway.default-missing", node, words)


def _check_no_conditions(node: Node, report: Report) -> None:
    for flow in node.outgoing:
        if flow.condition is not None:
            words = Words(
                "此处连线上的条件不起作用",
                "a condition has no effect on this flow",
                "请在排他网关之后写条件。",
                "Put the condition after an exclusive gateway.",
            )
            report.error("flow.condition-ignored", flow, words)


def _check_reach(process: Process, scope: str, report: Report) -> None:
    nodes = [node for node in process.of_scope(scope) if not _stands_alone(node)]
    starts = [node for node in nodes if node.type == "startEvent" or node.instantiates]
    ends = [node for node in nodes if node.type == "endEvent"]
    if not starts or not ends:
        return  # said by check_events; an ad-hoc subprocess has neither
    reached = _closure(starts, lambda node: _following(process, node))
    ending = _closure(ends, lambda node: _preceding(process, node))
    _report_unreachable([node for node in nodes if node.id not in reached], report)
    _report_dead_ends([node for node in nodes if node.id in reached and node.id not in ending], report)


def _stands_alone(node: Node) -> bool:
    """Return whether no sequence flow belongs at a node."""
    return node.handles_event or node.compensates or ("compensate" in node.events and node.type == "boundaryEvent")


def _report_unreachable(lost: list[Node], report: Report) -> None:
    """Say it where the way is broken; what comes after is only the consequence."""
    heads = [node for node in lost if not node.incoming and node.type != "boundaryEvent"]
    for node in heads or lost:
        words = Words(
            f"流程走不到“{node.name}”",
            f"nothing leads to {node.name!r}",
            "请从开始事件连到它，或删去。",
            "Connect it to the start event, or delete it.",
        )
        report.error("flow.unreachable", node, words)


def _report_dead_ends(stuck: list[Node], report: Report) -> None:
    tails = [node for node in stuck if not node.outgoing]
    for node in tails:
        words = Words(
            f"“{node.name}”之后没有连线，也不是结束事件",
            f"no flow leaves {node.name!r}, and it is no end event",
            "请连到结束事件。",
            "Connect it to an end event.",
        )
        report.error("flow.dead-end", node, words)
    if stuck and not tails:
        names = "、".join(node.name for node in stuck)
        words = Words(
            f"从这里走不到结束事件：{names}",
            f"no end event can be reached from: {', '.join(node.name for node in stuck)}",
            "请为回路加一个出口。",
            "Give the loop a way out.",
        )
        report.error("flow.endless", stuck[0], words)


def _following(process: Process, node: Node) -> Iterable[Node]:
    yield from (process.nodes[flow.target] for flow in node.outgoing if flow.target in process.nodes)
    yield from process.boundary_events(node.id)


def _preceding(process: Process, node: Node) -> Iterable[Node]:
    yield from (process.nodes[flow.source] for flow in node.incoming if flow.source in process.nodes)


def _closure(nodes: Iterable[Node], step: Callable[[Node], Iterable[Node]]) -> set[str]:
    seen: set[str] = set()
    ahead = list(nodes)
    while ahead:
        node = ahead.pop()
        if node.id not in seen:
            seen.add(node.id)
            ahead.extend(step(node))
    return seen
