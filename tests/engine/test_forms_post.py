"""Forms posted as HTML: the same values as JSON would have sent, and nothing of what was typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from engine.feel import Feel
from engine.form_values import defaults, from_post
from tests.engine.forming import FIELDS, context, fill, form

CHOICES = [{"label": "是", "value": True}, {"label": "三", "value": 3}, {"label": "甲", "value": "a"}]
COMPONENTS: list[dict[str, Any]] = [
    {"type": "textfield", "key": "name"},
    {"type": "textarea", "key": "reasons"},
    {"type": "number", "key": "size"},
    {"type": "radio", "key": "choice", "values": CHOICES},
    {"type": "checklist", "key": "checks", "values": CHOICES},
    {"type": "checkbox", "key": "statement"},
    {"type": "datetime", "key": "day"},
    {"type": "text", "text": "说明"},
    {"type": "picture", "key": "picture"},
    {"type": "group", "path": "place", "components": [{"type": "point", "key": "at"}]},
    {"type": "group", "components": [{"type": "textfield", "key": "flat"}]},
    {
        "type": "dynamiclist",
        "path": "rows",
        "components": [{"type": "textfield", "key": "name"}, {"type": "checkbox", "key": "big"}],
    },
]


@pytest.fixture(scope="module")
def feel() -> Iterator[Feel]:
    with Feel() as feel:
        yield feel


def posted(*pairs: tuple[str, str]) -> dict[str, Any]:
    return from_post(form(*COMPONENTS), MultiDict(pairs), FIELDS)


def test_a_post_becomes_what_json_would_have_been() -> None:
    values = posted(
        ("name", " 甲 "),
        ("reasons", "a\r\nb"),
        ("size", " 12 "),
        ("choice", "true"),
        ("checks", "3"),
        ("checks", "a"),
        ("statement", "on"),
        ("day", "2026-12-01"),
        ("place.at.lon", "111.6"),
        ("flat", "x"),
        ("rows.0.name", "one"),
        ("rows.2.name", "three"),
        ("rows.2.big", "true"),
        ("rows.10", ""),
        ("csrf_token", "t"),
        ("idempotency_key", "k"),
    )

    assert values == {
        "name": " 甲 ",
        "reasons": "a\nb",
        "size": 12,
        "choice": True,
        "checks": [3, "a"],
        "statement": True,
        "day": "2026-12-01",
        "place": {"at": {"lon": "111.6"}},
        "flat": "x",
        "rows": [{"name": "one", "big": False}, {"name": "three", "big": True}, {"big": False}],
    }


def test_an_empty_post_has_unticked_boxes_and_no_rows() -> None:
    assert posted() == {"checks": [], "statement": False, "place": {"at": None}, "rows": []}


@pytest.mark.parametrize(("sent", "ticked"), [("on", True), ("true", True), ("false", False), ("", False)])
def test_a_box_is_ticked_unless_it_says_otherwise(sent: str, ticked: bool) -> None:
    assert posted(("statement", sent))["statement"] is ticked


def test_empty_inputs_are_empty() -> None:
    values = posted(("name", ""), ("size", ""), ("choice", ""), ("day", " "), ("checks", ""))

    assert values | {"place": None, "rows": None} == {
        "name": "",
        "size": None,
        "choice": None,
        "day": None,
        "checks": [],
        "statement": False,
        "place": None,
        "rows": None,
    }


@pytest.mark.parametrize(
    ("typed", "value"), [("１２", 12), ("1.5", 1.5), ("-3", -3), ("abc", "abc"), ("1e5", "1e5"), ("1,000", "1,000")]
)
def test_what_is_no_number_is_kept_as_typed(typed: str, value: Any) -> None:
    assert posted(("size", typed))["size"] == value


@given(
    st.lists(st.tuples(st.sampled_from(["name", "size", "rows.0", "rows.1.name", "rows.x", "rows.99999"]), st.text()))
)
def test_no_post_breaks_the_reading(pairs: list[tuple[str, str]]) -> None:
    assert isinstance(posted(*pairs), dict)


def test_a_post_of_endless_rows_is_cut_where_the_check_refuses_it(feel: Feel) -> None:
    values = posted(*((f"rows.{number}.name", "x") for number in range(2000)))

    assert len(values["rows"]) == 501


def test_a_posted_form_passes_the_check(feel: Feel) -> None:
    payload = posted(("name", "甲"), ("size", "12"), ("day", "2026-12-01"), ("rows.0.name", "one"))

    values = fill(feel, COMPONENTS, payload)

    assert values["size"] == 12
    assert values["day"] == date(2026, 12, 1)
    assert values["rows"] == [{"name": "one", "big": False}]
    assert values["place"] == {"at": None}


def test_a_form_starts_with_its_defaults(feel: Feel) -> None:
    components = [
        {"type": "datetime", "key": "day", "default": '=today() + duration("P30D")'},
        {"type": "textfield", "key": "no", "default": "=proposal.no"},
        {"type": "number", "key": "size", "defaultValue": 5},
        {"type": "textfield", "key": "empty"},
        {"type": "group", "path": "g", "components": [{"type": "checkbox", "key": "tick", "defaultValue": True}]},
    ]

    assert defaults(form(*components), context(feel, proposal={"no": "P1"})) == {
        "day": date(2026, 12, 23),
        "no": "P1",
        "size": 5,
        "g": {"tick": True},
    }
