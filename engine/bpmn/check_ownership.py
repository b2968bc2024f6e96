"""A plugin's own diagrams: they use, call and name nothing that is another's. Asked again when they run."""

from __future__ import annotations

from collections.abc import Sequence

from engine.bpmn import triggers
from engine.bpmn.definition import groups_in
from engine.bpmn.diagram import Diagram, Node, Process
from engine.bpmn.environment import Environment
from engine.bpmn.ownership import carries, prefix
from engine.bpmn.report import Place, Report, Words

CODES = frozenset({"owner.process-id", "owner.handler", "owner.call", "owner.message", "owner.signal"})
"""Instances of what was deployed before a rule was known must load; the same is asked of them when they run."""

_SAID = {"message": "消息", "signal": "信号"}


def check(
    drawn: Diagram, diagrams: Sequence[Diagram], process: Process, environment: Environment, report: Report
) -> None:
    """Check a process of a plugin; one without an owner may do everything."""
    owner = environment.owner
    if not owner:
        for node in process.nodes.values():
            if node.type == "callActivity":
                _check_designers(diagrams, process, node, environment, report)
        return
    if not carries(process.id, owner):
        _misnamed("owner.process-id", process, ("流程", "process"), process.id, owner, report)
    for node in process.nodes.values():
        if node.type == "serviceTask":
            _check_handler(node, environment, report)
        elif node.type == "callActivity":
            _check_call(node, environment, report)
        else:
            _check_event(drawn, process, node, owner, report)


def _check_handler(node: Node, environment: Environment, report: Report) -> None:
    operator = node.extension("serviceTaskOperator")
    handler = None if operator is None else environment.handlers.get(operator.get("id", ""))
    if handler is not None and handler.only_in:
        zh, en = "、".join(handler.only_in), " or ".join(handler.only_in)
        words = Words(
            f"插件“{environment.owner}”的流程不能使用处理器“{handler.id}”：它只属于流程 {zh}",
            f"a process of the plugin {environment.owner!r} may not use {handler.id!r}, only {en} may",
            "请由该流程自己来做；插件可以读取结果。",
            "Leave it to that process; a plugin may read what comes of it.",
        )
        report.error("owner.handler", node, words)


def _check_call(node: Node, environment: Environment, report: Report) -> None:
    key = node.element.get("calledElement", "").strip()
    called = None if environment.library is None or key.startswith("=") else environment.library.newest(key)
    if called is not None and called.restricted and called.owner != environment.owner:
        words = Words(
            f"插件“{environment.owner}”的流程不能调用流程“{key}”：它不允许被他人调用",
            f"a process of the plugin {environment.owner!r} may not call {key!r}, which is restricted",
            "请由有权的岗位发起该流程。",
            "Leave its start to the people who may.",
        )
        report.error("owner.call", node, words)


def _check_designers(
    diagrams: Sequence[Diagram], process: Process, node: Node, environment: Environment, report: Report
) -> None:
    """What only some may change is not called by what others may change: see `engine.bpmn.ownership.may_call`."""
    key = node.element.get("calledElement", "").strip()
    own = {other.id for drawn in diagrams for other in drawn.executable}
    if environment.library is None or key.startswith("=") or key in own:
        return
    called = environment.library.newest(key)
    designers = groups_in(process.properties.get("designers", ""))
    if called is None or not called.restricted or not called.designers or (designers and designers <= called.designers):
        return
    groups = ", ".join(sorted(called.designers))
    words = Words(
        f"流程“{key}”只允许由 {groups} 设计的流程调用",
        f"{key!r} may only be called by processes that {groups} alone may change",
        f"请由有权的人员发起该流程；或把本流程的属性 designers 设为 {groups}，由他们部署。",
        f"Leave its start to the people who may; or set this process's property designers to {groups}.",
    )
    report.error("owner.call", node, words)


def _check_event(drawn: Diagram, process: Process, node: Node, owner: str, report: Report) -> None:
    """A message goes to one that waits for it, so that catching one can take it away; a signal is heard by all."""
    if not node.events and node.type not in ("sendTask", "receiveTask"):
        return
    throws = node.type in ("intermediateThrowEvent", "endEvent", "sendTask")
    for trigger in triggers.read_all(drawn, process, node):
        if (trigger.kind == "message" or (trigger.kind == "signal" and throws)) and not carries(trigger.name, owner):
            words = (_SAID[trigger.kind], trigger.kind)
            _misnamed(f"owner.{trigger.kind}", node, words, trigger.name, owner, report)


def _misnamed(code: str, place: Place, what: tuple[str, str], name: str, owner: str, report: Report) -> None:
    better = prefix(owner) + name.removeprefix(owner).lstrip("_.:-")
    words = Words(
        f"{what[0]}“{name}”应以“{prefix(owner)}”开头：它是插件“{owner}”的",
        f"the {what[1]} {name!r} must begin with {prefix(owner)!r}: it is the plugin {owner!r}'s",
        f"是否应为“{better}”？",
        f"Did you mean “{better}”?",
    )
    report.error(code, place, words)
