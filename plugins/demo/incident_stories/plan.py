"""The plan of the demo's incidents: each path as often as it says, the same for the same days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from random import Random
from typing import Final

from engine.core_api import TIMEZONE
from plugins.demo.incident_stories import again, ending, handling, intake, returning, timing, unfinished
from plugins.demo.incident_stories.draft import Draft, working_days_before
from plugins.demo.incident_stories.path import Made, Path, paths
from plugins.demo.incident_stories.places import Place, metres, places
from plugins.demo.incident_stories.texts import Text, texts
from plugins.demo.incident_stories.usual import usual

SEED: Final = "永州"
BEGINNING: Final = 25
"""Days after the beginning of the demo's story: its grids are in force, its workers trained."""
PHOTOS: Final = 0.25
"""Share of workers' reports that come with a photo."""
APART: Final = timedelta(days=15)
"""For how long the same is not reported again nearby: it would be taken for a duplicate."""
NEAR: Final = 100.0
"""Metres: twice of those within which it would."""
WEEKEND: Final = range(5, 7)
RESTS: Final = 0.75
"""Share of what would be reported on a weekend that is reported on the Friday before."""
LESS: Final = 0.35
"""How much less it counts that a text was used, if workers handle it themselves: there is more of that."""
TRIES: Final = 40

BUILDS: Final[Mapping[str, Made]] = {
    **handling.BUILDS,
    **intake.BUILDS,
    **returning.BUILDS,
    **timing.BUILDS,
    **ending.BUILDS,
    **unfinished.BUILDS,
}


def drafts(since: datetime, until: datetime) -> list[Draft]:
    """Return all of them, in the order in which they begin, numbered."""
    made: list[Draft] = []
    used: Counter[str] = Counter()
    for path in paths():
        if path.name in again.BUILDS:
            made += list(again.again(path, made, until, SEED))
        else:
            for number in range(path.count):
                made.append(_draft(path, number, (since, until), made, used))
    made.sort(key=lambda each: (each.begins, each.path))
    for number, draft in enumerate(made, 1):
        draft.key = f"incident-{number:03}"
    return made


def _draft(
    path: Path, number: int, span: tuple[datetime, datetime], others: Sequence[Draft], used: Counter[str]
) -> Draft:
    random = Random(f"{SEED} {path.name} {number}")  # noqa: S311  a story, no secret
    begins = _begins(path, random, span)
    for text, place in _settings(path, number, random, used):
        draft = Draft("", path.name, begins, span[1], text, place, random)
        if not any(_mistakable(draft, each) for each in others):
            break
    used[text.title] += 1
    draft.photo = random.random() < PHOTOS
    usual(draft)
    BUILDS[path.name][0](draft)
    return draft


def _settings(path: Path, number: int, random: Random, used: Counter[str]) -> Iterator[tuple[Text, Place]]:
    """Give pairs of a text and a place that fit, texts that were used least first."""
    fitting = [each for each in texts() if BUILDS[path.name][1](each)]
    found = [(text, place) for text in fitting for place in places() if _fits(path, text, place, number)]
    towns = sorted({place.township for _, place in found})
    if path.age:  # so that both townships have some that are open
        found = [each for each in found if each[1].township == towns[number % len(towns)]]
    random.shuffle(found)
    found.sort(key=lambda each: used[each[0].title] * (LESS if each[0].actions else 1))
    return iter(found[:TRIES])


def _fits(path: Path, text: Text, place: Place, number: int) -> bool:
    if path.unit:
        return place.unit == path.unit and text.setting in ("any", place.setting)
    if path.workers and place.worker != path.workers[number // 2 % len(path.workers)]:
        return False
    return place.suits(text.setting) and place.untrained == path.untrained


def _begins(path: Path, random: Random, span: tuple[datetime, datetime]) -> datetime:
    since, until = span
    if path.age:
        day = working_days_before(until, path.age)
        return datetime.combine(day, time(9, random.randint(5, 55)), TIMEZONE)
    first = since + timedelta(days=path.between[0] if path.between else BEGINNING)
    last = since + timedelta(days=path.between[1]) if path.between else until - timedelta(days=path.lasts)
    day = (first + (last - first) * random.random()).astimezone(TIMEZONE).date()
    if day.weekday() in WEEKEND and random.random() < RESTS:
        day -= timedelta(days=day.weekday() - WEEKEND.start + 1)
    return datetime.combine(day, time(random.randint(8, 17), random.randint(0, 59)), TIMEZONE)


def _mistakable(draft: Draft, other: Draft) -> bool:
    """Whether a draft would be taken for the same as another."""
    if draft.text.item is None or draft.text.item != other.text.item or abs(draft.begins - other.begins) > APART:
        return False
    return metres((draft.latitude, draft.longitude), (other.latitude, other.longitude)) <= NEAR
