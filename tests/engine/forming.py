"""Forms for tests: built from components, filled in at a fixed time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from marshmallow import ValidationError
from sqlalchemy.orm import Session

from engine.clock import TIMEZONE, FixedClock
from engine.errors import FormInvalid
from engine.feel import Feel
from engine.forms import Component, Form, FormContext, FormField, parse_form, validate

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=TIMEZONE)


def form(*components: Component, feel: Feel | None = None) -> Form:
    made, findings = parse_form(json.dumps({"components": components}).encode(), "x.form.json", feel)
    assert findings == []
    assert made is not None
    return made


def context(feel: Feel, **variables: Any) -> FormContext:
    # no field of these tests asks the database
    return FormContext(cast(Session, None), feel, FixedClock(NOON), variables, "431103001")


def _load_point(component: Component, raw: Any, context: FormContext) -> dict[str, float]:
    if not isinstance(raw, Mapping):
        raise ValidationError("坐标无效")
    missing = {name: ["必填项"] for name in ("lon", "lat") if name not in raw}
    if missing:
        raise ValidationError(cast(Any, missing))
    return {"lon": float(raw["lon"]), "lat": float(raw["lat"])}


def _point_from_post(component: Component, post: Any) -> Any:
    key = component["key"]
    return {axis: post.get(f"{key}.{axis}") for axis in ("lon", "lat") if f"{key}.{axis}" in post} or None


POINT = FormField("point", "point.html", _load_point, _point_from_post, lambda component, value, context: {})
PICTURE = FormField("picture", "picture.html", None, lambda component, post: None, lambda *_: {})
FIELDS = {"point": POINT, "picture": PICTURE}


def fill(feel: Feel, components: list[Component], payload: Mapping[str, Any], **variables: Any) -> dict[str, Any]:
    return validate(form(*components), payload, context(feel, **variables), FIELDS)


def errors(feel: Feel, components: list[Component], payload: Mapping[str, Any], **variables: Any) -> dict[str, Any]:
    try:
        values = fill(feel, components, payload, **variables)
    except FormInvalid as invalid:
        return invalid.errors
    raise AssertionError(f"nothing was refused: {values}")
