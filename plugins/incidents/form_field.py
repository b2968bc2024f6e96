"""The form field `incident`: what was reported, for whoever does a task about it. No word of who reported (I20)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core_api import FormContext, FormField, OrgUnit
from plugins.grid_registry.api import standing
from plugins.incidents.advice import ADVISED
from plugins.incidents.handled import handled
from plugins.incidents.items import versions_of
from plugins.incidents.lifecycle import UNDECIDED
from plugins.incidents.point_field import POINT
from plugins.incidents.supplements import supplements_of
from plugins.incidents.tables import Incident


def _view(component: Mapping[str, Any], value: Any, context: FormContext) -> dict[str, Any]:
    incident = context.session.get(Incident, _number(context.variables))
    if incident is None:
        return {"incident": None}
    session = context.session
    versions = versions_of(session, incident.county, incident.item)
    version = next((each for each in versions if each.number == incident.item_version), None)
    grid = standing(session, [incident.grid]).get(incident.grid) if incident.grid else None
    township = session.get(OrgUnit, incident.township) if incident.township else None
    return {
        "incident": incident,
        "version": version,
        "grid": grid,
        "township": township.name if township else "",
        "routing": incident.routing or {},
        "supplements": supplements_of(session, incident.no),
        "advised": ADVISED if incident.state in UNDECIDED else (),
        "handled": handled(session, incident.no),
    }


def _number(variables: Mapping[str, Any]) -> str:
    """Return the incident's number: of the case's own variable, or of the referral that a department was given."""
    for name, key in (("incident", "no"), ("referral", "incident_no")):
        value = variables.get(name)
        if isinstance(value, Mapping) and value.get(key):
            return str(value[key])
    return ""


FIELDS = [
    FormField(
        type="incident",
        template="incidents/incident_field.html",
        load=None,
        from_post=lambda component, posted: None,
        view=_view,
    ),
    POINT,
]
"""The incident, for reading only; and where it lies, on a map."""
