"""What forms of incidents let people choose from, as `{value, label}`: departments, items in force, grids in force."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.core_api import OrgUnit
from plugins.catalogue.api import in_force
from plugins.grid_registry.api import standing_in

Choices = list[dict[str, str]]


def departments(session: Session, county: str) -> Choices:
    """Return the departments of a county, and those of its city, by code."""
    city = sa.select(OrgUnit.parent_code).where(OrgUnit.code == county).scalar_subquery()
    select = sa.select(OrgUnit.code, OrgUnit.name).where(
        OrgUnit.kind == "department", sa.or_(OrgUnit.parent_code == county, OrgUnit.parent_code == city)
    )
    rows = session.execute(select.order_by(OrgUnit.parent_code.desc(), OrgUnit.code))
    return [{"value": code, "label": name} for code, name in rows]


def items(session: Session, county: str, day: date) -> Choices:
    """Return the items of a county's catalogue that are in force on a day."""
    found = in_force(session, county, day)
    return [
        {"value": each.item.code, "label": f"{each.item.code.partition('-')[2]} {each.item.name_zh}"} for each in found
    ]


def grids(session: Session, county: str, township: str | None, day: date) -> Choices:
    """Return the grids in force on a day in a township, or in all of the county where none is known."""
    select = sa.select(OrgUnit.code).where(OrgUnit.parent_code == county, OrgUnit.kind.in_(("township", "subdistrict")))
    places = [township] if township else list(session.scalars(select.order_by(OrgUnit.code)))
    found = [each for place in places for each in standing_in(session, place, day).values()]
    return [{"value": each.code, "label": f"{each.name}（{each.code}）"} for each in found]
