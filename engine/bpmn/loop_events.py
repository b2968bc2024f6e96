"""Events that a multi-instance activity throws when its instances are done: behavior None, One and Complex."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.bpmn import triggers
from engine.bpmn.diagram import Diagram, Node, definitions_of
from engine.bpmn.dialect import bpmn
from engine.bpmn.markup import expression_of, text_of
from engine.bpmn.multi_instance import Behavior

REFERENCES = {"None": "noneBehaviorEventRef", "One": "oneBehaviorEventRef"}
"""Behavior → the attribute that says which event definition, of those beside the processes, is thrown."""
THROWN = ("message", "signal", "escalation")


def read(diagram: Diagram, node: Node) -> tuple[Behavior, ...]:
    """Return what a multi-instance activity that was checked throws."""
    return tuple(
        Behavior(triggers.read_one(diagram, node, kind, definition), condition, first)
        for kind, definition, condition, first in thrown(node)
    )


def thrown(node: Node) -> Iterator[tuple[str, Any, str, bool]]:
    """Give kind and definition of each event, its condition, and whether the first instance alone throws it."""
    loop = node.loop
    behavior = "All" if loop is None else loop.get("behavior", "All")
    if behavior in REFERENCES:
        wanted = loop.get(REFERENCES[behavior])
        shared = loop.getroottree().getroot()
        for kind, definition in definitions_of(shared):
            if wanted and definition.get("id") == wanted:
                yield kind, definition, "", behavior == "One"
    elif behavior == "Complex":
        for each in loop.findall(bpmn("complexBehaviorDefinition")):
            condition = expression_of(text_of(each.find(bpmn("condition"))))
            for event in each.findall(bpmn("event")):
                for kind, definition in definitions_of(event):
                    yield kind, definition, condition, False
