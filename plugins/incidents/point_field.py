"""The form field `incident_point`: a map on which whoever locates an incident puts a point, which chooses its grid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from marshmallow import ValidationError

from engine.core_api import TIMEZONE, FormContext, FormField, Message, OrgUnit
from plugins.grid_registry.api import township_map

PARTS: Final = {"latitude": 90, "longitude": 180}
"""Parts of a point (WGS 84, in degrees) → the most of each."""


def _load(component: Mapping[str, Any], raw: Any, context: FormContext) -> dict[str, float] | None:
    """Return the point; None for none. Raises marshmallow's ValidationError."""
    given: list[Any] = [raw.get(part) for part in PARTS] if isinstance(raw, Mapping) else [raw]
    if all(each in (None, "") for each in given):
        return None
    try:
        point = {part: float(each) for part, each in zip(PARTS, given, strict=True)}
    except (TypeError, ValueError) as error:
        raise ValidationError([Message("这不是一个位置，请在图上重新点选，或者从列表中选择网格。")]) from error
    if not all(-most <= point[part] <= most for part, most in PARTS.items()):
        raise ValidationError([Message("这不是一个位置，请在图上重新点选，或者从列表中选择网格。")])
    return point


def _from_post(component: Mapping[str, Any], posted: Any) -> dict[str, str] | None:
    point = {part: posted.get(f"{component['key']}.{part}").strip() for part in PARTS}
    return point if any(point.values()) else None


def _view(component: Mapping[str, Any], value: Any, context: FormContext) -> dict[str, Any]:
    township, day = _township(context), _day(context)
    drawing = township_map(context.session, township, day) if township else None
    point = value if isinstance(value, Mapping) else {}
    return {
        "drawing": drawing,
        "township": township,
        "day": day,
        "list": str(component.get("list") or "grid"),
        "point": {part: "" if point.get(part) is None else point[part] for part in PARTS},
    }


def _township(context: FormContext) -> str | None:
    """Return the township whose task it is; None where it is another unit's: a county has too many grids to draw."""
    unit = context.session.get(OrgUnit, context.org_unit)
    return unit.code if unit is not None and unit.kind == "township" else None


def _day(context: FormContext) -> date:
    """Return the day on which it happened: the grids of that day count (I3)."""
    incident = context.variables.get("incident")
    said = incident.get("occurred_at") if isinstance(incident, Mapping) else None
    try:
        moment = datetime.fromisoformat(str(said))
    except ValueError:
        moment = context.clock.now()
    return moment.astimezone(TIMEZONE).date()


POINT = FormField(
    type="incident_point",
    template="incidents/point_field.html",
    load=_load,
    from_post=_from_post,
    view=_view,
)
"""A point on the map, or none."""
