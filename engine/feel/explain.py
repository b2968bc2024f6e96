"""Why a decision came out as it did, in words: results, rules that held with their inputs, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson

from engine.clock import TIMEZONE
from engine.feel.decided import DecisionResult, Hit, TableResult
from engine.feel.values import YearsMonths, duration_text

MAX_LENGTH = 300
"""Characters of one value; a longer one is cut."""
MAX_LINES = 500

_TEXTS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "result": "“{name}”的结果：{value}",
        "rule": "“{table}”第 {rule} 条规则成立{note}：{inputs}，因此 {outputs}",
        "note": "（{text}）",
        "always": "无条件",
        "none": "“{table}”没有规则成立：{inputs}",
        "before": "“{name}”的结果见上",
        "comma": "，",
        "more": "……其余从略",
    },
    "en": {
        "result": "{name!r} gives {value}",
        "rule": "rule {rule} of {table!r} holds{note}: {inputs}; therefore {outputs}",
        "note": " ({text})",
        "always": "no condition",
        "none": "no rule of {table!r} holds: {inputs}",
        "before": "{name!r}: see above",
        "comma": ", ",
        "more": "… and so on",
    },
}


def explain(result: DecisionResult, language: str) -> list[str]:
    """Return the answer to *why* as lines; what the decision rests on follows it, indented by two spaces a level.

    Args:
        result: of Decision.evaluate.
        language: `zh` or `en`.
    """
    lines: list[str] = []
    texts = _TEXTS[language]
    for line in _lines(result, texts):
        if len(lines) == MAX_LINES:
            return [*lines, texts["more"]]
        lines.append(line)
    return lines


def words(value: Any) -> str:
    """Return a value as FEEL writes it: `"text"`, `true`, `2026-12-01`, `P10D`, `{a: 1}`; cut when it is long."""
    text = _words(value)
    return text if len(text) <= MAX_LENGTH else f"{text[:MAX_LENGTH]}…"


def _lines(result: DecisionResult, texts: Mapping[str, str]) -> Iterator[str]:
    # by hand and not by recursion: a chain of decisions may be longer than Python calls may nest
    waiting = [(result, 0)]
    told: set[str] = set()
    while waiting:
        current, level = waiting.pop()
        indent = "  " * min(level, 10)
        if current.id and current.id in told:
            yield indent + texts["before"].format(name=current.name)
            continue
        told.add(current.id)
        yield indent + texts["result"].format(name=current.name, value=words(current.value))
        for table in current.tables:
            yield from (f"{indent}  {line}" for line in _table(table, texts))
        waiting.extend((each, level + 1) for each in reversed(current.requires))


def _table(table: TableResult, texts: Mapping[str, str]) -> Iterator[str]:
    inputs = _pairs(table.inputs, texts) or texts["always"]
    if not table.hits:
        yield texts["none"].format(table=table.name, inputs=inputs)
    for hit in table.hits:
        outputs = _pairs(hit.outputs, texts)
        yield texts["rule"].format(
            table=table.name, rule=hit.rule, note=_note(hit, texts), inputs=inputs, outputs=outputs
        )


def _note(hit: Hit, texts: Mapping[str, str]) -> str:
    return texts["note"].format(text=hit.description) if hit.description else ""


def _pairs(values: Mapping[str, Any], texts: Mapping[str, str]) -> str:
    return texts["comma"].join(f"{name} = {words(value)}" for name, value in values.items())


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_words(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_words(item) for item in value) + "]"
    if isinstance(value, datetime):
        return value.astimezone(TIMEZONE).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, YearsMonths) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    return orjson.dumps(value).decode()
