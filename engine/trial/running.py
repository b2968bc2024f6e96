"""From a file and what is asked of it to a trial: rewrites, parses, refuses, runs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from marshmallow import Schema, fields

from engine.bpmn import guard, timers
from engine.bpmn.checks import REFERENCES
from engine.bpmn.definition import Definition, StartTrigger
from engine.bpmn.environment import Environment
from engine.bpmn.parser import parse
from engine.bpmn.timers import BadTimer
from engine.bundle import Bundle
from engine.clock import FixedClock
from engine.declaration import Handler
from engine.feel.errors import FeelError
from engine.feel.runtime import Feel
from engine.findings import Finding, Severity
from engine.trial.lines import Line, Tracer
from engine.trial.portable import Portable, ids_of, rewrite
from engine.trial.trial import REFUSED, Given, Script, Trial

TOLERATED = REFERENCES | {
    "gateway.default-missing",
    "flow.condition-only",
    "flow.dead-end",
    "flow.unreachable",
    "flow.endless",
    "event.end-missing",
    "event.start-count",
    "event.error-never",
    "lane.missing",
    "lane.incomplete",
    "loop.endless",
    "start.timer",
    "feel.name-unknown",
}
"""Errors that a trial may meet when it comes to them, or never; a deployment is refused for them."""


@dataclass(frozen=True)
class Wish:
    """What a trial is asked to do.

    Attributes:
        file, content: the diagram; `beside`: files of the same folder, decisions and other processes.
        process: id of the process, "" for the first that is executable.
        variables: what it is started with.
        now: when.
        ignore_scripts: whether scripts and what else is not FEEL are traced and not run.
        trace: whether all lines are written, or those alone that say how it ended.
    """

    file: str
    content: bytes
    now: datetime
    beside: Mapping[str, bytes] = field(default_factory=dict)
    process: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)
    completions: tuple[Given, ...] = ()
    messages: tuple[Given, ...] = ()
    advances: tuple[timedelta, ...] = ()
    complete_all: bool = False
    ignore_scripts: bool = False
    trace: bool = True


def run(wish: Wish, feel: Feel, write: Callable[[Line], None]) -> int:
    """Run a trial, give each line to `write`, and return the exit code."""
    clock = FixedClock(wish.now)
    tracer = Tracer(write, clock, quiet=not wish.trace)
    faults = guard.inspect(wish.content, wish.file)
    if faults:
        return _refuse(faults, tracer)
    diagrams, others = _sound_xml(wish)
    decisions = [
        content for file, content in others.items() if file.endswith(".dmn") and not guard.inspect(content, file)
    ]
    known = frozenset(id_ for content in (*diagrams.values(), *decisions) for id_ in ids_of(content))
    rewritten = {
        file: rewrite(content, feel, ignore_scripts=wish.ignore_scripts, known=known)
        for file, content in diagrams.items()
    }
    portable = rewritten[wish.file]
    tracer.types = portable.types
    environment = Environment(feel, clock, _handlers(rewritten.values()))
    bundle = Bundle("trial", others | {file: each.content for file, each in rewritten.items()})
    definitions, findings = parse(bundle, environment, TOLERATED)
    findings = [_at_its_line(finding, wish.file, portable) for finding in findings]
    key = wish.process or next(iter(portable.processes), "")
    definition = next((each for each in definitions if each.key == key and each.file == wish.file), None)
    if definition is None or _refused(findings, definition):
        return _refuse(_grounds(findings) or [_no_process(wish, key)], tracer)
    at, begun, messages = _start(definition, wish.messages)
    script = Script(list(wish.completions), deque(messages), wish.complete_all, deque(wish.advances), portable.ignored)
    if begun is not None:
        tracer.say("message", at, code=begun.message, data=dict(begun.values))
    variables = {**wish.variables, **({} if begun is None else begun.values)}
    trial = Trial(definition, environment, clock, script, tracer)
    timed = _first_due(definition, environment) if begun is None and wish.advances else None
    if timed is None:
        return trial.run(variables, at)
    start, due = timed
    return trial.run_at(due, {**variables, **({start.variable: due} if start.variable else {})}, start.element_id)


def _refused(findings: list[Finding], definition: Definition) -> bool:
    """What is wrong with other files of the folder is no matter until they are called."""
    return any(finding.file == definition.file for finding in _grounds(findings))


def _errors(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def _grounds(findings: list[Finding]) -> list[Finding]:
    """Return the errors for which it is refused, not those that a trial tolerates."""
    return [finding for finding in _errors(findings) if finding.code not in TOLERATED]


def _refuse(findings: list[Finding], tracer: Tracer) -> int:
    for finding in findings:
        tracer.refuse(finding)
    return REFUSED


def _sound_xml(wish: Wish) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return the diagrams that can be read, the one that is tried among them, and the other files."""
    beside = {file: content for file, content in wish.beside.items() if file.endswith(".bpmn")}
    diagrams = {file: content for file, content in beside.items() if not guard.inspect(content, file)}
    others = {file: content for file, content in wish.beside.items() if file not in beside}
    return {**diagrams, wish.file: wish.content}, others


