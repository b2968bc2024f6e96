"""The incidents of the demo: what is reported, which path each takes, and what each person answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from plugins.demo.incident_stories.path import paths
from plugins.demo.incident_stories.plan import drafts
from plugins.demo.story import Story

INCIDENT_PATHS: Final[Mapping[str, str]] = {f"incident.{path.name}": path.shows for path in paths()}
"""Path → what it shows, zh."""


INCIDENT_ENDS: Final[Mapping[str, str]] = {f"incident.{path.name}": path.ends for path in paths()}
"""Path → how it ends: a closing code; for one that is open at the end of the replay, the element that waits."""


def incidents(since: datetime, until: datetime) -> list[Story]:
    """Return the demo's 400 incidents between two moments, in the order in which they begin.

    The same moments always give the same stories. Those whose path says so are not at their end at `until`.
    """
    return [draft.story() for draft in drafts(since, until)]
