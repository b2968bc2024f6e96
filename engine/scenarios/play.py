"""Playing the scenarios of a bundle: what does not come true is a finding at its step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bundle import Bundle
from engine.errors import EngineError
from engine.findings import Finding, Severity
from engine.scenarios.feature import Scenario, ScenarioStep, read_scenarios
from engine.scenarios.phrases import take
from engine.scenarios.rehearsal import Rehearsal, Unfulfilled

SUFFIX = ".feature"


def play(bundle: Bundle, definitions: Sequence[Definition], environment: Environment) -> list[Finding]:
    """Play all scenarios of a bundle against its definitions; return what is wrong, at most one finding a scenario."""
    findings: list[Finding] = []
    by_key = {definition.key: definition for definition in definitions}
    for file in sorted(file for file in bundle.files if file.endswith(SUFFIX)):
        scenarios, faults = read_scenarios(bundle.files[file], file)
        findings += faults
        if not faults:
            findings += _fallen(scenarios, by_key, environment)
    return findings


def _fallen(
    scenarios: Sequence[Scenario], definitions: Mapping[str, Definition], environment: Environment
) -> Iterator[Finding]:
    for scenario in scenarios:
        rehearsal = Rehearsal(definitions, environment)
        for step in scenario.steps:
            try:
                take(step, rehearsal)
            except Unfulfilled as unfulfilled:
                yield _finding(scenario, step, unfulfilled.zh, unfulfilled.en)
                break
            except EngineError as error:
                element = error.facts.get("element_id")
                where = f"（{element}）" if element else ""
                yield _finding(scenario, step, f"{error}{where}", f"{type(error).__name__}: {error}{where}")
                break


def _finding(scenario: Scenario, step: ScenarioStep, zh: str, en: str) -> Finding:
    return Finding(
        Severity.ERROR,
        "scenario.fails",
        scenario.file,
        step.line,
        None,
        f"场景“{scenario.name}”在“{step.text}”处不成立：{zh}",
        f"the scenario {scenario.name!r} fails at {step.text!r}: {en}",
        "请改正流程图；若行为本应改变，请改场景。",
        "Mend the diagram; or the scenario, if the behaviour is meant to change.",
    )
