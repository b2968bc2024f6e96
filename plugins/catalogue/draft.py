"""An application as its form has it: kept as JSON, read into an item, and the facts that the formal check asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from plugins.catalogue.listing import ItemVersion, read_basis
from plugins.catalogue.model import SUFFICIENT, DocumentType, Guarantees, Item, LegalBasis, WorkerAction

SIMILAR = 0.75
"""From which likeness of two names on they are told of as possibly the same item; a warning only (assumed)."""


class Kind(StrEnum):
    """What is applied for (SPEC 8(b))."""

    INCLUDE = "include"
    AMEND = "amend"
    REMOVE = "remove"
    TEMPORARY = "temporary"


@dataclass(frozen=True, slots=True)
class Beside:
    """What there is beside an application.

    Attributes:
        others: the items of the department in the catalogue, without the one that is applied for.
        minutes_taken: minutes a grid and year that other items take.
        before: what the item says that is to be amended; None for anything else, and while it is suspended.
        item_code: the item that is applied for, if it is one already.
        temporary: every version of the department's temporary items.
    """

    others: Sequence[ItemVersion] = ()
    minutes_taken: int = 0
    before: Item | None = None
    item_code: str | None = None
    temporary: Sequence[ItemVersion] = ()


def plain(value: Any) -> Any:
    """Return a form's values as JSON: dates as ISO 8601."""
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def bases_of(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the legal bases of a plain application, rows that are not empty."""
    return [row for row in content.get("legal_bases") or () if isinstance(row, Mapping) and row.get("title")]


def read_item(code: str, content: Mapping[str, Any], guarantees: Guarantees, before: Item | None = None) -> Item:
    """Return the item that a plain application asks for; raise KeyError or ValueError where it is none.

    A basis that is as it was `before` keeps why it must be read again: nobody has read it again.
    """
    until = content.get("temporary_until")
    return Item(
        code=code,
        name_zh=content["name"],
        name_en=content.get("name_en") or "",
        description=content.get("description") or "",
        worker_action=WorkerAction(content["worker_action"]),
        requires_professional_skill=bool(content.get("requires_professional_skill")),
        requires_enforcement_qualification=bool(content.get("requires_enforcement_qualification")),
        legal_bases=[_as_known(read_basis(basis), before) for basis in bases_of(content)],
        guarantees=guarantees,
        temporary_until=date.fromisoformat(until) if until else None,
    )


def _as_known(basis: LegalBasis, before: Item | None) -> LegalBasis:
    same = (known for known in (before.legal_bases if before else ()) if _cited(known) == _cited(basis))
    known = next(same, None)
    return replace(basis, recheck=known.recheck, source=known.source) if known else basis


def _cited(basis: LegalBasis) -> tuple[str, str, str, str]:
    return basis.title.strip(), basis.article.strip(), basis.doc_type, "".join(basis.excerpt.split())


def is_minor(content: Mapping[str, Any], before: Item) -> bool:
    """Return whether an amendment leaves as they are bases, flags and what the worker does (SPEC 8(b)).

    The department cannot change: an item's code names it.
    """
    flags = ("requires_professional_skill", "requires_enforcement_qualification")
    return (
        content.get("worker_action") == before.worker_action
        and all(bool(content.get(flag)) is getattr(before, flag) for flag in flags)
        and sorted(map(_cited, map(read_basis, bases_of(content)))) == sorted(map(_cited, before.legal_bases))
    )


def updated(before: Guarantees, now: Guarantees) -> Guarantees:
    """Return guarantees as an amendment changes them: what it does not say stays."""
    return Guarantees(
        guidance_person={**before.guidance_person, **now.guidance_person},
        training={**before.training, **now.training},
        resources=now.resources or before.resources,
        funding={**before.funding, **now.funding},
    )


def read_guarantees(content: Mapping[str, Any]) -> Guarantees:
    """Return the guarantees in the plain values of a form."""
    return Guarantees(
        guidance_person=_filled(content.get("guidance_person")),
        training=_filled(content.get("training")),
        resources=content.get("resources") or "",
        funding=_filled(content.get("funding")),
    )


def draft_of(item: Item) -> dict[str, Any]:
    """Return what the form of an amendment starts with: what the item says now."""
    training = dict(item.guarantees.training)
    on = training.get("on")
    return {
        "name": item.name_zh,
        "name_en": item.name_en,
        "description": item.description,
        "worker_action": item.worker_action.value,
        "requires_professional_skill": item.requires_professional_skill,
        "requires_enforcement_qualification": item.requires_enforcement_qualification,
        "legal_bases": [
            {
                "title": each.title,
                "article": each.article,
                "doc_type": each.doc_type.value,
                "excerpt": each.excerpt,
                "effective_from": each.effective_from,
                "effective_to": each.effective_to,
            }
            for each in item.legal_bases
        ],
        "guidance_person": dict(item.guarantees.guidance_person),
        "training": training | ({"on": date.fromisoformat(on)} if isinstance(on, str) else {}),
        "resources": item.guarantees.resources,
        "funding": dict(item.guarantees.funding),
    }


def facts(kind: Kind, content: Mapping[str, Any], beside: Beside, today: date) -> dict[str, Any]:
    """Return what the decision D3 asks of an application, and whether it is a minor amendment.

    Args:
        kind: what is applied for.
        content: the application, plain.
        beside: what there is beside it.
        today: the day of the check.
    """
    bases = bases_of(content)
    guarantees = read_guarantees(content)
    similar = _similar(content, beside.others)
    until = content.get("temporary_until")
    return {
        "kind": kind.value,
        "bases": len(bases),
        "rank": "sufficient" if any(DocumentType(basis["doc_type"]) in SUFFICIENT for basis in bases) else "low",
        "quoted": all(basis.get("excerpt") for basis in bases),
        "bases_in_force": all(holds(basis, today) for basis in bases),
        "qualified": bool(
            content.get("requires_professional_skill") or content.get("requires_enforcement_qualification")
        ),
        "worker_action": content.get("worker_action") or "",
        "guarantees_complete": not list(guarantees.missing()),
        "provided": bool(guarantees.resources or guarantees.funding.get("amount_cny")),
        "is_duplicate": similar is not None,
        "duplicate": f"{similar.item.code} {similar.item.name_zh}" if similar else "",
        "term_days": (date.fromisoformat(until) - today).days if until else None,
        "own_areas": bool(content.get("own_areas")),
        "minutes": minutes(content),
        "minutes_taken": beside.minutes_taken,
        "terms": _terms(content, beside) if kind is Kind.TEMPORARY else 0,
        "minor": kind is Kind.AMEND and beside.before is not None and is_minor(content, beside.before),
    }


def _terms(content: Mapping[str, Any], beside: Beside) -> int:
    """Return how many times the item was temporary before: by its code, or under another code by its name."""
    name = content.get("name") or ""
    return sum(
        version.item.code == beside.item_code or SequenceMatcher(None, name, version.item.name_zh).ratio() >= SIMILAR
        for version in beside.temporary
        if version.valid_to is None or version.valid_to > version.valid_from
    )


def minutes(content: Mapping[str, Any]) -> int:
    """Return the minutes a grid and year that a plain application expects."""
    return int(content.get("est_minutes_per_case") or 0) * int(content.get("est_cases_per_grid_year") or 0)


def holds(basis: Mapping[str, Any], day: date) -> bool:
    """Return whether a basis of a plain application is in force on a day."""
    begins, ends = basis.get("effective_from"), basis.get("effective_to")
    return (not begins or date.fromisoformat(begins) <= day) and (not ends or day < date.fromisoformat(ends))


def _similar(content: Mapping[str, Any], others: Sequence[ItemVersion]) -> ItemVersion | None:
    name = content.get("name") or ""
    articles = {(basis["title"], basis.get("article")) for basis in bases_of(content)}
    for other in others:
        if SequenceMatcher(None, name, other.item.name_zh).ratio() >= SIMILAR:
            return other
        if articles & {(basis.title, basis.article) for basis in other.item.legal_bases}:
            return other
    return None


def _filled(values: Any) -> dict[str, Any]:
    return (
        {name: each for name, each in values.items() if each not in (None, "")} if isinstance(values, Mapping) else {}
    )
