"""What a DMN file says, as data: boxed expressions, types and the graph of requirements. V8 runs it (model.js).

The fields and their names are the interface to web/assets/src/feel/{boxed,model,table,types}.js.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.feel.plain_decisions import PlainDecision


class HitPolicy(StrEnum):
    """DMN's names."""

    UNIQUE = "UNIQUE"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    FIRST = "FIRST"
    COLLECT = "COLLECT"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"

    @property
    def ordered_by_output(self) -> bool:
        """Whether the order of the allowed output values decides."""
        return self in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)


class Aggregation(StrEnum):
    """What COLLECT makes of the outputs."""

    SUM = "SUM"
    COUNT = "COUNT"
    MIN = "MIN"
    MAX = "MAX"


@dataclass(frozen=True, slots=True)
class Named:
    """A name with its type: a parameter, or a part of a structured type. `type` "": any."""

    name: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class ItemType:
    """An item definition. `allowed`: unary tests of each item; `whole`: of the value, a list included."""

    base: str = ""
    list: bool = False
    allowed: str = ""
    whole: str = ""
    parts: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Literal:
    """A FEEL expression."""

    text: str
    kind: str = "literal"


@dataclass(frozen=True, slots=True)
class InputColumn:
    """An input of a table: its expression, and what explanations call it."""

    text: str
    label: str
    type: str = ""
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """An output of a table. `ordered`: `allowed` lists the values, most important first, and decides."""

    name: str
    type: str = ""
    allowed: str = ""
    ordered: bool = False
    default: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of a decision table: a unary test an input (`-` or nothing: any), an expression an output."""

    tests: tuple[str, ...]
    outputs: tuple[str, ...]
    id: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A decision table. `name` is that of the decision, entry or knowledge model around it."""

    name: str
    policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[InputColumn, ...]
    outputs: tuple[OutputColumn, ...]
    rules: tuple[Rule, ...]
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a boxed context, or a binding of an invocation."""

    name: str
    type: str
    logic: Logic


@dataclass(frozen=True, slots=True)
class BoxedContext:
    """Entries that see the ones before them; the value is `result`, or the context of all entries."""

    entries: tuple[Entry, ...]
    result: Logic | None
    kind: str = "context"


@dataclass(frozen=True, slots=True)
class BoxedList:
    """A list of expressions."""

    items: tuple[Logic, ...]
    kind: str = "list"


@dataclass(frozen=True, slots=True)
class Relation:
    """A list of contexts with the same keys."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Logic, ...], ...]
    kind: str = "relation"


@dataclass(frozen=True, slots=True)
class Invocation:
    """A function called by name with named arguments."""

    callee: str
    bindings: tuple[Entry, ...]
    kind: str = "invocation"


@dataclass(frozen=True, slots=True)
class Function:
    """A function definition."""

    parameters: tuple[Named, ...]
    body: Logic
    kind: str = "function"


@dataclass(frozen=True, slots=True)
class Conditional:
    """Boxed if."""

    condition: Logic
    then: Logic
    otherwise: Logic
    kind: str = "conditional"


@dataclass(frozen=True, slots=True)
class Filter:
    """The items for which `match` holds; it sees `item` and what is in the item."""

    source: Logic
    match: Logic
    kind: str = "filter"


@dataclass(frozen=True, slots=True)
class Iteration:
    """Boxed `for`, `some` or `every`, as `kind` says, over the items of `source` as `name`."""

    kind: str
    name: str
    source: Logic
    body: Logic


Logic = (
    Literal
    | DecisionTable
    | BoxedContext
    | BoxedList
    | Relation
    | Invocation
    | Function
    | Conditional
    | Filter
    | Iteration
)


class NodeKind(StrEnum):
    """What stands in a requirements graph."""

    INPUT = "input"
    DECISION = "decision"
    KNOWLEDGE = "knowledge"
    SERVICE = "service"


@dataclass(slots=True)
class Node:
    """A node of the requirements graph; references are ids of nodes.

    Attributes:
        variable: the name under which others find its value.
        inputs: input data that it requires; for a service, its parameters.
        requires: decisions made first.
        knowledge: knowledge models and services that it may call.
        given, outputs: of a service, the decisions that the caller gives and those whose values are the result.
    """

    kind: NodeKind
    id: str
    name: str
    variable: str
    line: int
    type: str = ""
    logic: Logic | None = None
    inputs: list[str] = field(default_factory=list)
    requires: list[str] = field(default_factory=list)
    knowledge: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DecisionGraph:
    """A DMN file for V8: `text` is `{types, nodes}` as JSON, `key` its digest.

    `mentioned`: the names that texts of the file mention; no others need to cross. `plain`: the decisions that Python
    can make, by id, and None for those that it cannot; filled as they are asked for.
    """

    key: str
    text: str = field(repr=False)
    nodes: Mapping[str, Node] = field(repr=False, compare=False)
    mentioned: frozenset[str] = field(repr=False)
    plain: dict[str, PlainDecision | None] = field(default_factory=dict, repr=False, compare=False)
