"""Items of the catalogue as incidents ask for them: a code that there is not, or another county's, is no error."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine.core_api import NotFound
from plugins.catalogue.api import ItemVersion, versions


def versions_of(session: Session, county: str, code: str | None) -> list[ItemVersion]:
    """Return the versions of a county's item, the newest first; none of what the county does not have."""
    if not code:
        return []
    try:
        found = versions(session, code)
    except NotFound:
        return []
    return [each for each in found if each.item.county == county]
