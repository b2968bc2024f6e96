"""Paths of what was reported before: the same place, the same item, while the first report is open (D4 row 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from random import Random
from typing import Any, Final

from engine.core_api import TIMEZONE
from plugins.demo.incident_stories.draft import Draft, working_days_before
from plugins.demo.incident_stories.intake import by_hotline
from plugins.demo.incident_stories.path import Path
from plugins.demo.incident_stories.usual import usual
from plugins.demo.story import Reply, Scene

FIRST: Final = frozenset({"enforcement", "filed", "extended", "reworked", "overdue", "reminded"})
"""Paths on which a report stays open for some hours at least."""
MORNING: Final = range(8, 12)


def _first_one(scene: Scene) -> Mapping[str, Any]:
    return {"same": scene.data["located"]["duplicates"][0]["no"]}


def same(draft: Draft) -> None:
    """Confirm that it is the same: it is merged."""
    draft.always("confirm_duplicate", Reply(_first_one, draft.hours(0.3, 1)))


def another(draft: Draft) -> None:
    """Find that it is another matter, some steps away."""
    draft.latitude += 0.0002


def undecided(draft: Draft) -> None:
    """Wait for somebody to say whether it is the same."""
    draft.then("confirm_duplicate")


BUILDS: Final[Mapping[str, Callable[[Draft], None]]] = {
    "duplicate": same,
    "near": another,
    "open_duplicate": undecided,
}
"""Path → what is its own."""


def again(path: Path, made: Sequence[Draft], until: datetime, seed: str) -> Iterator[Draft]:
    """Give reports of what some of those that are made were about: another calls the hotline."""
    reported = {(each.text.item, each.latitude) for each in made if each.path in BUILDS}
    firsts = [each for each in made if _can_be_first(each, path) and (each.text.item, each.latitude) not in reported]
    for number, first in enumerate(firsts[: path.count]):
        random = Random(f"{seed} {path.name} {number}")  # noqa: S311  a story, no secret
        draft = Draft("", path.name, _begins(path, first, until, random), until, first.text, first.place, random)
        usual(draft)
        by_hotline(draft)
        draft.located, draft.latitude, draft.longitude = "point", first.latitude, first.longitude
        BUILDS[path.name](draft)
        yield draft


def _can_be_first(draft: Draft, path: Path) -> bool:
    if path.age:
        return draft.path == "open_handle_frb"
    begins = draft.begins.astimezone(TIMEZONE)
    return draft.path in FIRST and begins.weekday() < 4 and begins.hour in MORNING and draft.urgency == "normal"


def _begins(path: Path, first: Draft, until: datetime, random: Random) -> datetime:
    if not path.age:
        return first.begins + timedelta(minutes=random.randint(40, 150))
    day = working_days_before(until, path.age)
    return datetime.combine(day, time(11, random.randint(0, 59)), TIMEZONE)
