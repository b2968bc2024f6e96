"""What a decision came to, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that held, for the answer to *why*.

    Attributes:
        rule: its number in the table, from 1.
        inputs: label or expression of each input → its value.
        outputs: name of each output → its value.
    """

    rule: int
    rule_id: str
    description: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TableResult:
    """A table that was evaluated on the way; `name` is the decision, entry or knowledge model that holds it."""

    name: str
    inputs: Mapping[str, Any]
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """The value of a decision and the rules it comes from.

    Attributes:
        value: the value of the one output, or a dict of them by name; a list of these for COLLECT (without
            aggregation), RULE ORDER and OUTPUT ORDER. None when no rule holds and there is no default.
        hits: the rules of the decision's own table that held; empty when it is no table.
        tables: all tables evaluated for it, those of its entries and of knowledge models included.
        requires: the results of the decisions that it requires.
    """

    value: Any
    hits: list[Hit]
    id: str = ""
    name: str = ""
    tables: list[TableResult] = field(default_factory=list)
    requires: list[DecisionResult] = field(default_factory=list)
