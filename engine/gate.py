"""The deploy gate: what a bundle must pass before anything of it runs."""

from __future__ import annotations

from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.parser import parse
from engine.bundle import Bundle
from engine.findings import Finding, refuses

FEATURE = ".feature"
"""How the name of a file with scenarios ends."""


def judge(bundle: Bundle, environment: Environment) -> tuple[list[Definition], list[Finding]]:
    """Return the processes of a bundle, and all that is wrong with it. Never raises on bad input.

    The bundle's own scenarios are played once its diagrams hold together: on a diagram that cannot run they would say
    the same again in other words.
    """
    definitions, findings = parse(bundle, environment)
    if not refuses(findings) and any(file.endswith(FEATURE) for file in bundle.files):
        # imported here: reading Gherkin is of no use to a process that only runs what is deployed
        from engine.scenarios.play import play  # noqa: PLC0415  see above

        findings = findings + play(bundle, definitions, environment)
    return definitions, findings
