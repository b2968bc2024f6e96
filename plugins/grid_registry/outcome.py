"""What a plan comes to: the dry run. Check, size rule and writer start from it: what was checked is what is written.

It never refuses: an unknown grid or unit is left out, and check.py names it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from plugins.grid_registry.plan import Change, Part, Plan
from plugins.grid_registry.state import HeldGrid, State


@dataclass(frozen=True, slots=True)
class Made:
    """A grid that the plan makes. `field` is its dotted path in the plan, `predecessors` the grids it comes from."""

    field: str
    name: str
    kind: str
    setting: str
    community: str
    units: tuple[str, ...]
    predecessors: tuple[str, ...]
    justification: str


@dataclass(frozen=True, slots=True)
class Move:
    """A unit that goes to a grid which goes on. `source` is the grid it leaves, or None."""

    field: str
    unit: str
    source: str | None
    target: str


@dataclass(slots=True)
class Outcome:
    """All that a plan does, by kind of effect.

    Attributes:
        retired: code → dotted path of the change that ends it.
        renamed: code → (dotted path, new name).
        resized: grids that go on with other units: code → (dotted path, justification).
        lineage: (ended grid, grid in force that takes over units of it).
    """

    made: list[Made] = field(default_factory=list)
    retired: dict[str, str] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    renamed: dict[str, tuple[str, str]] = field(default_factory=dict)
    resized: dict[str, tuple[str, str]] = field(default_factory=dict)
    lineage: set[tuple[str, str]] = field(default_factory=set)

    def owners(self, state: State) -> dict[str, list[str]]:
        """Return unit → all that claim it afterwards: codes of grids that go on, dotted paths of grids made."""
        owners: dict[str, list[str]] = {}
        left = {(move.unit, move.source) for move in self.moves}
        for grid in state.grids.values():
            if grid.code not in self.retired:
                for unit in grid.units:
                    if (unit, grid.code) not in left:
                        owners.setdefault(unit, []).append(grid.code)
        for move in self.moves:
            owners.setdefault(move.unit, []).append(move.target)
        for made in self.made:
            for unit in made.units:
                owners.setdefault(unit, []).append(made.field)
        return owners

    def units_after(self, grid: HeldGrid) -> tuple[str, ...]:
        """Return the units that a grid which goes on has afterwards, sorted."""
        left = {move.unit for move in self.moves if move.source == grid.code}
        came = {move.unit for move in self.moves if move.target == grid.code}
        return tuple(sorted(set(grid.units) - left | came))

    def communities(self, state: State) -> set[str]:
        """Return the communities in which the plan changes anything."""
        codes = {*self.retired, *self.renamed, *self.resized}
        touched = {state.grids[code].community for code in codes if code in state.grids}
        return touched | {made.community for made in self.made if made.community in state.communities}


def outcome_of(plan: Plan, state: State) -> Outcome:
    """Return what the plan comes to, starting from the state."""
    outcome = Outcome()
    for change in plan.changes:
        _EFFECTS[change.op](change, state, outcome)
    return outcome


def _known(change: Change, state: State) -> list[HeldGrid]:
    return [state.grids[code] for _, code in change.sources if code in state.grids]


def _retire(change: Change, state: State, outcome: Outcome) -> None:
    for path, code in change.retires:
        if code in state.grids:
            outcome.retired.setdefault(code, path)


def _make(part: Part, community: str, units: tuple[str, ...], sources: list[HeldGrid], setting: str) -> Made:
    held = {unit for grid in sources for unit in grid.units}
    predecessors = [grid.code for grid in sources if not held or set(units) & set(grid.units)]
    return Made(part.field, part.name, part.kind, setting, community, units, tuple(predecessors), part.justification)


def _split(change: Change, state: State, outcome: Outcome) -> None:
    _retire(change, state, outcome)
    sources = _known(change, state)
    for part in change.parts:
        community = sources[0].community if sources else ""
        units = tuple(unit for unit in part.units if unit in state.units)
        outcome.made.append(_make(part, community, units, sources, part.setting))


def _merge(change: Change, state: State, outcome: Outcome) -> None:
    _retire(change, state, outcome)
    sources = _known(change, state)
    settings = {grid.setting for grid in sources}
    for part in change.parts:
        units = tuple(sorted({unit for grid in sources for unit in grid.units}))
        setting = part.setting or (settings.pop() if len(settings) == 1 else "")
        outcome.made.append(_make(part, sources[0].community if sources else "", units, sources, setting))


def _create(change: Change, state: State, outcome: Outcome) -> None:
    for part in change.parts:
        units = tuple(unit for unit in part.units if unit in state.units)
        outcome.made.append(_make(part, change.community, units, [], part.setting))


def _change_kind(change: Change, state: State, outcome: Outcome) -> None:
    _retire(change, state, outcome)
    for grid in _known(change, state):
        part = Part(change.field, grid.name, change.kind, grid.setting, grid.units, change.justification)
        outcome.made.append(_make(part, grid.community, grid.units, [grid], grid.setting))


def _rename(change: Change, state: State, outcome: Outcome) -> None:
    for grid in _known(change, state):
        outcome.renamed[grid.code] = (change.field, change.name)


def _move(change: Change, state: State, outcome: Outcome) -> None:
    _retire(change, state, outcome)
    for unit, target in change.moves:
        if unit in state.units and target in state.grids:
            source = state.units[unit].grid
            outcome.moves.append(Move(change.field, unit, source, target))
            _resize(outcome, target, change)
            if source is not None and change.retires:
                outcome.lineage.add((source, target))
    if not change.retires and change.moves:
        for grid in _known(change, state):
            _resize(outcome, grid.code, change)


def _resize(outcome: Outcome, code: str, change: Change) -> None:
    path, given = outcome.resized.get(code, (change.field, ""))
    reasons = [text for text in (given, change.justification) if text]
    outcome.resized[code] = (path, "\n".join(dict.fromkeys(reasons)))


_EFFECTS: Final[Mapping[str, Callable[[Change, State, Outcome], None]]] = {
    "split": _split,
    "merge": _merge,
    "create": _create,
    "change_kind": _change_kind,
    "rename": _rename,
    "move_units": _move,
    "retire": _move,
}
