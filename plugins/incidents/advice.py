"""What helps the platform to say who is responsible: what plugins suggest, and how disputes like it were ruled on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from engine.core_api import OrgUnit, Wording, Work
from plugins.catalogue.api import Item
from plugins.incidents.disputes import precedents
from plugins.incidents.incident_list import IncidentLine
from plugins.incidents.items import versions_of
from plugins.incidents.reporters import SEES_REPORTER
from plugins.incidents.supervision_list import SUPERVISORS

ADVISED: Final = tuple(sorted(SEES_REPORTER | SUPERVISORS))
"""Groups that decide on incidents, or rule on disputes about them."""


class Suggested(Protocol):
    """A suggestion as the engine gives it."""

    @property
    def about(self) -> str:
        """`category`, `department`, `urgency` or `duplicate_of`."""
        ...

    @property
    def value(self) -> str:
        """The code suggested."""
        ...


@dataclass(frozen=True, slots=True)
class Ruling:
    """A ruling about the same item, of this county: a suggestion, it binds nobody else (SPEC 8(c) c8)."""

    department: str
    ruled_at: datetime
    reasons: Wording
    basis: Wording


def may_be_advised(work: Work) -> bool:
    """Return whether the actor is in one of these groups."""
    return any(work.actor.holds(group) for group in ADVISED)


def rulings_like(work: Work, incident: IncidentLine) -> Sequence[Ruling]:
    """Return the rulings on disputes about the item of an incident in its county, the newest first."""
    found = precedents(work.session, incident.county, incident.item)
    units = {each["department"]: work.session.get(OrgUnit, each["department"]) for each in found}
    return [
        Ruling(unit.name, each["ruled_at"], each["reasons"], each["basis"])
        for each in found
        if (unit := units[each["department"]]) is not None
    ]


def report_for_plugins(incident: IncidentLine) -> Mapping[str, Any]:
    """Return what plugins are told of an incident: what happened and where, nothing of who reported it (I20)."""
    return {"text": f"{incident.title}。{incident.description}", "grid": incident.grid, "item": incident.item}


def called(work: Work, county: str, suggestion: Suggested, *, english: bool) -> str:
    """Return what a suggested code is called, the code itself where nobody knows it."""
    if suggestion.about == "department":
        unit = work.session.get(OrgUnit, f"{county}-{suggestion.value.removeprefix(f'{county}-')}")
        return unit.name if unit else suggestion.value
    if suggestion.about == "category":
        known = versions_of(work.session, county, suggestion.value)
        return f"{suggestion.value} {_named(known[0].item, english=english)}" if known else suggestion.value
    return suggestion.value


def _named(item: Item, *, english: bool) -> str:
    return (item.name_en if english else "") or item.name_zh
