"""The trace of a trial: one JSON object a line, for people, tests and other programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson

from engine.clock import TIMEZONE, Clock
from engine.feel.values import YearsMonths
from engine.findings import Finding

Line = dict[str, Any]


def finding_as_json(finding: Finding) -> Line:
    """Return a finding as JSON."""
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "file": finding.file,
        "line": finding.line,
        "element": finding.element_id,
        "message_zh": finding.message_zh,
        "message_en": finding.message_en,
        "hint_zh": finding.hint_zh,
        "hint_en": finding.hint_en,
    }


def text_of(line: Mapping[str, Any]) -> str:
    """Return a line as JSON text; what JSON has no word for, in FEEL's. Data too deep to be written is null."""
    try:
        return orjson.dumps(line, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:  # half a surrogate pair, a number beyond 64 bits, or too deep
        pass
    try:
        return json.dumps(line, default=_plain)
    except (RecursionError, TypeError, ValueError):
        return json.dumps({name: value for name, value in line.items() if isinstance(value, str)} | {"data": None})


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, YearsMonths) else repr(value)


class Tracer:
    """Writes lines.

    `write` takes each line; with `quiet` only those that say how it ended. `types` gives elements' types as drawn.
    """

    def __init__(self, write: Callable[[Line], None], clock: Clock, *, quiet: bool) -> None:
        self._write, self._clock, self._quiet = write, clock, quiet
        self.types: Mapping[str, str] = {}

    def say(self, event: str, element: str | None, kind: str = "", **facts: Any) -> None:
        """Write a line; facts that are None are left out."""
        if self._quiet and event not in ("end", "error", "refused", "wait"):
            return
        type_ = self.types.get(element or "", kind)
        line: Line = {"event": event, "element": element, "type": type_, "time": moment(self._clock.now())}
        self._write({**line, **{name: value for name, value in facts.items() if value is not None}})

    def refuse(self, finding: Finding) -> None:
        """Write a finding."""
        self.say("refused", finding.element_id, code=finding.code, data=finding_as_json(finding))


def moment(at: datetime) -> str:
    """Return a moment as ISO 8601 in the time zone of the place."""
    return at.astimezone(TIMEZONE).isoformat()
