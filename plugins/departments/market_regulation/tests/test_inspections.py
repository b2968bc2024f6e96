"""The bureau's rules, example by example as the README has them."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files

import pytest
from onegrid_market_regulation.inspections import FOOD, ITEMS, LIFT, UNLICENSED, number, rectify_by, result_of

DAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("item", "licence", "hazard", "result", "by"),
    [
        (FOOD, "JY14311030000001", False, "pass", None),
        (FOOD, "JY14311030000001", True, "rectify", date(2026, 12, 16)),
        (FOOD, None, False, "refer", None),
        (UNLICENSED, None, True, "refer", None),
        (LIFT, "梯11湘M00001", True, "refer", None),
        (LIFT, "梯11湘M00001", False, "pass", None),
    ],
)
def test_what_follows_from_an_inspection(
    item: str, licence: str | None, hazard: bool, result: str, by: date | None
) -> None:
    assert result_of(item, licence, hazard=hazard) == result
    assert rectify_by(item, result, DAY) == by


def test_inspections_are_numbered_by_the_year() -> None:
    assert number(DAY, 0) == "AMR-2026-00001"
    assert number(DAY, 41) == "AMR-2026-00042"


def test_the_items_are_those_of_the_catalogue() -> None:
    catalogue = json.loads((files("onegrid_market_regulation") / "content/catalogue/items.json").read_bytes())
    assert {item["item_code"]: item["name_zh"] for item in catalogue["items"]} == ITEMS
