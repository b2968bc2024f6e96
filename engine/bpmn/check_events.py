"""Events: what each may throw or catch, and where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.bpmn import check_ad_hoc, loop_events
from engine.bpmn.cron import is_cron
from engine.bpmn.diagram import Diagram, Node, Process
from engine.bpmn.dialect import ACTIVITIES, EVENT_DEFINITIONS, SCOPES, SEVERAL
from engine.bpmn.markup import text_of
from engine.bpmn.report import Report, Spot, Words, spot

_TIMERS = ("timeDate", "timeDuration", "timeCycle")
_NAME, _CODE = ("名称", "name"), ("代码", "code")
_NAMES = {
    "message": ("消息", "event.message-missing", _NAME),
    "signal": ("信号", "event.signal-missing", _NAME),
    "error": ("错误", "event.error-missing", _CODE),
    "escalation": ("升级", "event.escalation-missing", _CODE),
}
_INSTEAD = {
    ("startEvent", "conditional"): (
        "没有实例就没有会变化的数据。请用消息开始事件，再用网关判断条件。",
        "Without an instance no data changes. Use a message start event, and a gateway that asks the condition.",
    )
}
_AFTER_EVENT_GATEWAY = ("intermediateCatchEvent", "receiveTask")


def check(drawn: Diagram, diagrams: Sequence[Diagram], process: Process, report: Report) -> None:
    """Check the events of a process."""
    _check_start_and_end(process, report)
    for node in process.nodes.values():
        if node.type in EVENT_DEFINITIONS:
            _check_kind(process, node, report)
        if node.type == "boundaryEvent":
            _check_boundary(process, node, report)
        if node.type == "eventBasedGateway":
            _check_event_gateway(process, node, report)
        _check_references(drawn, process, node, report)
        if node.type == "endEvent" and "error" in node.events:
            _check_caught(drawn, diagrams, process, node, report)


def _check_start_and_end(process: Process, report: Report) -> None:
    scopes: list[tuple[Process | Node, str]] = [(process, process.id)]
    scopes += [(node, node.id) for node in process.nodes.values() if node.type in SCOPES]
    for place, scope in scopes:
        if isinstance(place, Node) and place.type == "adHocSubProcess":
            check_ad_hoc.check(process, place, report)
            continue
        _check_starts(process, place, scope, report)
        if not any(node.type == "endEvent" for node in process.of_scope(scope)):
            report.error("event.end-missing", place, Words("没有结束事件", "there is no end event"))


def _check_starts(process: Process, place: Process | Node, scope: str, report: Report) -> None:
    """One start event; a process may have several that each wait for something."""
    starts = process.start_events(scope)
    plain = [node for node in starts if not node.events]
    if place is process and not plain and process.entries():
        return
    if len(starts) != 1 and (place is not process or not starts or len(plain) > 1):
        words = Words(
            f"需要恰好一个开始事件，现有 {len(starts)} 个",
            f"exactly one start event is needed, not {len(starts)}",
        )
        report.error("event.start-count", place, words)


def _check_kind(process: Process, node: Node, report: Report) -> None:
    position = process.position(node)
    allowed = EVENT_DEFINITIONS[position]
    kinds = node.events or [""]
    if len(kinds) > 1:
        _check_several(node, kinds, SEVERAL.get(position, frozenset()), report)
    for kind in kinds:
        if kind not in allowed:
            shown = kind or "none"
            can = ", ".join(sorted(name or "none" for name in allowed))
            hint = _INSTEAD.get((position, kind), (f"此处可用：{can}。", f"Here can be: {can}."))
            words = Words(f"{position} 不支持 {shown} 事件", f"a {shown} event is not supported as {position}", *hint)
            report.error("event.unsupported", node, words)


def _check_several(node: Node, kinds: list[str], allowed: frozenset[str], report: Report) -> None:
    """Several definitions: any of them, or all; what has to be alone is said to be."""
    together = node.element.get("parallelMultiple") == "true"
    alone = [kind for kind in kinds if kind not in allowed or (together and kind == "error")]
    if alone or kinds.count("error") > 1:
        shown = "、".join(dict.fromkeys(alone or ["error"]))
        words = Words(
            f"此处的 {shown} 事件不能与其他触发合在一个事件上",
            f"a {shown} definition has to be the only one of its kind and event here",
            "请各画一个事件。",
            "Draw an event for each.",
        )
        report.error("event.multiple", node, words)


def _check_boundary(process: Process, node: Node, report: Report) -> None:
    activity = process.nodes.get(node.attached_to or "")
    if activity is None or activity.type not in ACTIVITIES or activity.scope != node.scope:
        words = Words(
            f"边界事件没有附在活动上（{node.attached_to}）",
            f"the boundary event is not attached to an activity ({node.attached_to})",
        )
        report.error("event.attached-to", node, words)
        return
    if {"error", "cancel"} & set(node.events) and not node.interrupts:
        words = Words("错误和取消边界事件必须中断活动", "an error or cancel boundary event always interrupts")
        report.error("event.error-interrupts", node, words)
    for kind in dict.fromkeys(node.events):
        _check_raised(node, activity, kind, report)


def _check_raised(node: Node, activity: Node, kind: str, report: Report) -> None:
    raising = (*SCOPES, "callActivity", *(("serviceTask",) if kind == "error" else ()))
    escalates = kind == "escalation" and "escalation" in [thrown for thrown, *_ in loop_events.thrown(activity)]
    if kind in ("error", "escalation") and activity.type not in raising and not escalates:
        words = Words(
            f"“{activity.name}”不会抛出{'错误' if kind == 'error' else '升级'}",
            f"{activity.name!r} never raises an {kind}",
            "错误边界事件只用于服务任务、子流程和调用活动，升级边界事件只用于后两者。",
            "Error events belong on service tasks, subprocesses and call activities, escalation on the latter two.",
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


def _check_references(drawn: Diagram, process: Process, node: Node, report: Report) -> None:
    definitions = list(node.definitions)
    if node.type in ("receiveTask", "sendTask"):
        definitions.append(("message", node.element))
    for kind, holder in definitions:
        if kind in _NAMES:
            zh, code, what = _NAMES[kind]
            reference = holder.get(f"{kind}Ref")
            catches_all = kind in ("error", "escalation") and node.type in ("boundaryEvent", "startEvent")
            if not drawn.names.get(reference or "") and not (catches_all and not reference):
                _report_missing(node, kind, zh, code, what, report)
        elif kind == "timer":
            _check_timer(process, node, holder, report)
        elif kind == "link":
            _check_link(process, node, holder.get("name"), report)
        elif kind == "conditional" and not text_of(_child(holder, "condition")):
            report.error(
                "event.condition-missing", node, Words("条件事件没有条件", "the conditional event has no condition")
            )


def _report_missing(node: Node, kind: str, zh: str, code: str, what: tuple[str, str], report: Report) -> None:
    words = Words(
        f"没有指定{zh}，或{zh}没有{what[0]}",
        f"no {kind} is given, or it has no {what[1]}",
        f"请在 {kind}Ref 中引用一个有{what[0]}的{zh}。",
        f"Refer in {kind}Ref to one that has a {what[1]}.",
    )
    report.error(code, node, words)


def _check_link(process: Process, node: Node, name: str | None, report: Report) -> None:
    """A pair of links is one flow: each throwing one leads to the one catching one of its name in the same scope."""
    pairs = [
        other
        for other in process.of_scope(node.scope)
        if other.type == "intermediateCatchEvent" and "link" in other.events and other.event("link").get("name") == name
    ]
    if not name or len(pairs) != 1:
        words = Words(
            f"连接“{name or ''}”需要恰好一个同名的捕获事件，现有 {len(pairs)} 个",
            f"the link {name or ''!r} needs exactly one catching event of its name in the same scope, not {len(pairs)}",
        )
        report.error("event.link", node, words)
    elif node.type == "intermediateThrowEvent" and len(node.outgoing) > 1:
        report.error("event.link", node, Words("抛出的连接事件不能有离开的连线", "no flow may leave a throwing link"))


def _check_timer(process: Process, node: Node, timer: object, report: Report) -> None:
    given = [name for name in _TIMERS if text_of(_child(timer, name))]
    place: Spot = spot(node, timer)
    if len(given) != 1:
        words = Words(
            "定时需要恰好一个：timeDate、timeDuration 或 timeCycle",
            "a timer needs exactly one of timeDate, timeDuration and timeCycle",
        )
        report.error("timer.missing", place, words)
    elif _is_cut_short(process, node, timer, given):
        words = Words(
            "循环定时在此处只等第一次",
            "of a cycle only the first time is waited for here",
            "请改用 timeDuration。",
            "Use timeDuration.",
        )
        report.warning("timer.cycle", place, words)


def _is_cut_short(process: Process, node: Node, timer: object, given: list[str]) -> bool:
    """Return whether a cycle stands where one time is waited for; of cron that is the next time, as it says."""
    cycle = given == ["timeCycle"] and process.position(node) == "intermediateCatchEvent"
    return cycle and not is_cron(text_of(_child(timer, "timeCycle")))


def _child(element: object, name: str) -> object:
    return next((child for child in element if child.tag.endswith(f"}}{name}")), None)  # type: ignore[attr-defined]  # lxml


def _check_caught(drawn: Diagram, diagrams: Sequence[Diagram], process: Process, node: Node, report: Report) -> None:
    """An error that nobody catches ends the instance as failed, unless the call activities that call it catch it."""
    code = drawn.names.get(node.event("error").get("errorRef", ""), "")
    if _catches(drawn, process.around(node.scope), code) or _called_with_care(diagrams, process, code):
        return
    words = Words(
        f"流程中没有事件捕获错误 {code}：流程会以失败结束",
        f"nothing in the process catches the error {code}: the instance ends as failed",
        "若本流程由调用活动调用，可在那里捕获；否则请加错误边界事件或错误事件子流程。",
        "A call activity that calls this process may catch it; else add an error boundary event or event subprocess.",
    )
    report.warning("event.error-uncaught", node, words)


def _catches(drawn: Diagram, events: Iterable[Node], code: str) -> bool:
    """Return whether one of some events catches an error, or all errors."""
    named = (event.event("error").get("errorRef", "") for event in events if "error" in event.events)
    return any(drawn.names.get(reference, "") in ("", code) for reference in named)


def _called_with_care(diagrams: Sequence[Diagram], process: Process, code: str) -> bool:
    """Return whether the bundle calls a process, and catches an error of it wherever it does."""
    calls = [
        (drawn, [*caller.boundary_events(node.id), *caller.around(node.scope)])
        for drawn in diagrams
        for caller in drawn.executable
        for node in caller.nodes.values()
        if node.type == "callActivity" and node.element.get("calledElement", "").strip() == process.id
    ]
    return bool(calls) and all(_catches(drawn, events, code) for drawn, events in calls)
