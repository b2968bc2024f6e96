"""Who may be given what a worker has to handle: which of them are not trained for its item (R50)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from engine.core_api import Attached, Work, today
from plugins.incidents.items import versions_of
from plugins.incidents.tables import Incident
from plugins.workforce.api import Obstacle, Policy, may_self_handle, worker_of_person

HANDLING: Final = "self_handle"
"""The task in which a worker handles an incident alone; others need no training."""

_OBSTACLES: Final = {
    Obstacle.NOT_SERVING: ("现不在岗", "not serving now"),
    Obstacle.NOT_IN_FORCE: ("该事项现未生效", "the item is not in force now"),
    Obstacle.REPORT_ONLY: ("该事项只能上报", "the item can only be reported"),
}


def remarks(work: Work, instance_id: str, element: str, people: Sequence[str]) -> list[Attached]:
    """Return who of the people cannot handle the case's item, or was not trained for it, and what follows from that."""
    if element != HANDLING:
        return []
    select = sa.select(Incident).where(Incident.process_instance_id == instance_id)
    incident = work.session.scalars(select).one_or_none()
    if incident is None or incident.item is None:
        return []
    versions = versions_of(work.session, incident.county, incident.item)
    item = versions[0].item if versions else None
    zh, en = (item.name_zh, item.name_en or item.name_zh) if item else (incident.item, incident.item)
    found = ((person, _remark(work, person, incident.item, zh, en)) for person in people)
    return [Attached(person, *said) for person, said in found if said is not None]


def _remark(work: Work, person: str, item: str, zh: str, en: str) -> tuple[str, str] | None:
    worker = worker_of_person(work.session, person)
    if worker is None:
        return "没有登记为网格员", "not registered as a grid worker"
    may = may_self_handle(work.session, worker, item, today(work.clock))
    if may.obstacle is None:
        return None
    if may.obstacle is not Obstacle.NOT_TRAINED:
        return _OBSTACLES[may.obstacle]
    if may.policy is Policy.WARN:
        return f"未经“{zh}”专题培训", f"not trained for “{en}”"
    return f"未经“{zh}”专题培训，不能自行处置", f"not trained for “{en}”: what this worker does is not taken"
