"""Collecting findings about one diagram."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Protocol

from engine.findings import Finding, Severity


class Place(Protocol):
    """What a finding can be about: a node, a flow, a process."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def line(self) -> int:
        """Its line."""
        ...


@dataclass(frozen=True, slots=True)
class Spot:
    """A place without a drawn object, e.g. a parameter: the id of the element it belongs to, and its own line."""

    id: str
    line: int


@dataclass(frozen=True, slots=True)
class Words:
    """What a finding says, and what to do about it."""

    zh: str
    en: str
    hint_zh: str = ""
    hint_en: str = ""


class Report:
    """The findings about one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def error(self, code: str, place: Place, words: Words) -> None:
        """Note a fault that refuses the deployment."""
        self._add(Severity.ERROR, code, place, words)

    def warning(self, code: str, place: Place, words: Words) -> None:
        """Note something that is worth a look."""
        self._add(Severity.WARNING, code, place, words)

    def _add(self, severity: Severity, code: str, place: Place, words: Words) -> None:
        self.findings.append(
            Finding(
                severity,
                code,
                self.file,
                place.line,
                place.id or None,
                words.zh,
                words.en,
                words.hint_zh,
                words.hint_en,
            )
        )


def spot(owner: Place, element: Any) -> Spot:
    """Return the place of an XML element inside a drawn one."""
    return Spot(owner.id, element.sourceline or owner.line)


def did_you_mean(name: str, known: Iterable[str]) -> tuple[str, str]:
    """Return the hint for a name that is not known, in Chinese and in English; empty when nothing is like it."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return (f"是否应为“{close[0]}”？", f"Did you mean “{close[0]}”?") if close else ("", "")
