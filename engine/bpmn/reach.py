"""What a token can come to: the parallel splits around a node, and the joins that would wait in vain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.bpmn.events import Attachment, FirstEvent
from engine.bpmn.gateways import ChoiceGateway, ForkGateway, Join
from engine.bpmn.nodes import Start

CHOOSING = (ChoiceGateway, FirstEvent, Attachment, Start)
"""Nodes with several ways out of which the token takes one; or that only hold others together."""


def enclosing(specification: Any, name: str) -> set[str]:
    """Return the names of the splits from which a token comes to a node without passing a join."""
    return {
        spec.name
        for spec in specification.task_specs.values()
        if len(spec.outputs) > 1 and not isinstance(spec, CHOOSING) and name in _reached(spec.outputs, past_joins=False)
    }


def _reached(start: Iterable[Any], *, past_joins: bool = True, without: Any = None) -> set[str]:
    seen: set[str] = set()
    ahead = list(start)
    while ahead:
        spec = ahead.pop()
        if spec.name in seen or spec is without:
            continue
        seen.add(spec.name)
        if past_joins or not (isinstance(spec, Join) and len(spec.inputs) > 1):
            ahead.extend(spec.outputs)
    return seen


class Marking:
    """Where the tokens of one scope are."""

    def __init__(self, specification: Any) -> None:
        self._specs = specification.task_specs
        self._places: list[Any] = []
        self._arrived: dict[str, set[str]] = {}

    def put(self, name: str, arrived: str | None) -> None:
        """Put a token at a node; at a join, `arrived` says from which node it came."""
        if arrived is None:
            self._places.append(self._specs[name])
        else:
            self._arrived.setdefault(name, set()).add(arrived)

    def stalled(self) -> set[str]:
        """Return the parallel joins that a token has come or can come to, and at which another can never arrive."""
        joins = [spec for spec in self._specs.values() if isinstance(spec, ForkGateway) and len(spec.inputs) > 1]
        held = [self._specs[name] for name in self._arrived]
        return {join.name for join in joins if self._stalls(join, held)}

    def _stalls(self, join: Any, held: list[Any]) -> bool:
        others = [*self._places, *(spec for spec in held if spec is not join)]
        coming = _reached(others, without=join)
        inputs = {spec.name for spec in join.inputs}
        arrived = self._arrived.get(join.name, set())
        concerned = bool(arrived or inputs & coming)
        return concerned and (not inputs <= coming | arrived or not arrived <= inputs)
