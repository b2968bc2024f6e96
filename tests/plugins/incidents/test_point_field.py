"""The form field of a point on a map: what it takes, what it refuses, and whose map it shows."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import ValidationError

from engine.core_api import FormContext, HandlerContext
from plugins.incidents.point_field import POINT
from tests.plugins.incidents.desk import COUNTY, TOWNSHIP, Desk

COMPONENT = {"key": "point", "list": "grid"}


def context_of(context: HandlerContext, unit: str) -> FormContext:
    variables = {"incident": {"occurred_at": "2026-12-01T08:00:00+08:00"}}
    return FormContext(context.session, context.feel, context.clock, variables, unit)


@pytest.mark.parametrize(
    ("raw", "point"),
    [
        ({"latitude": "26.44", "longitude": "111.6"}, {"latitude": 26.44, "longitude": 111.6}),
        ({"latitude": 26.44, "longitude": 111.6}, {"latitude": 26.44, "longitude": 111.6}),
        ({"latitude": "", "longitude": ""}, None),
        ({}, None),
    ],
)
def test_a_point_or_none(desk: Desk, raw: Any, point: Any) -> None:
    assert POINT.load is not None
    with desk.context() as context:
        assert POINT.load(COMPONENT, raw, context_of(context, TOWNSHIP)) == point


@pytest.mark.parametrize(
    "raw",
    [
        {"latitude": "26.44", "longitude": ""},
        {"latitude": "nan", "longitude": "111"},
        {"latitude": "91", "longitude": "111"},
        {"latitude": [26], "longitude": 111},
        ["26.44", "111.6"],
        "26.44,111.6",
    ],
)
def test_what_is_no_point_is_refused(desk: Desk, raw: Any) -> None:
    assert POINT.load is not None
    with desk.context() as context, pytest.raises(ValidationError):
        POINT.load(COMPONENT, raw, context_of(context, TOWNSHIP))


def test_a_county_is_shown_no_map(desk: Desk) -> None:
    with desk.context() as context:
        views = [POINT.view(COMPONENT, {"latitude": 1}, context_of(context, unit)) for unit in (TOWNSHIP, COUNTY)]
    assert [each["township"] for each in views] == [TOWNSHIP, None]
    assert [each["drawing"] for each in views] == [None, None], "no unit has an outline here"
    assert views[0]["point"] == {"latitude": 1, "longitude": ""}
