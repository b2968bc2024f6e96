"""A path: how many incidents take it, when they begin, and how they end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import orjson

from plugins.demo.divisions import DATA
from plugins.demo.incident_stories.draft import Draft
from plugins.demo.incident_stories.texts import Wanted

Made = tuple[Callable[[Draft], None], Wanted]
"""What adds to the usual what is a path's own; and what its incidents may be about."""


def nothing(draft: Draft) -> None:
    """Add nothing to what is usual."""
    del draft


@dataclass(frozen=True, slots=True)
class Path:
    """See module; `data/incident_paths.json` has them all.

    Attributes:
        name: after `incident.`.
        count: incidents of the 400.
        shows: one sentence, zh.
        ends: how it ends: a closing code; for those that stay open, the element that waits.
        lasts: natural days before the present at which it begins at the latest.
        age: working days before the present on which one that stays open begins; 0: it does not.
        untrained: in a grid whose worker missed the training.
        between: days after the beginning of the demo's story between which it begins, where that matters.
        unit: where it happens, where that matters.
        workers: whose grids it happens in, where that matters: see `Place.worker`.
    """

    name: str
    count: int
    shows: str
    ends: str
    lasts: int = 26
    age: int = 0
    untrained: bool = False
    between: tuple[int, int] | None = None
    unit: str = ""
    workers: tuple[int, ...] = ()


@cache
def paths() -> tuple[Path, ...]:
    """Return all of them."""
    return tuple(Path(**row) for row in orjson.loads((DATA / "incident_paths.json").read_bytes())["paths"])
