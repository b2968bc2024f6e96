"""What a rule is given, a plan before the check, and how it reads a change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from plugins.grid_registry.model import Finding
from plugins.grid_registry.outcome import Outcome, outcome_of
from plugins.grid_registry.plan import Change, Plan
from plugins.grid_registry.state import HeldGrid, State

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Case:
    """One plan before the check: as handed in, as values, the state it starts from and what it comes to."""

    raw: Mapping[str, Any]
    plan: Plan
    state: State
    today: date

    @cached_property
    def outcome(self) -> Outcome:
        """What the plan comes to."""
        return outcome_of(self.plan, self.state)

    def sources(self, change: Change) -> list[HeldGrid]:
        """Return the grids in force that a change takes units from."""
        return [self.state.grids[code] for _, code in change.sources if code in self.state.grids]

    def unit_name(self, code: str) -> str:
        """Return what people call a unit: its name, with the code where another of its community has that name too."""
        return self._unit_names.get(code, code)

    def grid_name(self, code: str) -> str:
        """Return what people call a grid, in force or not; with the code where names repeat in its community."""
        return self._grid_names.get(code, code)

    @cached_property
    def _unit_names(self) -> dict[str, str]:
        return _told_apart({code: (unit.community, unit.name) for code, unit in self.state.units.items()})

    @cached_property
    def _grid_names(self) -> dict[str, str]:
        ended = {code: (code.partition("-")[0], grid.name) for code, grid in self.state.retired.items()}
        return _told_apart(ended | {code: (grid.community, grid.name) for code, grid in self.state.grids.items()})


def _told_apart(named: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Return the names by code, of (community, name) by code."""
    count = Counter(named.values())
    return {code: name if count[place, name] < 2 else f"{name}（{code}）" for code, (place, name) in named.items()}


def error(field: str, code: str, rule: str, zh: str, en: str) -> Finding:
    """Return a finding that sends the plan back."""
    return Finding(field, ERROR, code, rule, zh, en)


PLACE_OF_TARGETS: Final = {"move_units": "to", "retire": "successors"}


def targets(change: Change) -> tuple[tuple[str, str], ...]:
    """Return the grids that receive moved units, as (dotted path, code), each once."""
    if change.op == "move_units":
        return tuple(dict.fromkeys((f"{change.field}.to", code) for _, code in change.moves))
    return tuple((f"{change.field}.successors.{unit}", code) for unit, code in change.moves)


def units_of(change: Change) -> list[tuple[str, str]]:
    """Return the units that a change names, as (dotted path, code), as often as it names them."""
    named = [(f"{part.field}.unit_ids", unit) for part in change.parts for unit in part.units]
    if change.op == "retire":
        return [(f"{change.field}.successors.{unit}", unit) for unit, _ in change.moves]
    return named + [(f"{change.field}.unit_ids", unit) for unit, _ in change.moves]


def named_units(plan: Plan) -> list[tuple[str, str]]:
    """Return every unit that a plan names, as (dotted path, code), as often as it names them."""
    return [named for change in plan.changes for named in units_of(change)]
