"""What the changes editor posts, read into the plan's own shape, and what its buttons make of it.

Nothing here looks at the registry or refuses anything: a half-typed change stays a half-typed change. Names of the
HTML fields, for the editor `changes` and its change 0 (`assets/lib/plan.mjs` reads the same names in the browser):

    changes.0.op  .grid .name .kind .setting .justification .from .to .community      one text each
    changes.0.unit_ids  changes.0.grids                                               check boxes
    changes.0.parts.1.name  .kind .setting .justification                             a part of a split
    changes.0.unit.<unit code>       the number of the part that the unit goes to
    changes.0.successor.<unit code>  the grid that takes the unit over
    changes.0.shown                  what the rows were made for: when the choice above them has changed, they are void
    changes.do                       the button that was pressed
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

Change = dict[str, Any]

TEXTS = ("op", "grid", "name", "kind", "setting", "justification", "from", "to", "community")
LISTS = ("unit_ids", "grids")
PART_TEXTS = ("name", "kind", "setting", "justification")
OPERATIONS = ("split", "merge", "move_units", "create", "change_kind", "rename", "retire")

ROWS_HANG_ON = {"split": "grid", "move_units": "from", "create": "community", "retire": "grid"}
"""The field whose choice decides which units an operation lists."""

FEWEST_PARTS = 2
MOST_CHANGES = 50


class Posted(Protocol):
    """An HTML form post: the part of werkzeug's MultiDict that is needed here."""

    def __contains__(self, name: object, /) -> bool:
        """Return whether the name was posted."""
        ...

    def __iter__(self) -> Iterator[str]:
        """Give the posted names."""
        ...

    def get(self, name: str, default: str, /) -> str:
        """Return the first value posted under the name."""
        ...

    def getlist(self, name: str, /) -> list[str]:
        """Return all values posted under the name."""
        ...


def read(key: str, posted: Posted) -> list[Change]:
    """Return the changes as posted, after the pressed button (`<key>.do`, if any) has had its effect."""
    numbers = _numbers(f"{key}.", posted)
    changes = [_change(f"{key}.{number}.", posted) for number in numbers]
    return press(changes, posted.get(f"{key}.do", ""), numbers)


def press(changes: Sequence[Change], button: str, numbers: Sequence[int] | None = None) -> list[Change]:
    """Return the changes after a button: `add:<op>`, `remove:<n>`, `part:<n>`, `unpart:<n>:<m>`; others do nothing.

    `numbers` are those the changes had on the page, when they were not 0, 1, 2, …
    """
    after = [dict(change) for change in changes]
    action, _, rest = button.partition(":")
    if action == "add":
        return [*after, {"op": rest}] if rest in OPERATIONS and len(after) < MOST_CHANGES else after
    wanted = [int(part) for part in rest.split(":") if part.isdecimal()]
    shown = list(numbers if numbers is not None else range(len(after)))
    if not wanted or wanted[0] not in shown:
        return after
    place = shown.index(wanted[0])
    if action == "remove":
        del after[place]
    elif action == "part":
        after[place]["parts"] = [*_parts(after[place]), {"unit_ids": []}]
    elif action == "unpart" and len(wanted) > 1:
        after[place]["parts"] = _without(_parts(after[place]), wanted[1])
    return after


def tidy(raw: Any) -> list[Change]:
    """Return anything (a draft, an old plan, nothing) as changes whose fields have the types the editor counts on."""
    if not isinstance(raw, list):
        return []
    return [_tidy_change(change) for change in raw if isinstance(change, Mapping)]


def _numbers(prefix: str, posted: Posted) -> list[int]:
    heads = {name[len(prefix) :].partition(".")[0] for name in posted if name.startswith(prefix)}
    return sorted({int(head) for head in heads if head.isdecimal()})


def _change(prefix: str, posted: Posted) -> Change:
    change: Change = {name: _text(posted, prefix + name) for name in TEXTS if prefix + name in posted}
    change |= {name: posted.getlist(prefix + name) for name in LISTS if prefix + name in posted}
    op = change.get("op", "")
    hangs_on = ROWS_HANG_ON.get(op)
    if hangs_on and posted.get(f"{prefix}shown", "") != change.get(hangs_on, ""):
        change.pop("unit_ids", None)
        if op == "split":  # other units, but what was typed of the parts stays
            change["parts"] = [part | {"unit_ids": []} for part in _posted_parts(prefix, posted)]
        return change
    if op == "split":
        change["parts"] = _posted_parts(prefix, posted)
    elif op == "retire":
        change["successors"] = {unit: grid for unit, grid in _by_unit(f"{prefix}successor.", posted) if grid}
    return change


def _posted_parts(prefix: str, posted: Posted) -> list[dict[str, Any]]:
    numbers = _numbers(f"{prefix}parts.", posted)
    chosen: dict[str, list[str]] = {str(number): [] for number in numbers}
    for unit, number in _by_unit(f"{prefix}unit.", posted):
        chosen.setdefault(number, []).append(unit)
    return [
        {name: _text(posted, f"{prefix}parts.{number}.{name}") for name in PART_TEXTS}
        | {"unit_ids": chosen[str(number)]}
        for number in numbers
    ]


def _by_unit(prefix: str, posted: Posted) -> Iterable[tuple[str, str]]:
    return [(name[len(prefix) :], posted.get(name, "")) for name in posted if name.startswith(prefix)]


def _text(posted: Posted, name: str) -> str:
    return posted.get(name, "").strip()


def _parts(change: Change) -> list[dict[str, Any]]:
    parts = change.get("parts")
    return [dict(part) for part in parts if isinstance(part, Mapping)] if isinstance(parts, list) else []


def _without(parts: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    """Take a part out; its units go to the first of the rest, so that none is lost from sight."""
    if len(parts) <= FEWEST_PARTS or not 0 <= number < len(parts):
        return parts
    rest = [*parts[:number], *parts[number + 1 :]]
    rest[0]["unit_ids"] = [*rest[0].get("unit_ids", []), *parts[number].get("unit_ids", [])]
    return rest


def _tidy_change(raw: Mapping[str, Any]) -> Change:
    change: Change = {name: str(raw.get(name) or "") for name in TEXTS}
    change |= {name: _codes(raw.get(name)) for name in LISTS}
    change["parts"] = [
        {name: str(part.get(name) or "") for name in PART_TEXTS} | {"unit_ids": _codes(part.get("unit_ids"))}
        for part in _parts(dict(raw))
    ]
    successors = raw.get("successors")
    pairs = successors.items() if isinstance(successors, Mapping) else ()
    change["successors"] = {str(unit): str(grid) for unit, grid in pairs}
    return change


def _codes(raw: Any) -> list[str]:
    return [str(code) for code in raw] if isinstance(raw, list | tuple) else []
