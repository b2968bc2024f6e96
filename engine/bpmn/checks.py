"""The deploy gate for diagrams: whatever would be silently wrong is said here, at its element, before anything runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.bpmn import (
    check_calls,
    check_compensation,
    check_data,
    check_elements,
    check_events,
    check_expressions,
    check_flows,
    check_instantiating,
    check_loops,
    check_messages,
    check_offers,
    check_ownership,
    check_references,
    check_schema,
    check_soundness,
    check_starts,
)
from engine.bpmn.diagram import Diagram
from engine.bpmn.environment import Environment
from engine.bpmn.parts import Parts
from engine.bpmn.report import Report, Spot, Words
from engine.findings import Finding, Severity

REFERENCES = (
    check_references.CODES
    | check_calls.CODES
    | check_soundness.CODES
    | check_schema.CODES
    | check_ownership.CODES
    | check_offers.CODES
)
"""Codes of findings that refuse a deployment, but not an instance that runs already: what is outside of the diagram may
be missing today and be there tomorrow, a way that never ends may not be the one that was taken, and what the schema
does not know has been passed over so far."""


def check(
    drawn: Diagram,
    diagrams: Sequence[Diagram],
    parts: Parts,
    environment: Environment,
    tolerated: frozenset[str] = REFERENCES,
) -> list[Finding]:
    """Return what is wrong with a diagram, in the order of its lines. Errors with `tolerated` codes stop no check."""
    report = Report(drawn.file)
    _check_processes(drawn, diagrams, report)
    check_elements.check_ids(drawn, report)
    check_elements.check_roots(drawn, report)
    for process in drawn.executable:
        check_elements.check(process, report)
        check_loops.check(drawn, process, report)
        check_data.check(process, report)
        check_events.check(drawn, diagrams, process, report)
        check_instantiating.check(process, report)
        check_compensation.check(process, report)
        check_flows.check(process, report)
    check_soundness.check(drawn, diagrams, report, frozenset(_from_outside(parts)))
    check_schema.check(drawn, report)
    # what an expression or a reference means can only be asked of a diagram that holds together
    if not any(finding.severity is Severity.ERROR and finding.code not in tolerated for finding in report.findings):
        for process in drawn.executable:
            check_starts.check(process, environment, report)
            check_references.check(drawn, process, parts, environment, report)
            check_calls.check(process, diagrams, environment, report)
            check_messages.check(drawn, process, parts, environment, report)
            check_offers.check(process, report)
            check_ownership.check(drawn, diagrams, process, environment, report)
            check_expressions.check(process, parts, environment, report)
    return sorted(report.findings, key=lambda finding: (finding.line, finding.code))


def _from_outside(parts: Parts) -> Iterator[str]:
    """Give the messages that somebody outside of the bundle sends, as it declares."""
    yield from (name for name, kind in (parts.messages or {}).items() if kind.incoming)


def _check_processes(drawn: Diagram, diagrams: Sequence[Diagram], report: Report) -> None:
    if not drawn.executable:
        report.error(
            "process.none",
            Spot("", drawn.root.sourceline or 1),
            Words(
                "文件中没有可执行的流程",
                "the file has no executable process",
                "请画一个流程，并设为可执行（isExecutable）。",
                "Draw a process and mark it as executable.",
            ),
        )
    others = [process.id for other in diagrams if other.file < drawn.file for process in other.executable]
    for process in drawn.executable:
        if not process.id:
            report.error("process.id-missing", process, Words("流程没有 id", "the process has no id"))
        elif process.id in others:
            report.error(
                "process.twice",
                process,
                Words(f"流程 {process.id} 在另一文件中已有", f"process {process.id} is in another file already"),
            )
