"""The way in: from the files of a bundle to definitions that run, and all that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from engine.bpmn import guard, reading, triggers
from engine.bpmn.checks import REFERENCES, check
from engine.bpmn.definition import Definition, Element, StartTrigger
from engine.bpmn.diagram import Diagram, Node, Process
from engine.bpmn.environment import Environment
from engine.bpmn.markup import expression_of
from engine.bpmn.message_types import read_message_types
from engine.bpmn.parts import Parts
from engine.bpmn.specification import SpecificationReader
from engine.bundle import Bundle
from engine.feel.decisions import parse_decisions
from engine.findings import Finding, Severity
from engine.forms import parse_form


def parse(
    bundle: Bundle, environment: Environment, tolerated: frozenset[str] = REFERENCES
) -> tuple[list[Definition], list[Finding]]:
    """Return the processes of a bundle, and what is wrong with it. Never raises on bad input.

    A process with a fault in its structure is left out. One whose references dangle (a handler of a plugin that is
    not loaded today, a form) is refused by the gate too, but is returned: instances of it that run must load.

    Args:
        bundle: the files.
        environment: what they refer to.
        tolerated: codes of errors with which a process is returned nevertheless.
    """
    findings: list[Finding] = []
    parts = _read_parts(bundle, environment, findings)
    diagrams = _read_diagrams(bundle, findings)
    definitions: list[Definition] = []
    bundled: dict[str, Definition] = {}
    for drawn in diagrams:
        found = check(drawn, diagrams, parts, environment, tolerated)
        findings += found
        if all(finding.severity is Severity.WARNING or finding.code in tolerated for finding in found):
            defined = _define(bundle, drawn, parts, bundled, findings)
            definitions += [replace(definition, owner=environment.owner) for definition in defined]
    bundled |= {definition.key: definition for definition in definitions}
    return definitions, findings


def _read_parts(bundle: Bundle, environment: Environment, findings: list[Finding]) -> Parts:
    parts = Parts()
    for file, content in sorted(bundle.files.items()):
        if file.endswith(".dmn"):
            _read_decisions(content, file, environment, parts, findings)
        elif file.endswith(".form.json"):
            form, faults = parse_form(content, file, environment.feel)
            findings += faults
            if form is not None:
                findings += [_twice(file, "form", "表单", form.id)] if form.id in parts.forms else []
                parts.forms[form.id] = form
        elif file.endswith(".i18n.json"):
            parts.translations.update(_read_translations(content, file, findings))
        elif file.endswith("messages.json"):
            types, faults = read_message_types(content, file)
            findings += faults + [
                _twice(file, "message", "消息", name) for name in types if name in (parts.messages or {})
            ]
            parts.messages = {**(parts.messages or {}), **types}
    return parts


def _read_decisions(content: bytes, file: str, environment: Environment, parts: Parts, findings: list[Finding]) -> None:
    faults = guard.inspect(content, file)
    if not faults:
        decisions, faults = parse_decisions(content, file, environment.feel)
        faults = faults + [_twice(file, "decision", "决策", id_) for id_ in decisions if id_ in parts.decisions]
        parts.decisions.update(decisions)
    findings += faults


def _twice(file: str, kind: str, kind_zh: str, name: str) -> Finding:
    return Finding(
        Severity.ERROR,
        f"{kind}.twice",
        file,
        1,
        name,
        f"{kind_zh}“{name}”在另一文件中已有",
        f"the {kind} {name!r} is in another file already",
        "请改名或删去其中之一。",
        "Rename or delete one of them.",
    )


def _read_translations(content: bytes, file: str, findings: list[Finding]) -> Mapping[str, str]:
    try:
        texts: Any = orjson.loads(content)
    except ValueError as error:
        findings.append(_translations_fault(file, str(error)))
        return {}
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        findings.append(_translations_fault(file, "not an object of texts"))
        return {}
    return texts


def _translations_fault(file: str, reason: str) -> Finding:
    return Finding(
        Severity.ERROR,
        "i18n.malformed",
        file,
        1,
        None,
        f"译文文件格式错误：{reason}",
        f"malformed translations: {reason}",
        '应为 {"中文": "English", …}。',
        'It is {"中文": "English", …}.',
    )


def _read_diagrams(bundle: Bundle, findings: list[Finding]) -> list[Diagram]:
    diagrams = []
    for file, content in sorted(bundle.files.items()):
        if file.endswith(".bpmn"):
            faults = guard.inspect(content, file)
            findings += faults
            if not faults:
                diagrams.append(reading.read(content, file))
    return diagrams


def _define(
    bundle: Bundle, drawn: Diagram, parts: Parts, bundled: dict[str, Definition], findings: list[Finding]
) -> list[Definition]:
    definitions = []
    for process in drawn.executable:
        try:
            specification, inner = SpecificationReader(drawn, process).read()
        except ValidationException as error:
            # the checks should have said it in better words
            findings.append(_unreadable(drawn, process, str(error)))
            continue
        definitions.append(
            Definition(
                key=process.id,
                name=process.name,
                digest=bundle.digest,
                file=drawn.file,
                bpmn=bundle.files[drawn.file],
                process=specification,
                subprocesses=inner,
                elements={node.id: _element(node) for node in process.nodes.values()},
                forms=parts.forms,
                decisions=parts.decisions,
                properties=process.properties,
                translations=parts.translations,
                messages=parts.messages or {},
                starts=tuple(_starts(drawn, process)),
                bundled=bundled,
            )
        )
    return definitions


def _starts(drawn: Diagram, process: Process) -> Iterator[StartTrigger]:
    for node in (*process.start_events(process.id), *process.entries()):
        trigger = triggers.read(drawn, process, node)
        if trigger.kind:
            yield StartTrigger(
                element_id=node.id,
                kind=trigger.kind,
                name=trigger.name,
                variable=trigger.variable,
                correlation=trigger.correlation,
                expression=trigger.expression,
                unit=expression_of(node.properties.get("unit", "")),
            )


def _element(node: Node) -> Element:
    operator = node.extension("serviceTaskOperator") if node.type == "serviceTask" else None
    return Element(
        id=node.id,
        type=node.type,
        name=node.name,
        line=node.line,
        lane=node.lane,
        properties=node.properties,
        handler=None if operator is None else operator.get("id"),
        variable=node.extension_text("variableName") or None,
    )


def _unreadable(drawn: Diagram, process: Process, reason: str) -> Finding:
    return Finding(
        Severity.ERROR,
        "bpmn.unreadable",
        drawn.file,
        process.line,
        process.id,
        f"流程无法读取：{reason}",
        f"the process cannot be read: {reason}",
    )
