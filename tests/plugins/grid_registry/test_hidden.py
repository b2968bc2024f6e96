"""What is pointed out as a division hidden in a department's data, and what is not."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.grid_registry.hidden import Known, is_list_of_places, is_shape, look

KNOWN = Known({f"431103001001-C{number:03d}" for number in range(1, 13)}, {"梅湾路1号", "翠竹苑"})
WKT = "POLYGON((111.6 26.4,111.7 26.4,111.7 26.5,111.6 26.4))"
WKB = "01030000000100000005000000" + "0" * 80


@pytest.mark.parametrize(
    "value",
    [
        WKT,
        "multipolygon (((1 1,2 2,3 3)))",
        "SRID=4326;LINESTRING (111.6 26.4, 111.7 26.4)",
        '{"type": "Polygon", "coordinates": [[[111.6, 26.4]]]}',
        '{"rings":[[[1,2]]]}',
        WKB,
        "111.601,26.441;111.602,26.441;111.602,26.442",
        "[[111.601, 26.441], [111.602, 26.441], [111.602, 26.442]]",
        b64encode(WKT.encode()).decode(),
        b64encode(bytes.fromhex(WKB)).decode(),
    ],
)
def test_shapes_written_as_text(value: str) -> None:
    assert is_shape(value)


NO_SHAPES = ["", "检查合格", "111.601,26.441", "JY14311030000001", "2026-12-01 09:00", "polygon", "a/b/c", "0" * 64]


@pytest.mark.parametrize("value", NO_SHAPES)
def test_what_is_no_shape(value: str) -> None:
    assert not is_shape(value)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_text_gets_an_answer(value: str) -> None:
    assert is_shape(value) in {True, False}
    assert is_list_of_places(value) in {True, False}


def test_a_list_of_streets_is_an_area_in_all_but_name() -> None:
    assert is_list_of_places("梅湾路、永州大道、翠竹苑、滨江里、清桥路东段")
    assert is_list_of_places("梅湾路1号,梅湾路3号,梅湾路5号,梅湾路7号")
    assert not is_list_of_places("梅湾路、永州大道")
    assert not is_list_of_places("证照齐全、卫生合格、消防合格、计量合格")


def kinds(rows: list[dict[str, object]]) -> set[tuple[str, str]]:
    return {(hidden.column, hidden.kind) for hidden in look("bad_x", rows, KNOWN)}


def test_a_note_that_holds_shapes_is_pointed_out_with_a_sample() -> None:
    (hidden,) = look("bad_x", [{"id": 1, "note": WKT}, {"id": 2, "note": "好"}], KNOWN)
    assert (hidden.table, hidden.column, hidden.kind, hidden.count, hidden.sample) == ("bad_x", "note", "shape", 1, WKT)


def test_grids_that_the_registry_does_not_know() -> None:
    assert kinds([{"where": "431103001001-C001"}, {"where": "431103001001-C999"}]) == {("where", "unknown_grid")}


def teams(of: list[str], times: int = 2) -> list[dict[str, object]]:
    pairs = list(zip(sorted(KNOWN.grids), of, strict=True))
    return [{"grid": grid, "team": team, "n": number} for number in range(times) for grid, team in pairs]


def test_a_column_that_groups_grids_is_a_division_of_its_own() -> None:
    assert kinds(teams(["甲"] * 4 + ["乙"] * 4 + ["丙"] * 4)) == {("team", "grouping")}


def test_what_varies_within_a_grid_or_says_one_thing_of_all_is_none() -> None:
    assert kinds(teams(["甲"] * 12)) == set()
    assert kinds(teams([f"{number}" for number in range(12)])) == set()
    mixed = teams(["甲", "乙"] * 6)
    for number, row in enumerate(mixed):
        row["team"] = "甲乙丙"[(number + number // 12) % 3]
    assert kinds(mixed) == set()
    assert kinds(teams(["甲"] * 6 + ["乙"] * 6)[:4]) == set()


def test_nothing_in_nothing() -> None:
    assert look("bad_x", [], KNOWN) == []


def test_a_way_past_it_two_streets_a_row_is_said_in_the_readme() -> None:
    assert kinds([{"note": "梅湾路、永州大道"}, {"note": "翠竹苑、滨江里"}]) == set()
