"""A decision that can be made: in Python where it is plain, else in V8 (web/assets/src/feel/model.js)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.feel.core import NotPlain
from engine.feel.decided import DecisionResult, Hit, TableResult
from engine.feel.errors import DecisionConflict, DecisionValueRefused, FeelError
from engine.feel.logic import DecisionGraph
from engine.feel.plain_decisions import PlainDecision, compile_decision
from engine.feel.runtime import Feel
from engine.feel.values import unpack


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision, or a decision service, of a DMN file, checked.

    Attributes:
        variable: the name under which a decision that requires this one finds its value.
        needs: the variables that it needs, those of the decisions that it requires included.
        graph: the file that it stands in.
    """

    id: str
    name: str
    file: str
    line: int
    variable: str
    needs: frozenset[str]
    graph: DecisionGraph = field(repr=False)

    def evaluate(self, feel: Feel, variables: Mapping[str, Any], now: datetime) -> DecisionResult:
        """Make the decision.

        Raises:
            DecisionConflict: several rules hold where the hit policy allows one, or contradict each other.
            DecisionValueRefused: an input or a result is not of its type, or not one of the allowed values.
            FeelError: a cell cannot be evaluated.
        """
        plain = self._plain(feel)
        if plain is not None:
            try:
                return plain.make(variables)
            except NotPlain:
                pass  # V8 knows the value, or what is wrong with it
        return self._make_in_v8(feel, variables, now)

    def _plain(self, feel: Feel) -> PlainDecision | None:
        made = self.graph.plain
        if self.id not in made:
            made[self.id] = compile_decision(feel, self.graph, self.id)
        return made[self.id]

    def _make_in_v8(self, feel: Feel, variables: Mapping[str, Any], now: datetime) -> DecisionResult:
        answer = feel.decide(self.graph, self.id, variables, now)
        if answer.get("error") == "conflict":
            raise self._conflict(answer)
        if answer.get("error") == "value":
            raise DecisionValueRefused(self.id, answer)
        try:
            return self._result(answer)
        except ValueError as error:
            raise FeelError(f"决策“{self.name}”的结果超出范围：{error}", expression="") from error

    def names(self, feel: Feel) -> set[str]:
        """Return the variables that the decision needs, those of the decisions it requires included."""
        return set(self.needs)

    def _conflict(self, answer: Mapping[str, Any]) -> DecisionConflict:
        listed = "、".join(map(str, answer["rules"]))
        return DecisionConflict(
            f"决策“{answer['table']}”的第 {listed} 条规则与命中策略 {answer['policy']} 冲突",
            decision=self.id,
            rules=answer["rules"],
            expression="",
        )

    def _result(self, answer: Mapping[str, Any]) -> DecisionResult:
        made: dict[str, DecisionResult] = {}
        for step in answer["steps"]:
            tables = [(_table(told), told["own"]) for told in step["tables"]]
            made[step["id"]] = DecisionResult(
                value=unpack(step["value"]),
                hits=next((table.hits for table, own in tables if own), []),
                id=step["id"],
                name=self.graph.nodes[step["id"]].name,
                tables=[table for table, _ in tables],
                requires=[made[each] for each in step["requires"] if each in made],
            )
        if self.id in made:
            return made[self.id]
        outputs = [made[each] for each in self.graph.nodes[self.id].outputs if each in made]
        return DecisionResult(unpack(answer["value"]), [], self.id, self.name, [], outputs)


def _table(told: Mapping[str, Any]) -> TableResult:
    inputs = {label: unpack(value) for label, value in told["inputs"]}
    hits = [
        Hit(
            hit["rule"],
            hit["id"],
            hit["description"],
            inputs,
            {name: unpack(value) for name, value in hit["outputs"]},
        )
        for hit in told["hits"]
    ]
    return TableResult(told["name"], inputs, hits)
