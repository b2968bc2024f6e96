"""A decision that can be made: a decision table or a literal expression, and the decisions it requires."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.feel.errors import DecisionConflict
from engine.feel.hit_policy import Aggregation, Conflict, HitPolicy, aggregate, single
from engine.feel.runtime import Feel, Table


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
class DecisionResult:
    """The value of a decision and the rules it comes from.

    `value` is the value of the one output, or a dict of them by name; a list of these for COLLECT (without
    aggregation), RULE ORDER and OUTPUT ORDER. None when no rule holds and there is no default.
    """

    value: Any
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class Output:
    """A column of outputs. `order` lists the allowed values, most important first; `default` is FEEL."""

    name: str
    order: tuple[Any, ...] = ()
    default: str = ""


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A decision table. `rules` gives id and description of each row of `table`; `labels` name the inputs."""

    policy: HitPolicy
    aggregation: Aggregation | None
    labels: tuple[str, ...]
    outputs: tuple[Output, ...]
    table: Table
    rules: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of a DMN file, checked.

    Attributes:
        logic: the table, or the text of a literal expression.
        variable: the name under which a decision that requires this one finds its value.
        requires: decisions made first, over the same variables.
    """

    id: str
    name: str
    file: str
    line: int
    logic: DecisionTable | str
    variable: str
    requires: tuple[Decision, ...] = field(default=())

    def evaluate(self, feel: Feel, variables: Mapping[str, Any], now: datetime) -> DecisionResult:
        """Make the decision.

        Raises:
            DecisionConflict: several rules hold where the hit policy allows one, or contradict each other.
            FeelError: a cell cannot be evaluated.
        """
        known = {**variables}
        for required in self.requires:
            known[required.variable] = required.evaluate(feel, known, now).value
        if isinstance(self.logic, str):
            return DecisionResult(feel.evaluate(self.logic, known, now), [])
        return self._evaluate_table(self.logic, feel, known, now)

    def names(self, feel: Feel) -> set[str]:
        """Return the variables that the decision needs, those of the decisions it requires included."""
        own = {variable for text, unary in self._cells() for variable in feel.names(text, unary=unary)}
        given = {required.variable for required in self.requires}
        return (own - given).union(*(required.names(feel) for required in self.requires))

    def _cells(self) -> Iterator[tuple[str, bool]]:
        if isinstance(self.logic, str):
            yield self.logic, False
            return
        yield from self.logic.table.cells()
        yield from ((output.default, False) for output in self.logic.outputs if output.default)

    def _evaluate_table(
        self, logic: DecisionTable, feel: Feel, variables: Mapping[str, Any], now: datetime
    ) -> DecisionResult:
        match = feel.match(logic.table, variables, now)
        names = [output.name for output in logic.outputs]
        inputs = dict(zip(logic.labels, match.inputs, strict=True))
        hits = [
            Hit(index + 1, *logic.rules[index], inputs, dict(zip(names, outputs, strict=True)))
            for index, outputs in match.hits
        ]
        if not hits and any(output.default for output in logic.outputs):
            defaults = feel.evaluate_all([output.default or "null" for output in logic.outputs], variables, now)
            value = _bare(dict(zip(names, defaults, strict=True)))
            return DecisionResult([value] if _gives_list(logic) else value, [])
        try:
            return DecisionResult(_result(logic, hits), hits)
        except Conflict as error:
            raise self._conflict(logic, hits) from error

    def _conflict(self, logic: DecisionTable, hits: list[Hit]) -> DecisionConflict:
        rules = [hit.rule for hit in hits]
        listed = "、".join(map(str, rules))
        return DecisionConflict(
            f"决策“{self.name}”的第 {listed} 条规则与命中策略 {logic.policy} 冲突",
            decision=self.id,
            rules=rules,
            expression="",
        )


def _gives_list(logic: DecisionTable) -> bool:
    return logic.policy.many and logic.aggregation is None


def _bare(outputs: Mapping[str, Any]) -> Any:
    return dict(outputs) if len(outputs) != 1 else next(iter(outputs.values()))


def _result(logic: DecisionTable, hits: list[Hit]) -> Any:
    def rank(outputs: Mapping[str, Any]) -> tuple[int, ...]:
        return tuple(_position(output, outputs[output.name]) for output in logic.outputs if output.order)

    found = [hit.outputs for hit in hits]
    if logic.aggregation is not None:
        return aggregate(logic.aggregation, [_bare(outputs) for outputs in found])
    if logic.policy.many:
        ordered = sorted(found, key=rank) if logic.policy is HitPolicy.OUTPUT_ORDER else found
        return [_bare(outputs) for outputs in ordered]
    return _bare(single(logic.policy, found, rank)) if found else None


def _position(output: Output, value: Any) -> int:
    try:
        return output.order.index(value)
    except ValueError:
        raise Conflict from None
