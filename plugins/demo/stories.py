"""All stories of the demo's half year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from plugins.demo.stories_applications import APPLICATION_PATHS, applications
from plugins.demo.stories_divisions import DIVISION_PATHS, divisions
from plugins.demo.stories_incidents import INCIDENT_PATHS, incidents
from plugins.demo.stories_opinions import OPINION_PATHS, opinions
from plugins.demo.stories_reviews import REVIEW_PATHS, WATCH_PATHS, reviews
from plugins.demo.stories_suspensions import SUSPENSION_PATHS, TRAINING_PATHS, suspensions
from plugins.demo.story import Story

PATHS: Final[Mapping[str, str]] = {
    **DIVISION_PATHS,
    **APPLICATION_PATHS,
    **REVIEW_PATHS,
    **WATCH_PATHS,
    **SUSPENSION_PATHS,
    **TRAINING_PATHS,
    **OPINION_PATHS,
    **INCIDENT_PATHS,
}
"""Path → what it shows, zh."""


def stories(since: datetime, until: datetime) -> list[Story]:
    """Return what happens in the demo between two moments; the same moments give the same stories."""
    return [
        *divisions(since, until),
        *applications(since, until),
        *reviews(since, until),
        *suspensions(since, until),
        *opinions(since, until),
        *incidents(since, until),
    ]
