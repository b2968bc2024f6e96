"""Plain decisions in Python: tables and literal expressions whose texts are all of the core, made without crossing.

V8 remains the measure: what is not plain, in the text or in a value, and every fault, raises `NotPlain`, and V8 makes
the decision (`engine.feel.decision`). Work is bounded by the number of cells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.feel.core import NotPlain, Run, is_plain, plain_value
from engine.feel.decided import DecisionResult, Hit, TableResult
from engine.feel.logic import DecisionGraph, DecisionTable, HitPolicy, InputColumn, Literal, Node, NodeKind, Rule
from engine.feel.plain_tests import Test, compile_tests
from engine.feel.runtime import IRRELEVANT, Feel

Variables = Mapping[str, Any]
Made = dict[str, DecisionResult]
Make = Callable[[Variables, Made], tuple[Any, list[TableResult]]]

_POLICIES = {HitPolicy.UNIQUE, HitPolicy.FIRST, HitPolicy.ANY, HitPolicy.COLLECT, HitPolicy.RULE_ORDER}
_LISTING = {HitPolicy.COLLECT, HitPolicy.RULE_ORDER}
_KINDS: Mapping[str, tuple[type, ...]] = {
    "": (bool, int, float, str),
    "Any": (bool, int, float, str),
    "number": (int, float),
    "string": (str,),
    "boolean": (bool,),
}
"""Types of DMN whose values are plain → their types here."""


@dataclass(frozen=True, slots=True)
class PlainDecision:
    """A decision with all that it requires, in the order in which they are made.

    Attributes:
        types: of the input data, by variable.
        mentioned: the names that texts of the file mention.
        names: id of a decision → the variable that holds its value.
    """

    steps: Sequence[tuple[Node, Make]]
    types: Mapping[str, str]
    mentioned: frozenset[str]
    names: Mapping[str, str]

    def make(self, variables: Variables) -> DecisionResult:
        """Make the decision.

        Raises:
            NotPlain: a value is none that the core knows, or there is a fault.
        """
        if not all(map(is_plain, variables)):
            raise NotPlain
        known = {name: value for name, value in variables.items() if name in self.mentioned}
        for name, kind in self.types.items():
            known[name] = _conform(known.get(name), kind)
        made: dict[str, DecisionResult] = {}
        for node, make in self.steps:
            # a decision sees the variables and what it requires itself, not what others require
            seen = {**known, **{self.names[each]: made[each].value for each in node.requires}}
            value, tables = make(seen, made)
            hits = tables[0].hits if tables else []
            requires = [made[each] for each in node.requires]
            made[node.id] = DecisionResult(value, hits, node.id, node.name, tables, requires)
        return made[self.steps[-1][0].id]


def compile_decision(feel: Feel, graph: DecisionGraph, target: str) -> PlainDecision | None:
    """Return a decision of a checked file that is plain, with all that it requires; None for any other."""
    if not all(is_plain(node.variable) for node in graph.nodes.values()):
        return None  # such names change how a text is read
    steps: dict[str, tuple[Node, Make]] = {}
    types: dict[str, str] = {}
    try:
        _collect(feel, graph, graph.nodes[target], steps, types)
    except NotPlain:
        return None
    names = {node.id: node.variable for node, _ in steps.values()}
    return PlainDecision(list(steps.values()), types, graph.mentioned, names)


def _collect(
    feel: Feel, graph: DecisionGraph, node: Node, steps: dict[str, tuple[Node, Make]], types: dict[str, str]
) -> None:
    if node.id in steps:
        return
    if node.kind is not NodeKind.DECISION or node.knowledge:
        raise NotPlain
    for each in node.inputs:
        types[graph.nodes[each].variable] = _basic(graph.nodes[each].type)
    for each in node.requires:
        _collect(feel, graph, graph.nodes[each], steps, types)
    steps[node.id] = node, _logic(feel, node)


def _logic(feel: Feel, node: Node) -> Make:
    kind = _basic(node.type)
    match node.logic:
        case Literal(text):
            run = _core(feel, text)
            return lambda variables, made: (_conform(run(variables), kind), [])
        case DecisionTable() as table if table.policy in _POLICIES and table.aggregation is None:
            return PlainTable(feel, table, kind).make
        case _:
            raise NotPlain


class PlainTable:
    """A decision table in Python."""

    def __init__(self, feel: Feel, table: DecisionTable, kind: str) -> None:
        """Compile a table; `kind` is the type of the decision around it. Raises NotPlain."""
        if kind and (table.policy in _LISTING or len(table.outputs) != 1):
            raise NotPlain
        self._table = table
        self._kind = kind
        self._inputs = [_input(feel, column) for column in table.inputs]
        self._rules = [_rule(feel, rule) for rule in table.rules]
        self._kinds = [_basic(output.type) for output in table.outputs]
        self._allowed = [_allowed(output.allowed) for output in table.outputs]
        self._defaults = [_core(feel, output.default) if output.default else None for output in table.outputs]

    def make(self, variables: Variables, made: Made) -> tuple[Any, list[TableResult]]:
        """Return the value and what to say of the table; raise NotPlain."""
        values = [read(variables) for read in self._inputs]
        inputs = {column.label: value for column, value in zip(self._table.inputs, values, strict=True)}
        hits = []
        for number, (tests, outputs) in enumerate(self._rules):
            if all(test is None or test(value) for test, value in zip(tests, values, strict=True)):
                hits.append(self._hit(number, inputs, [self._output(at, run, variables) for at, run in outputs]))
                if self._table.policy is HitPolicy.FIRST:
                    break
        told = TableResult(self._table.name, inputs, hits)
        return self._value(hits, variables), [told]

    def _output(self, at: int, run: Run, variables: Variables) -> Any:
        return _permit(_conform(run(variables), self._kinds[at]), self._allowed[at])

    def _hit(self, number: int, inputs: Variables, values: Sequence[Any]) -> Hit:
        rule = self._table.rules[number]
        outputs = {column.name: value for column, value in zip(self._table.outputs, values, strict=True)}
        return Hit(number + 1, rule.id, rule.description, inputs, outputs)

    def _value(self, hits: Sequence[Hit], variables: Variables) -> Any:
        listing = self._table.policy in _LISTING
        if not hits and any(self._defaults):
            default = self._bare([run(variables) if run else None for run in self._defaults])
            return [default] if listing else _conform(default, self._kind) if self._kind else default
        values = [self._bare(list(hit.outputs.values())) for hit in hits]
        if listing:
            return values
        if not values:
            return None
        if len(values) > 1 and (self._table.policy is HitPolicy.UNIQUE or not _alike(values)):
            raise NotPlain  # V8 says which rules are in conflict
        return _conform(values[0], self._kind) if self._kind else values[0]

    def _bare(self, values: Sequence[Any]) -> Any:
        if len(values) == 1:
            return values[0]
        return {column.name: value for column, value in zip(self._table.outputs, values, strict=True)}


def _input(feel: Feel, column: InputColumn) -> Run:
    run, kind, allowed = _core(feel, column.text), _basic(column.type), _allowed(column.allowed)
    return lambda variables: _permit(_conform(run(variables), kind), allowed)


def _rule(feel: Feel, rule: Rule) -> tuple[list[Test | None], list[tuple[int, Run]]]:
    tests = [None if text in IRRELEVANT else _tests(text) for text in rule.tests]
    return tests, [(at, _core(feel, text or "null")) for at, text in enumerate(rule.outputs)]


def _tests(text: str) -> Test:
    test = compile_tests(text)
    if test is None:
        raise NotPlain
    return test


def _allowed(text: str) -> Test | None:
    return _tests(text) if text else None


def _core(feel: Feel, text: str) -> Run:
    core = feel.parse(text).core
    if core is None:
        raise NotPlain
    return core


def _basic(kind: str) -> str:
    if kind not in _KINDS:
        raise NotPlain
    return kind


def _conform(value: Any, kind: str) -> Any:
    """Return a value of a type as it comes back from V8; raise NotPlain for a fault, or one that is converted."""
    if value is not None and type(value) not in _KINDS[kind]:
        raise NotPlain
    return plain_value(value)


def _permit(value: Any, allowed: Test | None) -> Any:
    if value is not None and allowed is not None and not allowed(value):
        raise NotPlain
    return value


def _alike(values: Sequence[Any]) -> bool:
    # whether contexts, or values of unlike kinds, are equal, is for V8 to say
    first = values[0]
    return type(first) is not dict and all(type(value) is type(first) and value == first for value in values)
