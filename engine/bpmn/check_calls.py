"""Call activities: whether what they call is there, and what goes in and out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.bpmn.diagram import Diagram, Node, Process
from engine.bpmn.environment import Environment
from engine.bpmn.markup import local_name
from engine.bpmn.report import Report, Words, did_you_mean, spot

CODES = frozenset({"call.unknown"})
"""What is called may be deployed later, or be gone, while instances run."""


def check(process: Process, diagrams: Sequence[Diagram], environment: Environment, report: Report) -> None:
    """Check the call activities of a process."""
    bundled = {other.id for diagram in diagrams for other in diagram.executable}
    for node in process.nodes.values():
        if node.type == "callActivity":
            _check_called(node, bundled, environment, report)
            mapping = node.extension("ioMapping")
            if mapping is not None:
                _check_mapping(node, mapping, report)


def _check_called(node: Node, bundled: set[str], environment: Environment, report: Report) -> None:
    called = node.element.get("calledElement", "").strip()
    if not called.removeprefix("="):
        words = Words(
            "调用活动没有指定流程",
            "the call activity names no process",
            "请在 calledElement 中写流程的 id，或写 = 和 FEEL。",
            "Write the id of a process in calledElement, or = and FEEL.",
        )
        report.error("call.missing", node, words)
    elif not called.startswith("=") and called not in bundled and not _is_deployed(called, environment):
        hint_zh, hint_en = did_you_mean(called, bundled)
        words = Words(
            f"没有流程“{called}”",
            f"there is no process {called!r}",
            hint_zh or "请把它放进同一流程包，或先部署它。",
            hint_en or "Put it into the same bundle, or deploy it first.",
        )
        report.error("call.unknown", node, words)


def _is_deployed(key: str, environment: Environment) -> bool:
    return environment.library is not None and environment.library.knows(key)


def _check_mapping(node: Node, mapping: Any, report: Report) -> None:
    for child in mapping:
        if local_name(child) not in ("input", "output") or not child.get("target") or not child.get("source"):
            words = Words(
                "ioMapping 中只有 input 与 output，各有 target（变量名）和 source（FEEL）",
                "an ioMapping holds input and output, each with target (a variable) and source (FEEL)",
            )
            report.error("call.mapping", spot(node, child), words)
