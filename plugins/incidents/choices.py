"""What forms of incidents let people choose from, as `{value, label}`: departments, items in force, grids in force."""

from __future__ import annotations

from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from engine.core_api import OrgUnit
from plugins.catalogue.api import Item, in_force
from plugins.grid_registry.api import standing_in

Choices = list[dict[str, str]]


FAR: Final = 2
"""How far a department of another county is: 0 the county's own and offices of the township, 1 the city's."""
OFFICE: Final = "office"
"""Kind of a unit right below a township that handles matters for it."""


def departments(session: Session, county: str, township: str | None = None) -> Choices:
    """Return whom the platform may refer to: a county's departments, its city's, and the township's own offices."""
    return whom(session, county, township)[0]


def whom(session: Session, county: str, township: str | None, unit: str = "") -> tuple[Choices, Choices]:
    """Return whom the platform may refer to, and who may be a party to a dispute about what a unit was given (D6).

    Parties are, beside the former, the departments of the unit's own kind in the city's other counties: where a
    boundary is in doubt one of them is responsible. The platform cannot refer to them by itself, a city's ruling can.
    """
    above, (_, _, kind) = aliased(OrgUnit), unit.rpartition("-")
    city = sa.select(OrgUnit.parent_code).where(OrgUnit.code == county).scalar_subquery()
    in_other = sa.and_(above.parent_code == city, above.code != county)
    far = sa.and_(in_other, OrgUnit.code.endswith(f"-{kind}", autoescape=True)) if kind else sa.false()
    near = sa.or_(above.code == county, above.code == city)
    select = (
        sa.select(
            OrgUnit.code, OrgUnit.name, sa.case((in_other, FAR), (above.code == city, 1), else_=0).label("distance")
        )
        .join(above, above.code == OrgUnit.parent_code)
        .where(
            sa.or_(
                sa.and_(OrgUnit.kind == "department", sa.or_(near, far)),
                sa.and_(OrgUnit.kind == OFFICE, above.code == township),
            )
        )
        .order_by("distance", OrgUnit.kind, OrgUnit.code)
    )
    rows = session.execute(select).all()
    found = [({"value": code, "label": name}, distance) for code, name, distance in rows]
    return [each for each, distance in found if distance < FAR], [each for each, _ in found]


def items(session: Session, county: str, day: date) -> Choices:
    """Return the items of a county's catalogue that are in force on a day."""
    found = in_force(session, county, day)
    return [_item(each.item) for each in found]


def _item(item: Item) -> dict[str, str]:
    number = item.code.partition("-")[2]
    english = {"label_en": f"{number} {item.name_en}"} if item.name_en else {}
    return {"value": item.code, "label": f"{number} {item.name_zh}", **english}


def grids(session: Session, county: str, township: str | None, day: date) -> Choices:
    """Return the grids in force on a day in a township, or in all of the county where none is known."""
    select = sa.select(OrgUnit.code).where(OrgUnit.parent_code == county, OrgUnit.kind.in_(("township", "subdistrict")))
    places = [township] if township else list(session.scalars(select.order_by(OrgUnit.code)))
    found = [each for place in places for each in standing_in(session, place, day).values()]
    return [{"value": each.code, "label": f"{each.name}（{each.code}）"} for each in found]
