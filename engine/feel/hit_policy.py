"""From the rules that hold to the result of a decision table: hit policies (DMN 1.5, 8.2.10) and their checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

Outputs = Mapping[str, Any]
"""Output name → value, of one rule."""


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

    @property
    def many(self) -> bool:
        """Whether the result is a list."""
        return self in (HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER)


class Aggregation(StrEnum):
    """What COLLECT makes of the outputs."""

    SUM = "SUM"
    COUNT = "COUNT"
    MIN = "MIN"
    MAX = "MAX"


class Conflict(Exception):
    """The rules that hold contradict the hit policy."""


def single(policy: HitPolicy, hits: Sequence[Outputs], rank: Callable[[Outputs], tuple[int, ...]]) -> Outputs:
    """Return the outputs that a single-hit policy chooses among one or more hits.

    Raises:
        Conflict: UNIQUE with several hits, ANY with different outputs.
    """
    if policy is HitPolicy.UNIQUE and len(hits) > 1:
        raise Conflict
    if policy is HitPolicy.ANY and any(dict(hit) != dict(hits[0]) for hit in hits):
        raise Conflict
    return min(hits, key=rank) if policy is HitPolicy.PRIORITY else hits[0]


def aggregate(aggregation: Aggregation, values: Sequence[Any]) -> Any:
    """Return what COLLECT makes of the values of the one output. No hit: a count of 0, otherwise None.

    Raises:
        Conflict: values that cannot be added or compared.
    """
    if aggregation is Aggregation.COUNT:
        return len(values)
    if not values:
        return None
    try:
        return _AGGREGATES[aggregation](values)
    except TypeError as error:
        raise Conflict from error


def _sum(values: Sequence[Any]) -> Any:
    # the first value is the start, so that durations can be added too
    total = values[0]
    for value in values[1:]:
        total = total + value
    return round(total, 12) if isinstance(total, float) else total


_AGGREGATES: Mapping[Aggregation, Callable[[Sequence[Any]], Any]] = {
    Aggregation.SUM: _sum,
    Aggregation.MIN: min,
    Aggregation.MAX: max,
}
