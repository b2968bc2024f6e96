"""What an event waits for, or throws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.bpmn.diagram import Diagram, Node, Process
from engine.bpmn.dialect import bpmn, spiff
from engine.bpmn.markup import expression_of, text_of

REFERENCES = {
    "message": "messageRef",
    "signal": "signalRef",
    "error": "errorRef",
    "escalation": "escalationRef",
    "compensate": "activityRef",
}
"""Kind of event → the attribute of its definition that says which message, error …"""
_PAYLOADS = ("payloadExpression", "messagePayload")
_VARIABLES = ("messageVariable", "variableName")


@dataclass(frozen=True, slots=True)
class Trigger:
    """What an event waits for, or throws.

    Attributes:
        kind: timer, message, signal, error, escalation, conditional, link, compensate, cancel, terminate; "" is none.
        name: of the message or signal, code of the error or escalation ("" catches any), id of the activity that is
            to be compensated ("" is all).
        expression: FEEL or an ISO literal of a timer, FEEL of a condition.
        correlation: FEEL; a message meets the catcher with the same name and the same value.
        payload: FEEL; what the thrown event carries.
        variable: takes what the event carries; "": its entries become variables.
    """

    kind: str = ""
    name: str = ""
    expression: str = ""
    correlation: str = ""
    payload: str = ""
    variable: str = ""


NONE = Trigger()


def read(diagram: Diagram, process: Process, node: Node) -> Trigger:
    """Return what an event, a send or receive task, or an event subprocess waits for or throws, or the first of it."""
    return next(iter(read_all(diagram, process, node)), NONE)


def read_all(diagram: Diagram, process: Process, node: Node) -> list[Trigger]:
    """Return all that an event with several definitions waits for or throws."""
    if node.handles_event:
        return read_all(diagram, process, process.start_events(node.id)[0])
    definitions = [("message", node.element)] if node.type in ("receiveTask", "sendTask") else node.definitions
    return [read_one(diagram, node, kind, definition) for kind, definition in definitions]


def read_one(diagram: Diagram, node: Node, kind: str, definition: Any) -> Trigger:
    """Return what one event definition of a node says."""
    reference = definition.get(REFERENCES[kind], "") if kind in REFERENCES else ""
    places = [node.element, definition, diagram.declared.get(reference)]
    return Trigger(
        kind=kind,
        name=reference if kind == "compensate" else diagram.names.get(reference, ""),
        expression=_expression(kind, definition),
        correlation=expression_of(node.properties.get("correlation", "")),
        payload=expression_of(_extension(places, _PAYLOADS)),
        variable=_extension(places, _VARIABLES),
    )


def _expression(kind: str, definition: Any) -> str:
    """A timer's date, duration or cycle: what its expression gives decides, see engine.bpmn.timers."""
    if kind == "timer":
        return next(expression_of(text_of(child)) for child in definition if text_of(child))
    return expression_of(text_of(definition.find(bpmn("condition")))) if kind == "conditional" else ""


def _extension(places: list[Any], names: tuple[str, ...]) -> str:
    """Return the text of the first extension element: at the event, its definition, or the declared message."""
    for place in places:
        for name in names:
            found = None if place is None else place.find(f"{bpmn('extensionElements')}/{spiff(name)}")
            if text_of(found):
                return text_of(found)
    return ""
