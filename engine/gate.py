"""The deploy gate: what a bundle must pass before anything of it runs."""

from __future__ import annotations

from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.parser import parse
from engine.bundle import Bundle
from engine.findings import Finding, refuses
from engine.form_reader import SUFFIX, UNKNOWN_TYPE, parse_form

FEATURE = ".feature"
"""How the name of a file with scenarios ends."""


def judge(bundle: Bundle, environment: Environment) -> tuple[list[Definition], list[Finding]]:
    """Return the processes of a bundle, and all that is wrong with it. Never raises on bad input.

    The bundle's own scenarios are played once its diagrams hold together: on a diagram that cannot run they would say
    the same again in other words.
    """
    definitions, findings = parse(bundle, environment)
    findings = findings + _unknown_fields(bundle, environment)
    if not refuses(findings) and any(file.endswith(FEATURE) for file in bundle.files):
        # imported here: reading Gherkin is of no use to a process that only runs what is deployed
        from engine.scenarios.play import play  # noqa: PLC0415  see above

        findings = findings + play(bundle, definitions, environment)
    return definitions, findings


def _unknown_fields(bundle: Bundle, environment: Environment) -> list[Finding]:
    """Return the fields of types that nobody supplies. Here, not in `parse`: a case loads though a plugin is gone."""
    if environment.field_types is None:
        return []
    forms = ((content, file) for file, content in sorted(bundle.files.items()) if file.endswith(SUFFIX))
    found = (parse_form(content, file, field_types=environment.field_types)[1] for content, file in forms)
    return [finding for each in found for finding in each if finding.code == UNKNOWN_TYPE]
