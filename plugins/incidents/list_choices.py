"""What the list of incidents can be narrowed to: what occurs among those that the reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engine.core_api import OrgUnit, Work, today
from plugins.catalogue.api import Item, in_force
from plugins.grid_registry.api import standing
from plugins.incidents.incident_list import seen
from plugins.incidents.tables import Incident
from plugins.incidents.tables_referral import Referral

Choices = Sequence[tuple[str, str]]
"""(code, name) of each."""


@dataclass(frozen=True, slots=True)
class ListChoices:
    """What one may choose from. `items`: an item that is not in force any more has no entry but its code.

    `grids` is empty where the incidents lie in several townships: one township has to be chosen first.
    """

    counties: Choices
    townships: Choices
    grids: Choices
    departments: Choices
    items: Sequence[tuple[str, Item | None]]


def list_choices(work: Work, township: str = "") -> ListChoices:
    """Return the choices among the incidents that the actor may see; grids of one township."""
    columns = (Incident.county, Incident.township, Incident.grid, Incident.item)
    found = work.session.execute(seen(work).with_only_columns(*columns).distinct()).all()
    counties, townships = {row[0] for row in found}, {row[1] for row in found if row[1]}
    chosen = {township} if township else townships
    grids = {row[2] for row in found if row[2] and row[1] in chosen} if len(chosen) == 1 else set()
    return ListChoices(
        counties=_units(work, counties),
        townships=_units(work, townships),
        grids=[(code, each.name) for code, each in sorted(standing(work.session, grids).items())] if grids else [],
        departments=_departments(work),
        items=_items(work, counties, {row[3] for row in found if row[3]}),
    )


def _units(work: Work, codes: Iterable[str]) -> Choices:
    select = sa.select(OrgUnit.code, OrgUnit.name).where(OrgUnit.code.in_(codes)).order_by(OrgUnit.code)
    return [(code, name) for code, name in work.session.execute(select)]


def _departments(work: Work) -> Choices:
    nos = seen(work).with_only_columns(Incident.no)
    referred = sa.select(Referral.unit).where(Referral.incident_no.in_(nos)).distinct()
    return _units(work, work.session.scalars(referred).all())


def _items(work: Work, counties: Iterable[str], codes: Iterable[str]) -> Sequence[tuple[str, Item | None]]:
    day = today(work.clock)
    known = {each.item.code: each.item for county in counties for each in in_force(work.session, county, day)}
    return [(code, known.get(code)) for code in sorted(codes)]
