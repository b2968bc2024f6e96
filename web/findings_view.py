"""What checks found in a form that was sent before: where it belongs and what it says, in the reader's language."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.feel.errors import FeelError
from web.language import current_language

if TYPE_CHECKING:
    from engine.bpmn.definition import Element
    from engine.types import Variables
    from engine.work import Work

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding. `field`: dotted path of the value it is about; empty: the whole form."""

    field: str
    severity: str
    message: str


def task_findings(work: Work, element: Element, variables: Variables) -> list[FindingView]:
    """Return what the task's property `findings` says, errors first; nothing when the task has none.

    An expression that fails is logged and shows nothing: what a reader is told besides must not stop the task.
    """
    expression = element.properties.get("findings")
    if not expression:
        return []
    try:
        found = work.feel.evaluate(expression, variables, work.clock.now())
    except FeelError as error:
        log.warning("findings cannot be evaluated", exc_info=error, extra={"element": element.id})
        return []
    views = [_view(finding) for finding in found or () if isinstance(finding, Mapping)]
    return sorted(views, key=lambda finding: finding.severity != "error")


def by_field(findings: Sequence[FindingView]) -> dict[str, list[FindingView]]:
    """Return the findings by the field they are about."""
    grouped: dict[str, list[FindingView]] = {}
    for finding in findings:
        grouped.setdefault(finding.field, []).append(finding)
    return grouped


def _view(finding: Mapping[str, Any]) -> FindingView:
    chinese = str(finding.get("message_zh") or "")
    message = chinese if current_language() == "zh" else str(finding.get("message_en") or chinese)
    severity = "error" if finding.get("severity") == "error" else "warning"
    return FindingView(str(finding.get("field") or ""), severity, message)
