"""Events: what each may throw or catch, and where."""

from __future__ import annotations

from engine.bpmn.diagram import Diagram, Node, Process, text_of
from engine.bpmn.dialect import ACTIVITIES, EVENT_DEFINITIONS
from engine.bpmn.report import Report, Spot, Words, spot

_TIMERS = ("timeDate", "timeDuration", "timeCycle")
_AFTER_EVENT_GATEWAY = ("intermediateCatchEvent", "receiveTask")


def check(drawn: Diagram, process: Process, report: Report) -> None:
    """Check the events of a process."""
    _check_start_and_end(process, report)
    for node in process.nodes.values():
        if node.type in EVENT_DEFINITIONS:
            _check_kind(node, report)
        if node.type == "boundaryEvent":
            _check_boundary(process, node, report)
        if node.type == "eventBasedGateway":
            _check_event_gateway(process, node, report)
        _check_references(drawn, node, report)
        if node.type == "endEvent" and "error" in node.events:
            _check_caught(drawn, process, node, report)


def _check_start_and_end(process: Process, report: Report) -> None:
    scopes: list[tuple[Process | Node, str]] = [(process, process.id)]
    scopes += [(node, node.id) for node in process.nodes.values() if node.type == "subProcess"]
    for place, scope in scopes:
        nodes = process.of_scope(scope)
        starts = sum(node.type == "startEvent" for node in nodes)
        if starts != 1:
            words = Words(f"需要恰好一个开始事件，现有 {starts} 个", f"exactly one start event is needed, not {starts}")
            report.error("event.start-count", place, words)
        if not any(node.type == "endEvent" for node in nodes):
            report.error("event.end-missing", place, Words("没有结束事件", "there is no end event"))


def _check_kind(node: Node, report: Report) -> None:
    allowed = EVENT_DEFINITIONS[node.type]
    kinds = node.events or [""]
    if len(kinds) > 1:
        words = Words("一个事件只能有一种触发", "an event may have one definition only")
        report.error("event.multiple", node, words)
    for kind in kinds:
        if kind not in allowed:
            shown = kind or "none"
            can = ", ".join(sorted(name or "none" for name in allowed))
            words = Words(
                f"{node.type} 不支持 {shown} 事件",
                f"a {shown} event is not supported as {node.type}",
                f"此处可用：{can}。",
                f"Here can be: {can}.",
            )
            report.error("event.unsupported", node, words)


def _check_boundary(process: Process, node: Node, report: Report) -> None:
    activity = process.nodes.get(node.attached_to or "")
    if activity is None or activity.type not in ACTIVITIES or activity.scope != node.scope:
        words = Words(
            f"边界事件没有附在活动上（{node.attached_to}）",
            f"the boundary event is not attached to an activity ({node.attached_to})",
        )
        report.error("event.attached-to", node, words)
        return
    if "error" not in node.events:
        return
    if not node.interrupts:
        words = Words("错误边界事件必须中断活动", "an error boundary event always interrupts")
        report.error("event.error-interrupts", node, words)
    if activity.type not in ("serviceTask", "subProcess"):
        words = Words(
            f"“{activity.name}”不会抛出错误",
            f"{activity.name!r} never raises an error",
            "错误边界事件只用于服务任务和子流程。",
            "Error boundary events belong on service tasks and subprocesses.",
        )
        report.error("event.error-never", node, words)


def _check_event_gateway(process: Process, node: Node, report: Report) -> None:
    for flow in node.outgoing:
        target = process.nodes.get(flow.target)
        if target is None:
            continue
        if target.type not in _AFTER_EVENT_GATEWAY or len(target.incoming) != 1:
            words = Words(
                "事件网关之后只能是只由它进入的捕获事件或接收任务",
                "after an event-based gateway come catching events or receive tasks that nothing else leads to",
            )
            report.error("gateway.event-target", flow, words)
        elif process.boundary_events(target.id):
            words = Words("事件网关之后的接收任务不能有边界事件", "such a receive task may not have boundary events")
            report.error("gateway.event-target", target, words)


def _check_references(drawn: Diagram, node: Node, report: Report) -> None:
    if node.type == "receiveTask":
        _check_message(drawn, node, node.element.get("messageRef"), report)
    message, error, timer = (node.event(kind) for kind in ("message", "error", "timer"))
    if message is not None:
        _check_message(drawn, node, message.get("messageRef"), report)
    if error is not None:
        _check_error(drawn, node, error.get("errorRef"), report)
    if timer is not None:
        _check_timer(node, timer, report)


def _check_message(drawn: Diagram, node: Node, reference: str | None, report: Report) -> None:
    if not drawn.messages.get(reference or ""):
        words = Words(
            "没有指定消息，或消息没有名称",
            "no message is given, or it has no name",
            "请在 messageRef 中引用一个有名称的消息。",
            "Refer in messageRef to a message that has a name.",
        )
        report.error("event.message-missing", node, words)


def _check_error(drawn: Diagram, node: Node, reference: str | None, report: Report) -> None:
    catches_all = node.type == "boundaryEvent" and not reference
    if not catches_all and not drawn.errors.get(reference or ""):
        words = Words(
            "没有指定错误，或错误没有代码",
            "no error is given, or it has no code",
            "请在 errorRef 中引用一个有 errorCode 的错误。",
            "Refer in errorRef to an error that has an errorCode.",
        )
        report.error("event.error-missing", node, words)


def _check_timer(node: Node, timer: object, report: Report) -> None:
    given = [name for name in _TIMERS if text_of(_child(timer, name))]
    place: Spot = spot(node, timer)
    if len(given) != 1:
        words = Words(
            "定时需要恰好一个：timeDate、timeDuration 或 timeCycle",
            "a timer needs exactly one of timeDate, timeDuration and timeCycle",
        )
        report.error("timer.missing", place, words)
    elif given == ["timeCycle"] and (node.type != "boundaryEvent" or node.interrupts):
        words = Words(
            "循环定时只用于不中断的边界事件",
            "a cycle belongs on a non-interrupting boundary event",
            "请改用 timeDuration。",
            "Use timeDuration.",
        )
        report.error("timer.cycle", place, words)


def _child(element: object, name: str) -> object:
    return next((child for child in element if child.tag.endswith(f"}}{name}")), None)  # type: ignore[attr-defined]  # lxml


def _check_caught(drawn: Diagram, process: Process, node: Node, report: Report) -> None:
    """An error that nobody catches would leave the process without a way on."""
    code = drawn.errors.get(node.event("error").get("errorRef", ""), "")
    scope = node.scope
    while scope in process.nodes:
        for event in process.boundary_events(scope):
            caught = event.event("error")
            if caught is not None and drawn.errors.get(caught.get("errorRef", ""), "") in ("", code):
                return
        scope = process.nodes[scope].scope
    words = Words(
        f"没有事件捕获错误 {code}",
        f"nobody catches the error {code}",
        "请在外层子流程上加错误边界事件；在最外层请用普通结束事件。",
        "Add an error boundary event to the subprocess; on the outermost level use a plain end event.",
    )
    report.error("event.error-uncaught", node, words)
