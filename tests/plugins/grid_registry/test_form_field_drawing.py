"""Outlines drawn by the server, and messages put at the editor's places."""

from __future__ import annotations

from typing import Any

import pytest

from plugins.grid_registry.changes_view import Problems
from plugins.grid_registry.drawing import WIDTH, Shape, draw


def square(west: float, south: float, size: float = 0.01) -> dict[str, Any]:
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_north_is_up_and_east_is_right() -> None:
    sheet = draw([Shape(square(111.0, 26.0), "", ""), Shape(square(111.02, 26.02), "", "")])
    assert sheet is not None
    south_west, north_east = sheet.outlines
    assert south_west.x < north_east.x
    assert south_west.y > north_east.y


def test_a_label_stands_in_the_middle() -> None:
    sheet = draw([Shape(square(111.0, 26.0), "1", "")])
    assert sheet is not None
    (outline,) = sheet.outlines
    assert (outline.x, outline.y) == pytest.approx((sheet.width / 2, sheet.height / 2), abs=0.2)


def test_a_degree_of_longitude_is_drawn_shorter_than_one_of_latitude() -> None:
    sheet = draw([Shape(square(111.0, 60.0), "", "")])
    assert sheet is not None
    assert sheet.width / sheet.height == pytest.approx(0.5, abs=0.01)


def test_drawings_of_the_same_ground_compare() -> None:
    west, east = square(111.0, 26.0), square(111.01, 26.0)
    first = draw([Shape(west, "", "")], frame=[east])
    second = draw([Shape(east, "", "")], frame=[west])
    assert first is not None
    assert second is not None
    assert (first.width, first.height) == (second.width, second.height)
    assert second.outlines[0].x > first.outlines[0].x


def test_several_rings_are_all_drawn_and_the_largest_bears_the_label() -> None:
    shape = {
        "type": "MultiPolygon",
        "coordinates": [square(111.0, 26.0, 0.001)["coordinates"], square(111.01, 26.0)["coordinates"]],
    }
    sheet = draw([Shape(shape, "1", "")])
    assert sheet is not None
    (outline,) = sheet.outlines
    assert outline.path.count("M") == 2
    assert outline.x > WIDTH / 3


@pytest.mark.parametrize("shapes", [[], [Shape(None, "", "")]])
def test_nothing_to_draw_gives_no_drawing(shapes: list[Shape]) -> None:
    assert draw(shapes) is None


def test_a_point_without_extent_is_no_error() -> None:
    assert draw([Shape({"type": "Polygon", "coordinates": [[[111, 26]] * 4]}, "1", "")]) is not None


def test_a_message_stands_at_its_own_place() -> None:
    problems = Problems(["changes.0", "changes.0.name"])
    problems.add("changes.0.name", "必填", "error")
    assert [problem.text for problem in problems.at("changes.0.name")] == ["必填"]
    assert problems.at("changes.0") == ()


def test_a_message_without_a_place_goes_to_the_nearest_above() -> None:
    problems = Problems(["changes", "changes.0"])
    problems.add("changes.0.parts.1.unit_ids.3", "未知单元", "error")
    assert [problem.text for problem in problems.at("changes.0")] == ["未知单元"]


def test_a_message_about_another_field_is_not_the_editors() -> None:
    problems = Problems(["changes"])
    problems.add("effective_date", "已过", "error")
    assert problems.at("changes") == ()


def test_the_same_text_is_said_once_at_a_place() -> None:
    problems = Problems(["changes"])
    problems.add("changes.0.a", "重复", "error")
    problems.add("changes.1.b", "重复", "live error")
    assert len(problems.at("changes")) == 1
