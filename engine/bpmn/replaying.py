"""Asking the gateways that an instance has passed once more, by another version: would it have gone the same way?

Each is asked with the variables that its conditions had then, as the history kept them; a name that only the new
version asks for is taken from what people and handlers gave before, as far as nothing else may have changed it since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.bpmn.definition import Definition
from engine.bpmn.environment import Environment
from engine.bpmn.gateways import ChoiceGateway
from engine.bpmn.nodes import FlowNode, ParkedTask, PersonTask, Way
from engine.bpmn.rekeying import Rekeying
from engine.errors import EngineError

DECIDED = "gateway.decided"
_GIVING = ("task.completed", "job.done")
_CHANGING = ("message.received", "signal.received", "variables.edited", "step.done", "step.skipped", "event.passed")


@dataclass(frozen=True, slots=True)
class Past:
    """A row of the history: `detail` with its values unpacked."""

    event: str
    element_id: str
    at: datetime
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Branch:
    """A gateway at which the new version goes another way.

    Attributes:
        then, now: ids of the flows taken, and of those that would be.
        condition: what decides now, in FEEL; "" for the default flow.
        message: the same in words.
    """

    element_id: str
    then: tuple[str, ...]
    now: tuple[str, ...]
    condition: str
    message: str


@dataclass(slots=True)
class Replay:
    """What came of it. `unclear`: the gateways that could not be asked, and why."""

    branches: list[Branch] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)


def replay(rekeying: Rekeying, environment: Environment, history: Iterable[Past]) -> Replay:
    """Ask the gateways of a history, oldest first; one that was passed several times is told of once a way."""
    found = Replay()
    known: dict[str, Any] = {}
    for past in history:
        if past.event == DECIDED:
            known |= past.detail["over"]
            _ask(rekeying, environment, past, known, found)
        elif past.event in _GIVING:
            _give(rekeying.old, past, known)
        elif past.event in _CHANGING:
            known.clear()  # it may have changed whatever it liked
    return found


def _give(old: Definition, past: Past, known: dict[str, Any]) -> None:
    spec = _spec(old, past.element_id)
    if not isinstance(spec, PersonTask | ParkedTask) or "error" in past.detail:
        known.clear()
    elif spec.variable:
        known[spec.variable] = dict(past.detail)
    elif isinstance(spec, PersonTask):
        known |= past.detail


def _ask(rekeying: Rekeying, environment: Environment, past: Past, known: Mapping[str, Any], found: Replay) -> None:
    name = rekeying.rename(past.element_id)
    spec, before = _spec(rekeying.new, name), _spec(rekeying.old, past.element_id)
    if spec is None or before is None or not any(way.condition for way in spec.ways):
        _note(found.unclear, f"网关“{past.element_id}”在新版本中没有对应的分支条件")
        return
    if _rule(spec) == _rule(before):
        return  # the same is asked of the same values, whether the history has them or they were too large for it
    names = set().union(*(environment.feel.names(way.condition) for way in spec.ways if way.condition))
    missing = sorted(names - set(known))
    if missing:
        _note(found.unclear, f"网关“{name}”的条件用到当时没有记录的变量：{'、'.join(missing)}")
        return
    try:
        now = list(_taken(spec, environment, known, past.at))
    except EngineError as error:
        _note(found.unclear, f"网关“{name}”的条件无法计算：{error}")
        return
    then = [way for way in before.ways if way.flow in past.detail["flows"]]
    if not _same(rekeying, then, now):
        _note(found.branches, _branch(name, then, now))


def _taken(spec: FlowNode, environment: Environment, known: Mapping[str, Any], at: datetime) -> Iterator[Way]:
    """Give the ways that a node would take, by the rule of its kind."""
    asked = [way for way in spec.ways if way.condition]
    answers = environment.feel.evaluate_all([str(way.condition) for way in asked], known, at)
    holding = [way for way, answer in zip(asked, answers, strict=True) if answer is True]
    if isinstance(spec, ChoiceGateway):
        holding = holding[:1]
    else:
        holding += [way for way in spec.ways if way.condition is None and not way.is_default]
    yield from holding or [way for way in spec.ways if way.is_default]


def _rule(spec: FlowNode) -> tuple[type, list[tuple[str, str | None, bool]]]:
    return type(spec), [(way.flow, way.condition, way.is_default) for way in spec.ways]


def _same(rekeying: Rekeying, then: Sequence[Way], now: Sequence[Way]) -> bool:
    """Return whether these are the same ways: flows of the same ids, or to the same elements."""
    by_target = {rekeying.rename(way.target) for way in then} == {way.target for way in now}
    return by_target or {way.flow for way in then} == {way.flow for way in now}


def _branch(name: str, then: Sequence[Way], now: Sequence[Way]) -> Branch:
    condition = "；".join(way.condition for way in now if way.condition)
    before, after = (tuple(way.flow for way in ways) for ways in (then, now))
    why = f"（{condition}）" if condition else "（默认）"
    message = f"网关“{name}”：当时走 {'、'.join(before) or '—'}，新版本会走 {'、'.join(after) or '—'}{why}"
    return Branch(name, before, after, condition, message)


def _spec(definition: Definition, name: str) -> Any:
    """Return the node of an element, in the process or one of its subprocesses; None when there is none."""
    scopes = (definition.process, *definition.subprocesses.values())
    return next((scope.task_specs[name] for scope in scopes if name in scope.task_specs), None)


def _note(notes: list[Any], note: Any) -> None:
    if note not in notes:
        notes.append(note)
