"""What plugins say when they are asked: departments' about a report, core plugins about what is to be changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.advice import Suggestion, suggest
from engine.hookspecs import Attached
from engine.services.deliveries import Place
from engine.tables.instances import ProcessInstance
from web.request import current_engine, current_work, end_work


def suggestions(report: Mapping[str, Any], instance: ProcessInstance) -> list[Suggestion]:
    """Ask the plugins about a report whose case this is; return what they suggest, the surest first.

    It may take two seconds, so the unit of work that has begun ends here: take from its rows what is needed before, and
    ask for `current_work` again.
    """
    place = Place.of(instance)
    end_work()
    return suggest(current_engine(), report, place)


def attached(kind: str, codes: Sequence[str]) -> list[Attached]:
    """Ask the core plugins what hangs on things that are about to be changed."""
    asked = current_engine().plugins.hook.onegrid_attached(work=current_work(), kind=kind, codes=codes)
    return [each for found in asked for each in found]
