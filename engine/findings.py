"""What the deploy gate has to say of a file: one finding a fault, at its element, in two languages, with a hint."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error refuses the deployment; a warning is shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one file.

    `line` counts from 1; 0 when the fault has no line. `code` is stable, e.g. `xml.malformed`.
    """

    severity: Severity
    code: str
    file: str
    line: int
    element_id: str | None
    message_zh: str
    message_en: str
    hint_zh: str = ""
    hint_en: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" + (f" <{self.element_id}>" if self.element_id else "")
        hint = f"  → {self.hint_zh}" if self.hint_zh else ""
        return f"{where}: {self.message_zh} ({self.message_en}) [{self.code}]{hint}"


def refuses(findings: list[Finding]) -> bool:
    """Return whether any of the findings is an error."""
    return any(finding.severity is Severity.ERROR for finding in findings)
