"""What the changes editor says of a plan while someone is still typing, out of a preview, in the reader's language."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plugins.grid_registry.model import Finding, Preview, ResultingGrid

if TYPE_CHECKING:
    from engine.core_api import Attached

BLANK = "INCOMPLETE"
"""The code of findings about what is not filled in yet: nobody is reproached with that before submitting."""


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in one language, at its dotted path. `severity` is error, warning or info."""

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


def said_of_attached(
    changes: Sequence[object], attached: Sequence[Attached], *, english: bool, name: str = "changes"
) -> list[Said]:
    """Return what hangs on the grids that changes name, at the first change that names each."""
    said = []
    for one in attached:
        index = next((number for number, change in enumerate(changes) if one.code in _texts(change)), None)
        if index is not None:
            said.append(Said(f"{name}.{index}", "info", one.message_en if english else one.message_zh))
    return said


def named_in(changes: Sequence[object], codes: Collection[str]) -> list[str]:
    """Return which of the codes changes name, in order."""
    return sorted(set(codes) & set(_texts(list(changes))))


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return [text for part in parts for text in _texts(part)]


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