def _handlers(portables: Iterable[Portable]) -> dict[str, Handler]:
    """Every handler that is named exists in a trial, takes what it is given, and returns nothing."""
    given: dict[str, set[str]] = {}
    for portable in portables:
        for id_, names in portable.handlers.items():
            given.setdefault(id_, set()).update(names)
    return {id_: Handler(id_, id_, _schema(names), _schema(set())) for id_, names in given.items()}


def _schema(names: set[str]) -> type[Schema]:
    return Schema.from_dict({name: fields.Raw() for name in names if name.isidentifier()}, name="Trial")


def _at_its_line(finding: Finding, file: str, portable: Portable) -> Finding:
    """The rewritten file has other lines than the one that was given."""
    if finding.file != file:
        return finding
    return Finding(
        finding.severity,
        finding.code,
        finding.file,
        portable.lines.get(finding.element_id or "", 0),
        finding.element_id,
        finding.message_zh,
        finding.message_en,
        finding.hint_zh,
        finding.hint_en,
    )


def _no_process(wish: Wish, key: str) -> Finding:
    return Finding(
        Severity.ERROR,
        "process.none",
        wish.file,
        0,
        key or None,
        f"文件中没有流程“{key}”" if key else "文件中没有流程",
        f"the file has no process {key!r}" if key else "the file has no process",
    )


def _first_due(definition: Definition, environment: Environment) -> tuple[StartTrigger, datetime] | None:
    """Return the timer that starts the process first, and when; None where something else may start it."""
    events = [each for each in definition.elements.values() if each.type == "startEvent"]
    timed = [start for start in definition.starts if start.kind == "timer"]
    outermost = [event for event in events if event.id in definition.process.task_specs]
    now, found = environment.clock.now(), []
    for start in timed if len(timed) == len(outermost) else ():
        literal = timers.is_literal(start.expression)
        with suppress(BadTimer, FeelError):  # a time that needs variables: it is started by hand
            value = start.expression if literal else environment.feel.evaluate(start.expression, {}, now)
            schedule = timers.schedule(value, now).since(now)
            found += [(start, schedule.due_at)] if schedule is not None else []
    return min(found, key=lambda each: each[1], default=None)


def _start(definition: Definition, messages: tuple[Given, ...]) -> tuple[str, Given | None, tuple[Given, ...]]:
    """Return the start event, the message that it happens by if the first one does, and the messages that are left."""
    specifications = definition.process.task_specs
    starts = [id_ for id_, each in definition.elements.items() if each.type == "startEvent" and id_ in specifications]
    if messages and messages[0].element in starts:
        return messages[0].element, messages[0], messages[1:]
    plain = [id_ for id_ in starts if not specifications[id_].trigger.kind]
    return next(iter([*plain, *starts]), ""), None, messages
