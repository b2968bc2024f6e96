"""Reading a `*.feature` file: scenarios with their steps, outlines and backgrounds unfolded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gherkin import Compiler, Parser
from gherkin.errors import CompositeParserException, ParserException

from engine.findings import Finding, Severity

MAX_BYTES = 200_000
MAX_SCENARIOS = 500


@dataclass(frozen=True, slots=True)
class ScenarioStep:
    """One step: its text without the keyword, and the text block below it or ""."""

    line: int
    text: str
    block: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario, or one row of an outline. `line` counts from 1."""

    name: str
    file: str
    line: int
    steps: tuple[ScenarioStep, ...]


def read_scenarios(content: bytes, file: str) -> tuple[list[Scenario], list[Finding]]:
    """Return the scenarios of a file, and what is wrong with it. Never raises on bad input."""
    if len(content) > MAX_BYTES:
        return [], [_malformed(file, 0, f"超过 {MAX_BYTES} 字节", f"more than {MAX_BYTES} bytes")]
    try:
        document: Any = {**Parser().parse(content.decode("utf-8")), "uri": file}
    except UnicodeDecodeError:
        return [], [_malformed(file, 1, "不是 UTF-8", "it is not UTF-8")]
    except CompositeParserException as errors:
        return [], [_fault(file, error) for error in errors.errors]
    except ParserException as error:
        return [], [_fault(file, error)]
    lines = dict(_lines(document))
    scenarios = [_scenario(pickle, file, lines) for pickle in Compiler().compile(document)]
    if not scenarios:
        return [], [_malformed(file, 1, "没有任何场景", "it has no scenario")]
    if len(scenarios) > MAX_SCENARIOS:
        return [], [_malformed(file, 0, f"超过 {MAX_SCENARIOS} 个场景", f"more than {MAX_SCENARIOS} scenarios")]
    empty = [each for each in scenarios if not each.steps]
    return scenarios, [
        _malformed(file, each.line, f"场景“{each.name}”没有步骤", f"the scenario {each.name!r} has no step")
        for each in empty
    ]


def _scenario(pickle: Mapping[str, Any], file: str, lines: Mapping[str, int]) -> Scenario:
    steps = tuple(
        ScenarioStep(
            lines.get(step["astNodeIds"][0], 0),
            step["text"].strip(),
            step.get("argument", {}).get("docString", {}).get("content", ""),
        )
        for step in pickle["steps"]
    )
    return Scenario(pickle["name"], file, pickle["location"]["line"], steps)


def _lines(node: Any) -> Iterator[tuple[str, int]]:
    """Give the line of everything that has an id."""
    if isinstance(node, list):
        for each in node:
            yield from _lines(each)
    elif isinstance(node, dict):
        if "id" in node and "location" in node:
            yield node["id"], node["location"]["line"]
        for each in node.values():
            yield from _lines(each)


def _fault(file: str, error: ParserException) -> Finding:
    line = error.location["line"]
    reason = str(error).rpartition("): ")[2]
    return _malformed(file, line, reason, reason)


def _malformed(file: str, line: int, zh: str, en: str) -> Finding:
    return Finding(
        Severity.ERROR,
        "scenario.malformed",
        file,
        line,
        None,
        f"场景文件有误：{zh}",
        f"malformed feature: {en}",
        "首行写 # language: zh-CN，其后为 功能、场景、假如、当、那么。",
        "Feature, Scenario, Given, When, Then; `# language: zh-CN` first for Chinese.",
    )
