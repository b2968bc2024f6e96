"""What the page of an incident shows: names for its codes, its item as of then, its course, and what one may ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.core_api import TIMEZONE, NotFound, OrgUnit, Work
from plugins.catalogue.api import ItemVersion
from plugins.grid_registry.api import Drawing, GridStanding, place_map, standing
from plugins.incidents.advice import may_be_advised
from plugins.incidents.course import Course, course_of
from plugins.incidents.incident_list import IncidentLine, incident_of
from plugins.incidents.items import versions_of
from plugins.incidents.lifecycle import UNDECIDED
from plugins.incidents.reporters import Reporter, looks, may_look_at, reporter_of
from plugins.incidents.requests import DEPARTMENT, RequestKind
from plugins.incidents.successors import lies_in
from plugins.incidents.supplements import may_supplement, supplements_of
from plugins.incidents.tables import IncidentReporterLook, IncidentSupplement


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """An incident as its page shows it.

    Attributes:
        map: the place on the outline of its grid; None where nothing is known of either.
        undecided: whether the reader is asked who is responsible, and may want suggestions.
        lies_in: the grids in which it lies today, where its own was changed since.
        instance_id: of its case, None where the reader may not see that.
        reporter, looks: None and empty for whoever is not of the platform; the reporter is masked.
        requests: referral → what the reader may ask about it now, in the department's name.
    """

    incident: IncidentLine
    map: Drawing | None
    supplements: Sequence[IncidentSupplement]
    may_supplement: bool
    undecided: bool
    county: str
    township: str
    grid: GridStanding | None
    lies_in: Sequence[GridStanding]
    version: ItemVersion | None
    course: Course
    instance_id: str | None
    reporter: Reporter | None
    looks: Sequence[IncidentReporterLook]
    requests: Mapping[str, Sequence[RequestKind]]


def page_of(work: Work, no: str) -> IncidentPage:
    """Return the page of an incident that the actor may see; raise NotFound."""
    incident = incident_of(work, no)
    session, course, platform = work.session, course_of(work, no), may_look_at(work, no)
    grid = standing(session, [incident.grid]).get(incident.grid) if incident.grid else None
    known = versions_of(session, incident.county, incident.item)
    day = incident.occurred_at.date()
    return IncidentPage(
        incident=incident,
        map=_map(work, incident),
        supplements=supplements_of(session, no),
        may_supplement=may_supplement(work, incident.state),
        undecided=incident.state in UNDECIDED and may_be_advised(work),
        county=_name(work, incident.county),
        township=_name(work, incident.township),
        grid=grid,
        lies_in=lies_in(work, no),
        version=next((each for each in known if each.in_force(day)), known[0] if known else None),
        course=course,
        instance_id=_case(work, incident),
        reporter=reporter_of(work, no) if platform else None,
        looks=looks(work, no) if platform else (),
        requests={each.no: _requests(work, each) for each in course.referrals if each.ended_at is None},
    )


def _name(work: Work, code: str | None) -> str:
    unit = work.session.get(OrgUnit, code) if code else None
    return unit.name if unit else ""


def _map(work: Work, incident: IncidentLine) -> Drawing | None:
    point = None
    if incident.latitude is not None and incident.longitude is not None:
        point = (incident.latitude, incident.longitude)
    day = incident.occurred_at.astimezone(TIMEZONE).date()
    return place_map(work.session, incident.grid, incident.township, day, point, incident.place or incident.title)


def _case(work: Work, incident: IncidentLine) -> str | None:
    if incident.instance_id is None:
        return None
    try:
        return work.instances.get(incident.instance_id).id
    except NotFound:
        return None


def _requests(work: Work, referral: Any) -> list[RequestKind]:
    """Return what the actor may ask of a referral: of its department, and awaited by the case now."""
    if not any(post.org_unit == referral.unit and post.group in DEPARTMENT for post in work.actor.posts):
        return []
    return [kind for kind in RequestKind if work.messages.awaited(str(kind), referral.no)]
