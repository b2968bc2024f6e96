"""What the changes editor posts, and what its buttons do, without a page."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from plugins.grid_registry.editor import MOST_CHANGES, press, read, tidy

TWO_PARTS = {
    "op": "split",
    "grid": "G",
    "parts": [{"name": "甲", "unit_ids": ["u1"]}, {"name": "乙", "unit_ids": ["u2"]}],
}


def posted(*pairs: tuple[str, str]) -> MultiDict[str, str]:
    return MultiDict(pairs)


def test_a_button_adds_a_change_of_its_operation() -> None:
    assert read("changes", posted(("changes.do", "add:merge"))) == [{"op": "merge"}]


def test_a_button_with_an_unknown_operation_adds_nothing() -> None:
    assert press([], "add:abolish") == []


def test_no_more_than_the_allowed_number_of_changes_is_added() -> None:
    full = [{"op": "rename"}] * MOST_CHANGES
    assert len(press(full, "add:rename")) == MOST_CHANGES


def test_removing_a_change_goes_by_the_number_it_had_on_the_page() -> None:
    fields = posted(
        ("changes.3.op", "rename"), ("changes.3.name", "甲"), ("changes.5.op", "rename"), ("changes.5.name", "乙")
    )
    fields.add("changes.do", "remove:3")
    assert [change["name"] for change in read("changes", fields)] == ["乙"]


@pytest.mark.parametrize("button", ["remove:9", "remove:x", "remove:", "part:9", "unpart:0:9", "unpart:0", "show", ""])
def test_a_button_that_fits_nothing_changes_nothing(button: str) -> None:
    assert press([TWO_PARTS], button) == [TWO_PARTS]


def test_a_part_is_added_empty() -> None:
    (change,) = press([TWO_PARTS], "part:0")
    assert [part["unit_ids"] for part in change["parts"]] == [["u1"], ["u2"], []]


def test_the_units_of_a_removed_part_go_to_the_first_part() -> None:
    three = press([TWO_PARTS], "part:0")
    (change,) = press(three, "unpart:0:1")
    assert [part["unit_ids"] for part in change["parts"]] == [["u1", "u2"], []]


def test_a_split_never_has_fewer_than_two_parts() -> None:
    assert press([TWO_PARTS], "unpart:0:1") == [TWO_PARTS]


def test_choosing_another_grid_makes_the_old_rows_void_and_keeps_what_was_typed() -> None:
    fields = posted(
        ("changes.0.op", "split"),
        ("changes.0.grid", "new"),
        ("changes.0.shown", "old"),
        ("changes.0.parts.0.name", "甲"),
        ("changes.0.unit.u1", "0"),
    )
    (change,) = read("changes", fields)
    (part,) = change.pop("parts")
    assert change == {"op": "split", "grid": "new"}
    assert (part["name"], part["unit_ids"]) == ("甲", [])


@pytest.mark.parametrize("raw", [None, "x", 7, {}, [None, 3], {"op": "split"}])
def test_a_draft_of_any_other_shape_is_no_change(raw: object) -> None:
    assert tidy(raw) == []


def test_a_draft_with_fields_of_the_wrong_kind_is_made_harmless() -> None:
    (change,) = tidy([{"op": 5, "parts": ["x", {"unit_ids": "u"}], "successors": [], "unit_ids": None}])
    assert change["op"] == "5"
    assert change["parts"] == [{"name": "", "kind": "", "setting": "", "justification": "", "unit_ids": []}]
    assert change["successors"] == {}
    assert change["unit_ids"] == []
