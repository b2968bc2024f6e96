"""What the changes editor says of a plan while someone is still typing, out of a preview, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plugins.grid_registry.model import Finding, Preview, ResultingGrid

BLANK = "INCOMPLETE"
"""The code of findings about what is not filled in yet: nobody is reproached with that before submitting."""


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in one language, at its dotted path. `severity` is error or warning."""

    field: str
    severity: str
    message: str


def said_of(preview: Preview, *, english: bool) -> list[Said]:
    """Return the findings about the changes, and what the size rule refuses or wants a reason for."""
    structure = [
        Said(finding.field, finding.severity, finding.message_en if english else finding.message_zh)
        for finding in preview.findings
        if _now(finding)
    ]
    return structure + [said for grid in preview.grids if (said := _of_size(grid, english=english))]


def by_field(said: Sequence[Said]) -> dict[str, list[Said]]:
    """Return what is said, by dotted path."""
    found: dict[str, list[Said]] = {}
    for one in said:
        found.setdefault(one.field, []).append(one)
    return found


def _now(finding: Finding) -> bool:
    return finding.field.startswith("changes") and finding.code != BLANK


def _of_size(grid: ResultingGrid, *, english: bool) -> Said | None:
    verdict = grid.verdict
    if verdict is None or not grid.unit_codes:
        return None  # no units yet: the verdict beside the figures says so
    text = verdict.explanation_en if english else verdict.explanation_zh
    if verdict.review_level == "blocking":
        return Said(grid.field, "error", text)
    wanting = verdict.justification_required and not grid.reasons
    return Said(f"{grid.field}.justification", "warning", text) if wanting else None
