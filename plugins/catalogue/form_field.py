"""The form field that shows an application to those who review it: what it says, and what an amendment changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.core_api import FormContext, FormField, today
from plugins.catalogue import listing
from plugins.catalogue.draft import bases_of, draft_of, plain

PLAIN = (
    "name",
    "name_en",
    "description",
    "worker_action",
    "service_object",
    "frequency",
    "est_minutes_per_case",
    "est_cases_per_grid_year",
    "requires_professional_skill",
    "requires_enforcement_qualification",
    "qualification_note",
    "temporary_until",
    "removal_reason",
    "removal_text",
    "resources",
)
"""Fields of the form that are shown as they are, in the form's order."""


def _view(component: Mapping[str, Any], value: Any, context: FormContext) -> dict[str, Any]:
    draft = plain(context.variables.get("draft") or {})
    application = context.variables.get("application") or {}
    before = _before(application, context)
    return {
        "application": application,
        "rows": [
            (name, draft.get(name), _changed(before.get(name), draft.get(name)))
            for name in PLAIN
            if draft.get(name) not in (None, "")
        ],
        "bases": [{**basis, "effective_from": _day(basis.get("effective_from"))} for basis in bases_of(draft)],
        "person": draft.get("guidance_person") or {},
        "training": draft.get("training") or {},
        "funding": draft.get("funding") or {},
    }


def _before(application: Mapping[str, Any], context: FormContext) -> dict[str, Any]:
    """Return what the item says today that is to be amended, or nothing."""
    code = application.get("item")
    if application.get("kind") != "amend" or not code:
        return {}
    versions = listing.versions(context.session, str(code))
    found = next((version for version in versions if version.in_force(today(context.clock))), None)
    before: dict[str, Any] = plain(draft_of(found.item)) if found else {}
    return before


def _changed(before: Any, now: Any) -> Any:
    """Return what a field said before, or None where nothing was said or nothing changes."""
    return None if before in (None, "", now) else before


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) and text else None


FIELDS = [
    FormField(
        type="catalogue_application",
        template="catalogue/application_field.html",
        load=None,
        from_post=lambda component, posted: None,
        view=_view,
    )
]
"""The application, for reading only."""
