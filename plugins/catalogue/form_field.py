"""The form fields of the catalogue: the application and the suspended item for reading, the opinions to be handled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from marshmallow import ValidationError

from engine.core_api import FormContext, FormField, Message, today
from plugins.catalogue import consultations, listing
from plugins.catalogue.draft import bases_of, draft_of, plain
from plugins.catalogue.tables import Opinion

ANSWER: Final = ("receipt_no", "handled", "summary", "reason")
ANSWER_LENGTH: Final = 1000
EVERY_ONE: Final = Message("收到的意见有变化，请刷新后逐条处理。")
CHOOSE: Final = Message("请选择如何处理。")

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


def _view_suspension(component: Mapping[str, Any], value: Any, context: FormContext) -> dict[str, Any]:
    suspension = context.variables.get("suspension") or {}
    decided = (context.variables.get("lapse") or {}).get("text")
    return {
        "suspension": suspension,
        "text": decided or suspension.get("seen") or suspension.get("text") or "",
        "now": context.variables.get("guarantees") or {},
    }


def _opinions(context: FormContext) -> Sequence[Opinion]:
    application = context.variables.get("application")
    no = application.get("no") if isinstance(application, Mapping) else None
    return consultations.said(context.session, str(no)) if no else []


def _read_answers(component: Mapping[str, Any], posted: Any) -> list[dict[str, str]]:
    key, rows = component["key"], list[dict[str, str]]()
    while f"{key}.{len(rows)}.receipt_no" in posted:
        at = f"{key}.{len(rows)}"
        rows.append({name: posted.get(f"{at}.{name}", "").strip() for name in ANSWER})
    return rows


def load_answers(component: Mapping[str, Any], raw: Any, context: FormContext) -> list[dict[str, str]]:
    """Return how each opinion is handled; raise marshmallow's ValidationError, at the opinions' fields.

    `receipt_no` of every opinion has to be there once; `summary` is what is published of it, in the agency's words.
    """
    asked = [opinion.receipt_no for opinion in _opinions(context)]
    rows = [row for row in raw if isinstance(row, Mapping)] if isinstance(raw, list) else []
    if [row.get("receipt_no") for row in rows] != asked:
        raise ValidationError([EVERY_ONE])
    errors = {number: faults for number, row in enumerate(rows) if (faults := dict(_faults(row)))}
    if errors:
        raise ValidationError(errors)
    return [{name: str(row[name]).strip() for name in ANSWER} for row in rows]


def _faults(row: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    if row.get("handled") not in list(consultations.Handled):
        yield "handled", [CHOOSE]
    for name in ("summary", "reason"):
        if not 4 <= len(str(row.get(name) or "").strip()) <= ANSWER_LENGTH:
            yield name, [Message("请写4至%(most)s字。", most=ANSWER_LENGTH)]


def _view_opinions(component: Mapping[str, Any], value: Any, context: FormContext) -> dict[str, Any]:
    rows = value if isinstance(value, list) else []
    given = {row.get("receipt_no"): row for row in rows if isinstance(row, Mapping)}
    return {
        "opinions": [(opinion, given.get(opinion.receipt_no) or {}) for opinion in _opinions(context)],
        "most": ANSWER_LENGTH,
    }


FIELDS = [
    FormField(
        type="catalogue_application",
        template="catalogue/application_field.html",
        load=None,
        from_post=lambda component, posted: None,
        view=_view,
    ),
    FormField(
        type="catalogue_suspension",
        template="catalogue/suspension_field.html",
        load=None,
        from_post=lambda component, posted: None,
        view=_view_suspension,
    ),
    FormField(
        type="consultation_opinions",
        template="catalogue/opinions_field.html",
        load=load_answers,
        from_post=_read_answers,
        view=_view_opinions,
    ),
]
"""The application and the suspension are for reading only; the value of the opinions is how each is handled."""
