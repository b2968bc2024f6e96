"""Can it finish? Tells the token game of `engine.soundness` what is drawn, and says its answers as findings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from engine.bpmn import loop_events
from engine.bpmn.diagram import Diagram, Node, Process
from engine.bpmn.dialect import bpmn
from engine.bpmn.markup import expression_of, text_of
from engine.bpmn.report import Report, Spot, Words
from engine.findings import Finding, Severity
from engine.soundness import check as soundness
from engine.soundness.net import Element, Flow, Kind, Net, Pace, Scope

CODES = soundness.CODES
"""Codes of errors that refuse a deployment; a process that runs already is not lost by them."""

_GRAPH = ("id.", "flow.", "process.id", "process.twice", "event.start-count", "event.attached-to", "lane.node")
_KINDS = {
    "startEvent": Kind.START,
    "exclusiveGateway": Kind.EXCLUSIVE,
    "eventBasedGateway": Kind.EXCLUSIVE,
    "parallelGateway": Kind.PARALLEL,
    "inclusiveGateway": Kind.INCLUSIVE,
    "complexGateway": Kind.INCLUSIVE,
    "boundaryEvent": Kind.BOUNDARY,
}
_WORK = ("scriptTask", "businessRuleTask")
_WAIT = ("userTask", "manualTask", "serviceTask", "receiveTask", "sendTask", "intermediateCatchEvent", "callActivity")
_LEAST = re.compile(r"activationCount\s*(>=|>|=)\s*(\d{1,9})")
_SENDING = ("sendTask", "intermediateThrowEvent", "endEvent")
_RAISING = ("serviceTask", "sendTask", "callActivity")
_SCOPES = ("subProcess", "transaction", "adHocSubProcess")


def check(drawn: Diagram, diagrams: Sequence[Diagram], report: Report, sent: frozenset[str] = frozenset()) -> None:
    """Play the processes of a diagram whose flows hold together; others have been told so.

    `sent` are names of messages that somebody outside of the bundle sends.
    """
    if any(_breaks_the_graph(finding) for finding in report.findings):
        return
    own = {process.id for process in drawn.executable}
    net = net_of([*drawn.executable, *(_called(drawn, diagrams, own))], [drawn, *diagrams])
    scopes = own | {scope for process in drawn.executable for scope in process.nodes}
    for fault in soundness.check({key: scope for key, scope in net.items() if scope.elements}):
        element = net[fault.scope].elements.get(fault.id) if fault.code == "soundness.message-unsent" else None
        if fault.scope in scopes and (element is None or element.message not in sent):
            words = Words(fault.zh, fault.en, fault.hint_zh, fault.hint_en)
            add = report.error if fault.severity is Severity.ERROR else report.warning
            add(fault.code, Spot(fault.id, fault.line), words)
    for process in drawn.executable:
        _say_unproven(process, report)


def _say_unproven(process: Process, report: Report) -> None:
    """What the game cannot be played on, for it depends on data or on how many tokens come."""
    for node in process.nodes.values():
        if _least(node) is None:
            words = Words(
                f"复杂网关“{node.name}”何时放行取决于数据，未能证明一定能办完",
                f"not proven: when the complex gateway {node.name!r} lets go depends on data",
                "activationCount >= 数字 的条件可以证明。",
                "A condition like activationCount >= 2 can be proven.",
            )
            report.warning("soundness.not-proven", node, words)
        elif _counts(node):
            words = Words(
                f"活动“{node.name}”要数令牌，未能证明其所在的一层一定能办完",
                f"not proven: {node.name!r} counts tokens, and the scope that it is in was not looked at",
                "请用并行网关和多实例代替 startQuantity 与 completionQuantity。",
                "Use parallel gateways and multi-instance activities instead of quantities.",
            )
            report.warning("soundness.not-proven", node, words)


def net_of(processes: Sequence[Process], diagrams: Sequence[Diagram]) -> Net:
    """Return processes, and what is inside their subprocesses, as a net; `diagrams` are all files of the bundle."""
    keys = {process.id for process in processes}
    net: dict[str, Scope] = {}
    for process in processes:
        reader = _Reader(process, _names(diagrams), keys)
        net[process.id] = reader.scope(process.id, process.name, process.line)
        for node in process.nodes.values():
            if node.type in _SCOPES:
                net[node.id] = reader.scope(node.id, node.name, node.line)
    return net


def _breaks_the_graph(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR and finding.code.startswith(_GRAPH)


def _called(drawn: Diagram, diagrams: Sequence[Diagram], own: set[str]) -> Iterator[Process]:
    for other in diagrams:
        if other is not drawn:
            yield from (process for process in other.executable if process.id not in own)


def _names(diagrams: Sequence[Diagram]) -> dict[str, str]:
    """Return the names of messages and the codes of errors by their ids, over all files."""
    names: dict[str, str] = {}
    for diagram in diagrams:
        for kind, attribute in (("message", "name"), ("error", "errorCode")):
            names |= {each.get("id", ""): each.get(attribute, "") for each in diagram.root.findall(bpmn(kind))}
    return names


class _Reader:
    """Reads one process into scopes."""

    def __init__(self, process: Process, names: dict[str, str], keys: set[str]) -> None:
        self._process, self._names, self._keys = process, names, keys
        self._entries = {node.id for node in process.entries()}

    def scope(self, key: str, name: str, line: int) -> Scope:
        nodes = self._process.of_scope(key)
        scope = Scope(key, name, line)
        if any(_counts(node) for node in nodes):
            return scope
        for node in nodes:
            if node.instantiates and node.type == "eventBasedGateway":
                continue  # the events after it are what the process begins with
            undoes = node.compensates or node.undoes_scope(self._process)
            if not undoes and (node.type != "boundaryEvent" or "compensate" not in node.events):
                scope.elements[node.id] = self._element(node)
                if node.element.get("triggeredByEvent") == "true":
                    scope.handlers.append(node.id)
        for id_, element in list(scope.elements.items()):
            if element.host is not None and element.host not in scope.elements:
                del scope.elements[id_]  # another file of the bundle may be broken: that is said there
        scope.flows += [
            Flow(
                flow.id or f"{flow.source}→{flow.target}",
                flow.source,
                flow.target,
                bool(flow.condition),
                flow.is_default,
            )
            for flow in self._process.flows
            if flow.source in scope.elements and flow.target in scope.elements
        ]
        scope.flows += _links(nodes)
        return scope

    def _element(self, node: Node) -> Element:
        start = self._trigger(node)
        event = start or node
        return Element(
            id=node.id,
            name=node.name,
            line=node.line,
            kind=Kind.START if node.id in self._entries else _kind(node),
            pace=_pace(node),
            inner=self._inner(node),
            host=node.attached_to,
            interrupts=node.interrupts if start is None else start.element.get("isInterrupting", "true") == "true",
            code=self._code(event),
            catches_error="error" in event.events and event.type != "endEvent",
            raises=node.type in _RAISING and self._inner(node) is None,
            catches_more=bool(set(event.events) - {"error"}),
            message=self._awaited(event),
            throws=frozenset(self._sent(event)),
            senders=bool(event.properties.get("senders", "").strip()),
            least=_least(node) or 1,
            is_activity=node.type.endswith(("Task", "task", "Process", "callActivity", "transaction")),
        )

    def _trigger(self, node: Node) -> Node | None:
        """Return the start event of an event subprocess."""
        if node.element.get("triggeredByEvent") != "true":
            return None
        return next((inner for inner in self._process.of_scope(node.id) if inner.type == "startEvent"), None)

    def _inner(self, node: Node) -> str | None:
        if node.type in _SCOPES:
            return node.id
        called = node.element.get("calledElement") if node.type == "callActivity" else None
        return called if called in self._keys else None

    def _code(self, node: Node) -> str:
        error = node.event("error")
        reference = "" if error is None else error.get("errorRef", "")
        return self._names.get(reference, "") or reference

    def _awaited(self, node: Node) -> str | None:
        """Return the name of the message that a node waits for alone. A process may be started from anywhere."""
        starts = node.type == "startEvent" and node.scope == self._process.id
        if node.type in _SENDING or starts or node.id in self._entries or len(node.events) > 1:
            return None
        return next(self._messages(node), None)

    def _messages(self, node: Node) -> Iterator[str]:
        holders = [holder for kind, holder in node.definitions if kind == "message"]
        yield from self._named([node.element] if node.type in ("sendTask", "receiveTask") else holders)

    def _sent(self, node: Node) -> Iterator[str]:
        if node.type in _SENDING:
            yield from self._messages(node)
        yield from self._named(holder for kind, holder, *_ in loop_events.thrown(node) if kind == "message")

    def _named(self, holders: Iterable[Any]) -> Iterator[str]:
        for holder in holders:
            name = self._names.get(holder.get("messageRef", ""))
            if name:
                yield name


def _kind(node: Node) -> Kind:
    if node.type == "endEvent" and "terminate" in node.events:
        return Kind.TERMINATE
    if node.type == "endEvent":
        return Kind.ERROR if {"error", "cancel"} & set(node.events) else Kind.END
    return _KINDS.get(node.type, Kind.STEP)


def _counts(node: Node) -> bool:
    return any(node.element.get(name, "1") != "1" for name in ("startQuantity", "completionQuantity"))


def _least(node: Node) -> int | None:
    """Return how many flows a complex join needs tokens on; None when only its data can tell."""
    if node.type != "complexGateway" or len(node.incoming) < 2:
        return 1
    found = _LEAST.fullmatch(expression_of(text_of(node.element.find(bpmn("activationCondition")))))
    return None if found is None else int(found[2]) + (found[1] == ">")


def _pace(node: Node) -> Pace:
    if node.type in _WAIT or node.type == "boundaryEvent":
        return Pace.WAIT
    return Pace.WORK if node.type in _WORK or node.loop is not None else Pace.NONE


def _links(nodes: Sequence[Node]) -> Iterator[Flow]:
    """A pair of link events is a flow that is not drawn."""
    catching = {_link(node): node for node in nodes if node.type == "intermediateCatchEvent" and "link" in node.events}
    for node in nodes:
        throws = node.type == "intermediateThrowEvent" and "link" in node.events and not node.outgoing
        target = catching.get(_link(node)) if throws else None
        if target is not None:
            yield Flow(f"{node.id}→{target.id}", node.id, target.id)


def _link(node: Node) -> str:
    event: Any = node.event("link")
    return "" if event is None else str(event.get("name") or node.name)
