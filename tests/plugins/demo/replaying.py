"""An installation on which the demo's half year is played, in this process or in one that is killed."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from engine.application import Engine
from engine.bundle import read_bundle
from engine.clock import TIMEZONE, FixedClock
from engine.db import connect
from engine.plugins.host import PluginHost
from engine.types import SYSTEM
from plugins.demo import load as loading
from plugins.demo.incident_stories.again import BUILDS
from plugins.demo.incident_stories.draft import Draft
from plugins.demo.incident_stories.plan import drafts
from plugins.demo.load import load, play_history
from plugins.demo.stories import stories
from plugins.demo.story import Story

NOW = datetime(2026, 12, 1, 16, 0, tzinfo=TIMEZONE)
PROCESSES = Path(__file__).parents[3] / "processes"
SHORT = ("incident.self_handled", "incident.enforcement", "division.conflict", "application.deemed_withdrawn")
"""Paths of the little that is played where processes are killed."""


def installation(folder: Path, plugins: PluginHost, template: Path | None = None) -> Engine:
    """The installation in a folder; a new one with the demo's base when a template of the database is given."""
    if template is not None:
        shutil.copyfile(template, folder / "onegrid.db")
    database = connect(f"sqlite:///{folder / 'onegrid.db'}")
    plugins.hook.onegrid_guards(engine=database)
    engine = Engine(database, plugins, clock=FixedClock(NOW), home=folder)
    if template is not None:
        for name in ("grid_division", "catalogue_inclusion", "incident_referral"):
            with engine.begin(SYSTEM) as work:
                work.definitions.deploy(read_bundle(PROCESSES / name), "测试")
        load(engine, lambda said: None)
    return engine


def one_of_each(since: datetime, until: datetime) -> list[Story]:
    """One incident of each path, the first, with what is reported before of what is reported again; all the others."""
    found: dict[str, Story] = {}
    everything = sorted(stories(since, until), key=lambda story: story.begins)
    for story in everything:
        found.setdefault(story.path if story.path.startswith("incident.") else story.key, story)
    keys = {story.key for story in found.values()} | _reported_before(drafts(since, until), found)
    return [story for story in everything if story.key in keys]


def _reported_before(plan: list[Draft], found: Mapping[str, Story]) -> set[str]:
    again = [draft for draft in plan if draft.path in BUILDS and found[f"incident.{draft.path}"].key == draft.key]
    return {
        first.key
        for draft in again
        for first in plan
        if (first.place, first.text.item) == (draft.place, draft.text.item) and first.begins < draft.begins
    }


def few(since: datetime, until: datetime) -> list[Story]:
    """Some short stories."""
    return [story for story in one_of_each(since, until) if story.path in SHORT]


def main(arguments: Sequence[str]) -> None:
    """Play `few` in the folder that is given, saying each step."""
    plugins = PluginHost().load(strict=True)
    engine = installation(Path(arguments[0]), plugins)
    loading.stories = few
    play_history(engine, _say)
    plugins.close()


def _say(begun: int, _all: int, at: datetime) -> None:
    sys.stdout.write(f"{begun} {at.isoformat()}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
