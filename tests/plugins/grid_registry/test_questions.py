"""What the registry answers: pictures, differences, proposals, and the questions of departments."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from shapely.geometry import shape
from sqlalchemy.orm import Session

from engine.errors import NotFound
from plugins.grid_registry import api, plans
from plugins.grid_registry.capabilities import grid_get, grids_in_county
from plugins.grid_registry.size import institution
from plugins.grid_registry.units import UnitsRefused
from tests.plugins.grid_registry.town import (
    DAY,
    OTHER,
    SECOND,
    TOWNSHIP,
    URBAN,
    VILLAGE,
    Town,
    codes,
    creating,
    square,
    unit,
)

C1, C2, OTHER_GRID = f"{URBAN}-C001", f"{URBAN}-C002", f"{SECOND}-C001"
HERE, NEXT_DOOR = "/431100/431103/431103001/", "/431100/431102/"


def split(name: str = "甲") -> dict[str, Any]:
    result = {"kind": "comprehensive", "setting": "urban", "justification": ""}
    parts = [
        {**result, "name": name, "unit_ids": codes(URBAN, 1, 2), "justification": "实际情况"},
        {**result, "name": f"{name}二", "unit_ids": codes(URBAN, 3, 4)},
    ]
    return {"op": "split", "grid": C1, "parts": parts}


def move() -> dict[str, Any]:
    return {"op": "move_units", "unit_ids": codes(URBAN, 4), "from": C1, "to": C2, "justification": "近便"}


def test_a_picture_has_communities_units_and_grids_with_their_figures(settled: Town) -> None:
    with Session(settled.database) as session:
        picture = api.township_picture(session, TOWNSHIP)
    assert (picture.name, picture.revision, picture.synthetic) == ("梅湾街道", 1, True)
    assert [(community.code, community.setting) for community in picture.communities] == [
        (URBAN, "urban"),
        (SECOND, "urban"),
        (VILLAGE, "rural"),
    ]
    grid = picture.grids[0]
    assert (grid.code, grid.households, grid.population, grid.institution) == (C1, 400, 1200, "none")
    assert grid.boundary is not None
    assert grid.boundary["type"] == "Polygon"
    assert {unit.code: unit.grid for unit in picture.units}[codes(URBAN, 5)[0]] == C2


def test_a_picture_before_the_first_division_has_no_grids(settled: Town) -> None:
    with Session(settled.database) as session:
        picture = api.township_picture(session, TOWNSHIP, date(2026, 11, 30))
    assert picture.grids == ()
    assert len(picture.units) == 8


def test_a_code_that_is_no_township_is_not_found(settled: Town) -> None:
    with Session(settled.database) as session:
        for code in ("431103", URBAN, "999"):
            with pytest.raises(NotFound):
                api.township_picture(session, code)
        with pytest.raises(NotFound):
            api.grid(session, f"{URBAN}-C999")
        with pytest.raises(NotFound):
            api.difference(session, "HF-431103001-2026-999")


def test_the_difference_shows_what_goes_and_what_comes(settled: Town) -> None:
    no = settled.propose(settled.plan([split()]))
    with Session(settled.database) as session:
        difference = api.difference(session, no)
    assert [(grid.code, grid.population) for grid in difference.before_grids] == [(C1, 1200)]
    assert [(grid.code, grid.name, grid.population) for grid in difference.after_grids] == [
        (None, "甲", 600),
        (None, "甲二", 600),
    ]
    assert difference.lineage == ((0, 0), (0, 1))
    assert [feature["properties"]["change"] for feature in difference.before["features"]] == ["retired"]
    assert [feature["properties"]["change"] for feature in difference.after["features"]] == ["created", "created"]
    assert difference.after["features"][0]["geometry"]["type"] == "Polygon"


def test_the_difference_stays_the_same_after_the_plan_was_applied_and_more_happened(settled: Town) -> None:
    no = settled.sign(settled.propose(settled.plan([split()])))
    with Session(settled.database) as session:
        before = api.difference(session, no)
    settled.apply(no)
    settled.divide([{"op": "rename", "grid": f"{URBAN}-C003", "name": "后来的名字"}])
    with Session(settled.database) as session:
        after = api.difference(session, no)
    assert after.before == before.before
    assert [grid.code for grid in after.after_grids] == [f"{URBAN}-C003", f"{URBAN}-C004"]
    assert [grid.name for grid in after.after_grids] == ["甲", "甲二"]


def test_the_difference_of_a_move_and_a_rename_shows_the_grids_that_go_on(settled: Town) -> None:
    rename = {"op": "rename", "grid": OTHER_GRID, "name": "亭前网格"}
    no = settled.propose(settled.plan([move(), rename]))
    with Session(settled.database) as session:
        difference = api.difference(session, no)
    assert {grid.code: (grid.name, grid.population) for grid in difference.after_grids} == {
        C1: ("第1网格", 900),
        C2: ("第2网格", 900),
        OTHER_GRID: ("亭前网格", 600),
    }
    changes = {each["properties"]["code"]: each["properties"]["change"] for each in difference.after["features"]}
    assert changes == {C1: "changed", C2: "changed", OTHER_GRID: "renamed"}


def test_the_difference_takes_the_verdicts_of_the_process(settled: Town) -> None:
    no = settled.propose(settled.plan([split()]))
    verdict = {
        "suggested_kind": "comprehensive",
        "verdict": "JUSTIFY",
        "justification_required": True,
        "review_level": "county_reviewer",
        "explanation_zh": "偏离",
        "explanation_en": "deviates",
    }
    with Session(settled.database) as session:
        judged = api.difference(session, no, [verdict, {"verdict": None}])
        stale = api.difference(session, no, [verdict])
    assert [grid.verdict and grid.verdict.verdict for grid in judged.after_grids] == ["JUSTIFY", None]
    assert [grid.verdict for grid in stale.after_grids] == [None, None]


def test_proposals_are_listed_by_place_with_the_last_plan_that_was_checked(settled: Town) -> None:
    no = settled.propose(settled.plan([split("甲")]))
    settled.clock.advance(timedelta(hours=1))
    with settled.session() as session:
        settled.check(session, no, settled.plan([split("乙")]))
    with Session(settled.database) as session:
        found = api.proposals(session, HERE)
        assert api.proposals(session, "/431100/431103/431103002/") == []
        assert api.proposals(session, NEXT_DOOR) == []
        assert [each.no for each in api.proposals(session, "/431100/")] == [each.no for each in found]
    assert [each.no for each in found] == ["HF-431103001-2026-002", "HF-431103001-2026-001"]
    assert found[0].plan is not None
    assert found[0].plan["changes"][0]["parts"][0]["name"] == "乙"
    assert (found[0].revision, found[1].revision, found[0].state) == (None, 1, "active")


def test_a_proposal_is_numbered_by_township_and_year(settled: Town) -> None:
    assert settled.propose(settled.plan([split()]), OTHER) == "HF-431103002-2026-001"
    settled.clock.advance(timedelta(days=31))
    assert settled.propose(settled.plan([split()])) == "HF-431103001-2027-001"


def test_a_filing_is_kept_for_an_applied_proposal_only(settled: Town) -> None:
    no = settled.sign(settled.propose(settled.plan([split()])))
    filing = api.Filing("永网备〔2026〕1号", "recorded", "", settled.clock.now(), "文以载")
    with pytest.raises(NotFound, match="尚未生效"), settled.session() as session:
        plans.file(session, no, filing, by="city")
    settled.apply(no)
    with settled.session() as session:
        plans.file(session, no, filing, by="city")
    with Session(settled.database) as session:
        assert api.proposal(session, no).filing == filing


def test_a_department_asks_about_a_grid_of_its_own_county(settled: Town) -> None:
    with Session(settled.database) as session:
        answer = grid_get(session, HERE, C2)
        assert answer == {
            "code": C2,
            "name": "第2网格",
            "kind": "comprehensive",
            "setting": "urban",
            "households": 200,
            "population": 600,
            "units": ["5号小区", "6号小区"],
            "status": "active",
        }
        assert [each["code"] for each in grids_in_county(session, HERE, "431103")] == [C1, C2, OTHER_GRID]


def test_a_department_learns_nothing_of_another_county(settled: Town) -> None:
    with Session(settled.database) as session:
        assert grid_get(session, NEXT_DOOR, C2) is None
        assert grid_get(session, "/431100/", C2) is None
        assert grid_get(session, HERE, f"{URBAN}-C999") is None
        assert grids_in_county(session, NEXT_DOOR, "431103") == []
        assert grids_in_county(session, "/431100/", "") == []


def test_a_department_is_told_that_a_grid_is_retired_and_what_it_was(settled: Town) -> None:
    settled.divide([split()])
    with Session(settled.database) as session:
        answer = grid_get(session, HERE, C1)
        assert answer is not None
        assert (answer["status"], answer["households"]) == ("retired", 400)
        assert C1 not in [each["code"] for each in grids_in_county(session, HERE, "431103")]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([], "none"),
        ([("residential_compound", "", 1200)], "compound"),
        ([("residential_compound", "", 1200), ("building", "", 10)], "none"),
        ([("building", "", 1200)], "none"),
        ([("institution", "school", 500)], "school"),
        ([("institution", "market", 100), ("institution", "hospital", 900)], "hospital"),
        ([("institution", "school", 500), ("residential_compound", "", 10)], "none"),
    ],
)
def test_a_grid_stands_for_an_institution_only_when_it_is_nothing_else(
    kinds: list[tuple[str, str, int]], expected: str
) -> None:
    units = [
        api.Unit(f"U{n}", URBAN, kind, which, "", "", 0, population, DAY, None, True, None)
        for n, (kind, which, population) in enumerate(kinds)
    ]
    assert institution(units) == expected


def test_units_are_registered_all_or_none(town: Town) -> None:
    town.units(unit(URBAN, 1))
    refused = {
        "已被使用": unit(URBAN, 1),
        "不合规则": unit(URBAN, 2, code="X-1"),
        "类别不对": unit(URBAN, 2, type="institution"),
        "范围重叠": unit(URBAN, 2, geometry=square(1, 1)),
    }
    for message, wrong in refused.items():
        with pytest.raises(UnitsRefused, match=message):
            town.units(unit(URBAN, 7), wrong)
    assert list(town.state().units) == codes(URBAN, 1)


def test_a_township_with_grids_of_both_settings_is_divided_by_community(town: Town) -> None:
    town.units(unit(URBAN, 1), unit(VILLAGE, 1, type="natural_village", geometry=square(1, 200)))
    town.divide([*creating(URBAN, [1]), *creating(VILLAGE, [1], setting="rural")])
    assert {code: grid.setting for code, grid in town.state().grids.items()} == {
        C1: "urban",
        f"{VILLAGE}-C001": "rural",
    }


def at(settled: Town, latitude: float, longitude: float, area: str = TOWNSHIP, on: date = DAY) -> str | None:
    with Session(settled.database) as session:
        return api.grid_at(session, area, latitude, longitude, on)


def test_a_place_lies_in_the_grid_of_the_unit_around_it(settled: Town) -> None:
    with Session(settled.database) as session:
        units = [each for each in api.township_picture(session, TOWNSHIP).units if each.geometry]
    for each in units:
        middle = shape(each.geometry).representative_point()
        assert at(settled, middle.y, middle.x) == each.grid
    assert len({each.grid for each in units}) > 2


def test_no_grid_is_made_up_for_a_place_elsewhere_another_area_or_an_earlier_day(settled: Town) -> None:
    with Session(settled.database) as session:
        unit_ = next(each for each in api.township_picture(session, TOWNSHIP).units if each.grid and each.geometry)
    middle = shape(unit_.geometry).representative_point()
    assert at(settled, middle.y, middle.x) == unit_.grid
    assert at(settled, middle.x, middle.y) is None, "latitude and longitude the wrong way round"
    assert at(settled, middle.y, middle.x, area="431102") is None
    assert at(settled, middle.y, middle.x, on=date(2000, 1, 1)) is None


def test_a_place_is_found_in_one_statement_and_by_the_bounds_of_units_alone(settled: Town) -> None:
    rows: list[str] = []
    sa.event.listen(settled.database, "before_cursor_execute", lambda *given: rows.append(given[2]))
    with Session(settled.database) as session:
        unit_ = next(each for each in api.township_picture(session, TOWNSHIP).units if each.grid and each.geometry)
        middle = shape(unit_.geometry).representative_point()
        rows.clear()
        assert api.grid_at(session, TOWNSHIP, middle.y, middle.x, DAY) == unit_.grid
    assert len(rows) == 1
    assert "grid_unit.south <=" in rows[0]
