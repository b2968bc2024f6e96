"""A place is marked where it lies on the sheet, whichever outlines are drawn around it."""

from __future__ import annotations

import pytest

from plugins.grid_registry.drawing import WIDTH, Shape, Spot, draw

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[111.6, 26.4], [111.7, 26.4], [111.7, 26.5], [111.6, 26.5], [111.6, 26.4]]],
}


def test_a_place_is_marked_where_it_lies() -> None:
    sheet = draw([Shape(SQUARE, "", "方格")], spots=[Spot(111.65, 26.45, "井盖")])
    assert sheet is not None
    (spot,) = sheet.spots
    assert (spot.x, spot.y) == (pytest.approx(sheet.width / 2, abs=0.1), pytest.approx(sheet.height / 2, abs=0.1))


def test_the_sheet_has_room_for_a_place_outside() -> None:
    sheet = draw([Shape(SQUARE, "", "方格")], spots=[Spot(111.9, 26.3, "井盖")])
    assert sheet is not None
    (spot,) = sheet.spots
    assert (spot.x, spot.y) == (sheet.width, sheet.height)
    assert sheet.width <= WIDTH


def test_a_place_alone_makes_no_map() -> None:
    assert draw([], spots=[Spot(111.9, 26.3, "井盖")]) is None
