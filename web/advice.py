"""What departments' plugins suggest about a report, for a page to show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.advice import Suggestion, suggest
from engine.services.deliveries import Place
from engine.tables.instances import ProcessInstance
from web.request import current_engine, end_work


def suggestions(report: Mapping[str, Any], instance: ProcessInstance) -> list[Suggestion]:
    """Ask the plugins about a report whose case this is; return what they suggest, the surest first.

    It may take two seconds, so the unit of work that has begun ends here: take from its rows what is needed before, and
    ask for `current_work` again.
    """
    place = Place.of(instance)
    end_work()
    return suggest(current_engine(), report, place)
