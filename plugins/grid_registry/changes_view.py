"""What the changes editor shows: each change with its choices, its units and its parts, out of the township's picture.

Reads only. What the register would make of the plan is asked elsewhere (`api.preview`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from plugins.grid_registry.editor import FEWEST_PARTS, ROWS_HANG_ON, Change
from plugins.grid_registry.model import Community, Grid, TownshipPicture, Unit

NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Row:
    """One unit in a change. `choice` is the number of its part, its successor grid, or `yes` when it is ticked."""

    unit: Unit
    choice: str


@dataclass(frozen=True, slots=True)
class PartView:
    """One part of a split: what was typed, and the sums over its units."""

    path: str
    number: int
    name: str
    kind: str
    setting: str
    justification: str
    units: int
    households: int
    population: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A community with those of its grids that may be chosen in a change."""

    community: Community
    grids: tuple[Grid, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """A grid that was chosen and is not in force any more, or never was one of the township's: then named by code."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change as the editor shows it.

    Attributes:
        path: `changes.0`, the head of its field names and of the findings about it.
        values: what was typed, by field name.
        shown: the choice that the rows were made for, see `ROWS_HANG_ON`.
        grid: the grid it is about, once chosen and while it is in force.
        gone: what was chosen and is not there any more (None: nothing like that); what was typed stays on the page.
        choices: grids to choose from; `targets`: those that units may go to.
    """

    path: str
    number: int
    op: str
    values: Change
    shown: str
    grid: Grid | None
    gone: Gone | None
    choices: tuple[Choice, ...]
    targets: tuple[Grid, ...] = ()
    communities: tuple[Community, ...] = ()
    rows: tuple[Row, ...] = ()
    parts: tuple[PartView, ...] = ()
    paths: frozenset[str] = field(default=frozenset())


def change_views(changes: Sequence[Change], picture: TownshipPicture, key: str) -> tuple[ChangeView, ...]:
    """Return the editor's view of tidied changes (`editor.tidy`)."""
    return tuple(_ChangeBuilder(change, picture, f"{key}.{n}", n).view() for n, change in enumerate(changes))


@dataclass(frozen=True, slots=True)
class Problem:
    """A message at a place. `mark` is its CSS classes: `live` for what a preview says anew, then the severity."""

    text: str
    mark: str


class Problems:
    """Messages at the places the editor has for them: each at its own path, else at the nearest above.

    A message with no place of the editor above it is not the editor's and is left out.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._known = set(paths)
        self._placed: dict[str, list[Problem]] = {}

    def add(self, path: str, text: str, mark: str) -> None:
        """Put a message at its place, unless the same text is there already."""
        while path and path not in self._known:
            path = path.rpartition(".")[0]
        placed = self._placed.setdefault(path, []) if path else []
        if all(problem.text != text for problem in placed):
            placed.append(Problem(text, mark))

    def at(self, path: str) -> Sequence[Problem]:
        """Return what is shown at a place."""
        return self._placed.get(path, ())


class Said(Protocol):
    """A finding in the reader's language."""

    @property
    def severity(self) -> str:
        """`error` or `warning`."""
        ...

    @property
    def message(self) -> str:
        """What it says."""
        ...


def problems_at(
    paths: Iterable[str], errors: Mapping[str, Iterable[str]], findings: Mapping[str, Iterable[Said]]
) -> Problems:
    """Return the form's errors and the findings about it, both by dotted path, at the editor's places."""
    problems = Problems(paths)
    for path, texts in errors.items():
        for text in texts:
            problems.add(path, str(text), "error")
    for path, found in findings.items():
        for finding in found:
            problems.add(path, finding.message, f"live {finding.severity}")
    return problems


class _ChangeBuilder:
    """Looks up what one change needs of the picture."""

    def __init__(self, change: Change, picture: TownshipPicture, path: str, number: int) -> None:
        self.change = change
        self.picture = picture
        self.path = path
        self.number = number
        self.op: str = change["op"]
        self.chosen_by = ROWS_HANG_ON.get(self.op, "grid")
        self.grids = {grid.code: grid for grid in picture.grids if grid.status == "active"}
        self.units = {unit.code: unit for unit in picture.units}

    def view(self) -> ChangeView:
        chosen = self.change[self.chosen_by]
        grid = self.grids.get(chosen)
        gone = self._gone(chosen)
        rows = self._rows(grid)
        parts = self._parts(grid, rows)
        return ChangeView(
            path=self.path,
            number=self.number,
            op=self.op,
            values=self.change,
            shown=self.change.get(ROWS_HANG_ON.get(self.op, ""), ""),
            grid=grid,
            gone=gone,
            choices=self._choices(),
            targets=self._targets(grid),
            communities=self._communities(),
            rows=rows,
            parts=parts,
            paths=frozenset(self._paths(parts)),
        )

    def _gone(self, chosen: str) -> Gone | None:
        if not chosen or self.chosen_by == "community" or chosen in self.grids:
            return None
        return Gone(chosen, self.picture.retired.get(chosen, chosen))

    def _choices(self) -> tuple[Choice, ...]:
        offered = (
            Choice(community, tuple(grid for grid in self.grids.values() if grid.community == community.code))
            for community in self.picture.communities
        )
        return tuple(choice for choice in offered if choice.grids)

    def _targets(self, grid: Grid | None) -> tuple[Grid, ...]:
        chosen = self.change[self.chosen_by]
        communities = {grid.community} if grid else {unit.community for unit in self._named()}
        same = (other for other in self.grids.values() if other.community in communities)
        return tuple(other for other in same if other.code != chosen)

    def _communities(self) -> tuple[Community, ...]:
        """Return the communities that have units in no grid: where a grid can be created."""
        free = {unit.community for unit in self.picture.units if unit.grid is None} | {self.change["community"]}
        return tuple(community for community in self.picture.communities if community.code in free)

    def _rows(self, grid: Grid | None) -> tuple[Row, ...]:
        if self.op == "create":
            community = self.change["community"]
            named = self.change["unit_ids"]  # one that another plan took meanwhile stays, and the check says so
            free = [u for u in self.picture.units if u.community == community and (u.grid is None or u.code in named)]
            return tuple(Row(unit, self._choice(unit)) for unit in free)
        if self.op not in ROWS_HANG_ON:
            return ()
        if grid is None:
            return tuple(Row(unit, self._choice(unit)) for unit in self._named())
        members = (self.units[code] for code in grid.unit_codes if code in self.units)
        return tuple(Row(unit, self._choice(unit)) for unit in members)

    def _named(self) -> list[Unit]:
        """Return the units that the change names, of the township's."""
        lists = [self.change["unit_ids"], self.change["successors"]]
        lists += [part["unit_ids"] for part in self.change["parts"]]
        named = {code for codes in lists for code in codes}
        return [unit for unit in self.picture.units if unit.code in named]

    def _choice(self, unit: Unit) -> str:
        if self.op == "split":
            return self._part_of(unit)
        if self.op == "retire":
            successor: str = self.change["successors"].get(unit.code, "")
            return successor
        return "yes" if unit.code in self.change["unit_ids"] else ""

    def _part_of(self, unit: Unit) -> str:
        if not any(part["unit_ids"] for part in self.change["parts"]):
            return "0"
        holders = (n for n, part in enumerate(self.change["parts"]) if unit.code in part["unit_ids"])
        return str(next(holders, ""))

    def _parts(self, grid: Grid | None, rows: Sequence[Row]) -> tuple[PartView, ...]:
        if self.op != "split" or not (grid or self.change["parts"]):
            return ()
        typed = self.change["parts"] or [{} for _ in range(FEWEST_PARTS)]
        return tuple(self._part(grid, rows, n, part) for n, part in enumerate(typed))

    def _part(self, grid: Grid | None, rows: Sequence[Row], number: int, typed: Mapping[str, str]) -> PartView:
        units = [row.unit for row in rows if row.choice == str(number)]
        return PartView(
            path=f"{self.path}.parts.{number}",
            number=number,
            name=self._part_name(grid, number, typed),
            kind=typed.get("kind") or (grid.kind if grid else ""),
            setting=typed.get("setting") or (grid.setting if grid else ""),
            justification=typed.get("justification", ""),
            units=len(units),
            households=sum(unit.households for unit in units),
            population=sum(unit.population for unit in units),
        )

    def _part_name(self, grid: Grid | None, number: int, typed: Mapping[str, str]) -> str:
        """Return what was typed; for a new part, and where another grid's proposed name still stands, a proposal."""
        numeral = f"（{NUMERALS[number] if number < len(NUMERALS) else number + 1}）"
        name = typed.get("name", "")
        proposed = {other.name + numeral for other in self.grids.values() if other is not grid}
        fresh = not typed.get("kind") or name in proposed
        return grid.name + numeral if grid and fresh else name

    def _paths(self, parts: Sequence[PartView]) -> Iterable[str]:
        """Return the paths at which the template has a place for messages."""
        yield self.path
        yield from (f"{self.path}.{name}" for name in FIELDS_SHOWN.get(self.op, ()))
        if parts:
            yield f"{self.path}.parts"
        for part in parts:
            yield part.path
            yield from (f"{part.path}.{name}" for name in ("name", "kind", "setting", "unit_ids", "justification"))


FIELDS_SHOWN: Mapping[str, tuple[str, ...]] = {
    "split": ("grid",),
    "merge": ("grids", "name", "kind", "setting", "justification"),
    "move_units": ("from", "to", "unit_ids", "justification"),
    "create": ("community", "name", "kind", "setting", "unit_ids", "justification"),
    "change_kind": ("grid", "kind", "justification"),
    "rename": ("grid", "name"),
    "retire": ("grid", "successors", "justification"),
}
"""The fields of each operation that the template shows, and so can show a message at."""
