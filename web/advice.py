"""What plugins say when they are asked: departments' about a report, core plugins about what is to be changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.advice import Suggestion, suggest
from engine.hookspecs import Attached
from engine.services.deliveries import Place
from engine.tables.instances import ProcessInstance
from engine.tables.people import Person
from engine.tables.tasks import UserTask
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


def remarks_on(task: UserTask, people: Sequence[Person]) -> dict[str, list[Attached]]:
    """Ask the core plugins what to know of people to whom a task may be handed over; by the person's id."""
    ids = [person.id for person in people]
    found: dict[str, list[Attached]] = {each: [] for each in ids}
    if not ids:
        return found
    ask = current_engine().plugins.hook.onegrid_candidates
    for said in ask(work=current_work(), instance_id=task.instance_id, element=task.element_id, people=ids):
        for each in said:
            found[each.code].append(each)
    return found
