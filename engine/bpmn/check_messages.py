"""Messages against `messages.json`, where a bundle has one: names, who sends and takes them, what they carry."""

from __future__ import annotations

from engine.bpmn import triggers
from engine.bpmn.diagram import Diagram, Node, Process
from engine.bpmn.dialect import SCOPES
from engine.bpmn.environment import Environment
from engine.bpmn.message_types import MessageType
from engine.bpmn.parts import Parts
from engine.bpmn.report import Report, Words, did_you_mean
from engine.bpmn.triggers import Trigger
from engine.feel.errors import FeelError

_THROWING = ("sendTask", "intermediateThrowEvent", "endEvent")


def check(drawn: Diagram, process: Process, parts: Parts, environment: Environment, report: Report) -> None:
    """Check the messages of a process; without a file of types every name is as good as another."""
    if parts.messages is None:
        return
    for node in process.nodes.values():
        if node.type in SCOPES:
            continue  # an event subprocess waits at its start event
        for trigger in triggers.read_all(drawn, process, node):
            if trigger.kind == "message" and trigger.name:
                _check(node, trigger, parts.messages, environment, report)


def _check(
    node: Node, trigger: Trigger, known: dict[str, MessageType], environment: Environment, report: Report
) -> None:
    kind = known.get(trigger.name)
    if kind is None:
        hint_zh, hint_en = did_you_mean(trigger.name, known)
        words = Words(
            f"messages.json 中没有消息“{trigger.name}”",
            f"there is no message {trigger.name!r} in messages.json",
            hint_zh or "请在 messages.json 中说明它。",
            hint_en or "Declare it in messages.json.",
        )
        report.error("message.unknown", node, words)
    elif node.type in _THROWING:
        _check_thrown(node, trigger, kind, environment, report)
    else:
        _check_caught(node, kind, report)


def _check_caught(node: Node, kind: MessageType, report: Report) -> None:
    if not kind.incoming:
        _report_direction(node, kind, "等待", "waited for", report)
    senders = {group.strip() for group in node.properties.get("senders", "").split(",")} - {""}
    strangers = sorted(senders - kind.senders)
    if strangers or (kind.senders and not senders and node.type != "startEvent"):
        declared = "、".join(sorted(kind.senders)) or "—"
        words = Words(
            f"消息“{kind.name}”的发送者与 messages.json 不符：{'、'.join(strangers) or '元素没有属性 senders'}",
            f"the senders of {kind.name!r} are not those of messages.json: {', '.join(strangers) or 'none given'}",
            f"messages.json 中是：{declared}。",
            f"There it is: {declared}.",
        )
        report.error("message.senders", node, words)


def _check_thrown(node: Node, trigger: Trigger, kind: MessageType, environment: Environment, report: Report) -> None:
    if not kind.outgoing:
        _report_direction(node, kind, "发出", "sent", report)
    names = _names(trigger.payload, environment)
    if names is None:
        return  # an expression whose entries are known at run time alone
    unknown = sorted(names - {field.name for field in kind.payload})
    missing = sorted({field.name for field in kind.payload if field.required} - names)
    if unknown or missing:
        hint_zh, hint_en = did_you_mean(unknown[0], missing) if unknown and missing else ("", "")
        more = f"多出 {'、'.join(unknown)}" if unknown else ""
        less = f"缺少 {'、'.join(missing)}" if missing else ""
        too_many = f"not {', '.join(unknown)};" if unknown else ""
        too_few = f"{', '.join(missing)} is missing" if missing else ""
        words = Words(
            f"消息“{kind.name}”携带的内容与 messages.json 不符：{'，'.join(filter(None, (more, less)))}",
            f"what {kind.name!r} carries is not as declared: {' '.join(filter(None, (too_many, too_few)))}",
            hint_zh,
            hint_en,
        )
        report.error("message.payload", node, words)


def _names(payload: str, environment: Environment) -> set[str] | None:
    """Return the entries of a payload that is written as a context; None for any other expression."""
    if not payload:
        return set()
    if not payload.startswith("{"):
        return None
    try:
        value = environment.feel.evaluate(payload, {}, environment.clock.now())
    except FeelError:
        return None
    return set(value) if isinstance(value, dict) else None


def _report_direction(node: Node, kind: MessageType, zh: str, en: str, report: Report) -> None:
    words = Words(
        f"messages.json 中，消息“{kind.name}”不由本流程包{zh}",
        f"in messages.json {kind.name!r} is not {en} here",
        "请改 direction：in 等待，out 发出，both 两者。",
        "Change its direction: in, out or both.",
    )
    report.error("message.direction", node, words)
