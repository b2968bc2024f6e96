"""What departments' handlers may ask of the catalogue: the items of the county of their case."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from engine.core_api import Capability
from plugins.catalogue import listing


def _item(session: Session, org_path: str, code: str, day: str) -> dict[str, Any] | None:
    """Return what an item says on a day (ISO 8601), or None when it is not in force there."""
    if code.split("-", maxsplit=1)[0] not in org_path.strip("/").split("/"):
        return None
    found = [version for version in listing.in_force(session, code.split("-", maxsplit=1)[0], date.fromisoformat(day))]
    return next((_plain(version) for version in found if version.item.code == code), None)


def _plain(version: listing.ItemVersion) -> dict[str, Any]:
    item = version.item
    return {
        "code": item.code,
        "name": item.name_zh,
        "department": item.department,
        "worker_action": item.worker_action.value,
        "handling_mode": item.handling_mode.value,
        "requires_professional_skill": item.requires_professional_skill,
        "requires_enforcement_qualification": item.requires_enforcement_qualification,
        "catalogue": version.decision.number,
    }


CATALOGUE_READ = Capability("catalogue:read", "查询本县区在用的事项", {"catalogue.item": _item})
