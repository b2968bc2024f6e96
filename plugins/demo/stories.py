"""All stories of the demo's half year."""

from __future__ import annotations

from datetime import datetime

from plugins.demo.stories_applications import applications
from plugins.demo.stories_divisions import divisions
from plugins.demo.stories_incidents import incidents
from plugins.demo.story import Story


def stories(since: datetime, until: datetime) -> list[Story]:
    """Return what happens in the demo between two moments; the same moments give the same stories."""
    return [*divisions(since, until), *applications(since, until), *incidents(since, until)]
