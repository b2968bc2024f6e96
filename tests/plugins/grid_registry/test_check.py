"""The rules of the structural check, one faulty plan each, with the field that the message stands at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from plugins.grid_registry.check import check
from plugins.grid_registry.gate import UNITS, opened
from plugins.grid_registry.tables import GridUnit
from tests.plugins.grid_registry.town import FOREIGN, SECOND, URBAN, Town, codes, creating, square, unit

C1, C2, OTHER_GRID = f"{URBAN}-C001", f"{URBAN}-C002", f"{SECOND}-C001"
RESULT = {"kind": "comprehensive", "setting": "urban", "justification": ""}


def part(name: str, *numbers: int, **own: Any) -> dict[str, Any]:
    return {**RESULT, "name": name, "unit_ids": codes(URBAN, *numbers), **own}


def split(*parts: dict[str, Any], grid: str = C1) -> dict[str, Any]:
    return {"op": "split", "grid": grid, "parts": list(parts)}


def move(*numbers: int, source: str = C1, to: str = C2) -> dict[str, Any]:
    return {"op": "move_units", "unit_ids": codes(URBAN, *numbers), "from": source, "to": to, "justification": ""}


def merge(*grids: str, **own: Any) -> dict[str, Any]:
    return {"op": "merge", "grids": list(grids), "name": "合并网格", **RESULT, **own}


def retire(grid: str, successors: dict[str, str]) -> dict[str, Any]:
    return {"op": "retire", "grid": grid, "successors": successors, "justification": ""}


def rename(grid: str, name: str) -> dict[str, Any]:
    return {"op": "rename", "grid": grid, "name": name}


def kind(grid: str, wanted: str) -> dict[str, Any]:
    return {"op": "change_kind", "grid": grid, "kind": wanted, "justification": ""}


def said(town: Town, changes: Any, **own: Any) -> set[tuple[str, str, str]]:
    """What the check says, as (field, code, rule)."""
    plan = town.plan(changes, **own)
    findings = check(plan, town.state(), town.clock.now().date())
    return {(finding.field, finding.code, finding.rule) for finding in findings}


GOOD = split(part("甲", 1, 2), part("乙", 3, 4))

FAULTS: dict[str, tuple[list[Any], tuple[str, str, str]]] = {
    "a unit left over by a split": (
        [split(part("甲", 1), part("乙", 3, 4))],
        ("changes.0.parts", "UNIT_ORPHANED", "I5"),
    ),
    "a unit in two parts": (
        [split(part("甲", 1, 2), part("乙", 2, 3, 4))],
        ("changes.0.parts.1.unit_ids", "UNIT_TWICE", "I4"),
    ),
    "a unit twice in one part": (
        [split(part("甲", 1, 1, 2), part("乙", 3, 4))],
        ("changes.0.parts.0.unit_ids", "UNIT_TWICE", "I4"),
    ),
    "a unit of another grid in a part": (
        [split(part("甲", 1, 2), part("乙", 3, 4, 5))],
        ("changes.0.parts.1.unit_ids", "UNIT_NOT_IN_GRID", "I4"),
    ),
    "an unknown unit": (
        [split(part("甲", 1, 2), part("乙", 3, 4, 77))],
        ("changes.0.parts.1.unit_ids", "UNIT_UNKNOWN", "I19"),
    ),
    "a unit of another township": (
        [split(part("甲", 1, 2), part("乙", 3, 4) | {"unit_ids": [*codes(URBAN, 3, 4), f"{FOREIGN}-U001"]})],
        ("changes.0.parts.1.unit_ids", "UNIT_UNKNOWN", "I19"),
    ),
    "an unknown grid": ([rename(f"{URBAN}-C555", "某")], ("changes.0.grid", "GRID_UNKNOWN", "I19")),
    "an unknown grid to move to": ([move(1, to=f"{URBAN}-C555")], ("changes.0.to", "GRID_UNKNOWN", "I19")),
    "an empty part": ([split(part("甲", 1, 2, 3, 4), part("乙"))], ("changes.0.parts.1.unit_ids", "INCOMPLETE", "")),
    "one part only": ([split(part("甲", 1, 2, 3, 4))], ("changes.0.parts", "INCOMPLETE", "")),
    "a part without a name": ([split(part("", 1, 2), part("乙", 3, 4))], ("changes.0.parts.0.name", "INCOMPLETE", "")),
    "a kind that is none": (
        [split(part("甲", 1, 2, kind="big"), part("乙", 3, 4))],
        ("changes.0.parts.0.kind", "INCOMPLETE", ""),
    ),
    "an operation that is none": ([{"op": "annex"}], ("changes.0.op", "INCOMPLETE", "")),
    "no change at all": ([], ("changes", "INCOMPLETE", "")),
    "changes that are no list": ("split", ("changes", "INCOMPLETE", "")),  # type: ignore[dict-item]
    "a merge across communities": ([merge(C1, OTHER_GRID)], ("changes.0.grids", "CROSS_COMMUNITY", "I7")),
    "a merge of a grid with itself": ([merge(C1, C1)], ("changes.0.grids.0", "GRID_TOUCHED_TWICE", "I8")),
    "a move across communities": ([move(1, to=OTHER_GRID)], ("changes.0.to", "CROSS_COMMUNITY", "I7")),
    "a move to the grid itself": ([move(1, to=C1)], ("changes.0.to", "NOTHING_CHANGES", "")),
    "a move that leaves nothing": ([move(1, 2, 3, 4)], ("changes.0.unit_ids", "GRID_EMPTIED", "I5")),
    "a retirement with a unit unmapped": (
        [retire(C2, {codes(URBAN, 5)[0]: C1})],
        ("changes.0.successors", "UNIT_ORPHANED", "I5"),
    ),
    "a retirement into itself": (
        [retire(C2, dict.fromkeys(codes(URBAN, 5, 6), C2))],
        ("changes.0.successors", "NOTHING_CHANGES", ""),
    ),
    "a retirement into another community": (
        [retire(C2, dict.fromkeys(codes(URBAN, 5, 6), OTHER_GRID))],
        ("changes.0.successors", "CROSS_COMMUNITY", "I7"),
    ),
    "a grid both split and merged": ([GOOD, merge(C1, C2)], ("changes.0.grid", "GRID_TOUCHED_TWICE", "I8")),
    "a grid both split and renamed": ([GOOD, rename(C1, "丙")], ("changes.0.grid", "GRID_TOUCHED_TWICE", "I8")),
    "a unit moved out of a grid that is split": ([GOOD, move(1)], ("changes.0.grid", "GRID_TOUCHED_TWICE", "I8")),
    "a unit moved twice": (
        [move(5, source=C2, to=C1), move(5, source=C2, to=C1)],
        ("changes.1.unit_ids", "UNIT_TWICE", "I4"),
    ),
    "a grid renamed twice": ([rename(C1, "丙"), rename(C1, "丁")], ("changes.1", "RENAMED_TWICE", "I8")),
    "a new grid of a unit that has one": (
        [{"op": "create", "community": URBAN, **part("甲", 1)}],
        ("changes.0.unit_ids", "UNIT_TAKEN", "I4"),
    ),
    "a new grid in another township's community": (
        [{"op": "create", "community": FOREIGN, **part("甲", 1)}],
        ("changes.0.community", "COMMUNITY_UNKNOWN", "I19"),
    ),
    "a new grid with a unit of another community": (
        [{"op": "create", "community": SECOND, **part("甲", 1)}],
        ("changes.0.unit_ids", "CROSS_COMMUNITY", "I7"),
    ),
    "the kind it has": ([kind(C1, "comprehensive")], ("changes.0.kind", "NOTHING_CHANGES", "")),
    "the name it has": ([rename(C1, "第1网格")], ("changes.0.name", "NOTHING_CHANGES", "")),
    "a neighbour's name": ([rename(C1, "第2网格")], ("changes.0.name", "NAME_TAKEN", "")),
    "two parts of one name": (
        [split(part("甲", 1, 2), part("甲", 3, 4))],
        ("changes.0.parts.1.name", "NAME_TAKEN", ""),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_check_names_the_fault_at_its_field(settled: Town, fault: str) -> None:
    changes, wanted = FAULTS[fault]
    assert wanted in said(settled, changes)


def test_a_good_plan_has_nothing_to_mend(settled: Town) -> None:
    assert said(settled, [GOOD]) == set()
    assert said(settled, [merge(C1, C2)]) == set()
    assert said(settled, [move(4), rename(C1, "丙"), rename(C2, "第1网格")]) == set()
    assert said(settled, [retire(C2, dict.fromkeys(codes(URBAN, 5, 6), C1))]) == set()
    assert said(settled, [kind(C1, "exclusive")]) == set()


def test_a_past_effective_date_is_refused(settled: Town) -> None:
    yesterday = settled.clock.now().date() - timedelta(days=1)
    assert said(settled, [GOOD], effective_date=yesterday) == {("effective_date", "DATE_PAST", "I18")}
    assert said(settled, [GOOD], effective_date=yesterday.isoformat()) == {("effective_date", "DATE_PAST", "I18")}
    assert said(settled, [GOOD], effective_date="soon") == {("effective_date", "DATE_MISSING", "")}


def test_a_stale_base_is_refused(settled: Town) -> None:
    assert said(settled, [GOOD], base_revision=0) == {("base_revision", "BASE_STALE", "I8")}
    assert said(settled, [GOOD], base_revision=9) == {("base_revision", "BASE_UNKNOWN", "I8")}
    assert said(settled, [GOOD], base_revision=None) == {("base_revision", "BASE_UNKNOWN", "I8")}


def test_a_retired_grid_is_said_to_be_retired(settled: Town) -> None:
    settled.divide([GOOD])
    assert ("changes.0.grid", "GRID_RETIRED", "I3") in said(settled, [rename(C1, "丙")])


def texts(town: Town, changes: Any, **own: Any) -> dict[str, tuple[str, str]]:
    """What the check says in Chinese and English, by code."""
    findings = check(town.plan(changes, **own), town.state(), town.clock.now().date())
    return {finding.code: (finding.message_zh, finding.message_en) for finding in findings}


def test_a_retired_grid_and_a_stale_base_name_the_proposal_that_did_it_and_its_day(settled: Town) -> None:
    settled.divide([GOOD])
    gone = texts(settled, [rename(C1, "丙")])["GRID_RETIRED"]
    stale = texts(settled, [rename(C2, "丙")], base_revision=1)["BASE_STALE"]
    for text in (*gone, *stale):
        assert "HF-431103001-2026-002" in text
        assert settled.clock.now().date().isoformat() in text
    assert C1 not in gone[0]


def test_messages_name_units_and_grids_as_people_do(settled: Town) -> None:
    left = texts(settled, [split(part("甲", 1), part("乙", 3))])["UNIT_ORPHANED"]
    assert left == ("尚有单元未分配：2号小区、4号小区。", "Units left over: 2号小区, 4号小区.")
    moved = texts(settled, [split(part("甲", 1, 2, 5), part("乙", 3, 4))])["UNIT_NOT_IN_GRID"]
    assert moved[0] == "单元“5号小区”不属于网格“第1网格”。"


def test_a_name_that_two_units_bear_comes_with_the_code(settled: Town) -> None:
    with settled.session() as session, opened(session, UNITS):
        session.get_one(GridUnit, codes(URBAN, 4)[0]).name = "2号小区"
    left = texts(settled, [split(part("甲", 1), part("乙", 3, 4))])["UNIT_ORPHANED"]
    assert left[0] == f"尚有单元未分配：2号小区（{codes(URBAN, 2)[0]}）。"


def test_a_division_leaves_no_unit_of_its_community_outside(town: Town) -> None:
    town.units(unit(URBAN, 1), unit(URBAN, 2), unit(SECOND, 1))
    assert said(town, creating(URBAN, [1])) == {("changes", "UNIT_OUTSIDE", "I5")}
    assert said(town, creating(URBAN, [1], [2])) == set()


def test_units_that_overlap_are_named(settled: Town) -> None:
    with settled.session() as session, opened(session, UNITS):
        session.get_one(GridUnit, codes(URBAN, 2)[0]).geometry = square(1, 1, side=0.0015)
    assert said(settled, [GOOD]) == {("changes", "UNITS_OVERLAP", "I6")}


def test_a_merge_of_town_and_country_needs_a_setting_and_is_pointed_out(town: Town) -> None:
    town.units(unit(URBAN, 1), unit(URBAN, 2))
    urban, rural = creating(URBAN, [1], [2])
    town.divide([urban, rural | {"setting": "rural"}])
    assert said(town, [merge(C1, C2, setting=None)]) == {("changes.0.setting", "SETTING_MISSING", "")}
    assert said(town, [merge(C1, C2)]) == {("changes.0.setting", "SETTING_MIXED", "")}


def test_a_merge_of_one_setting_need_not_say_it(settled: Town) -> None:
    change = merge(C1, C2)
    del change["setting"]
    assert settled.divide([change]).created == [f"{URBAN}-C003"]
    assert settled.state().grids[f"{URBAN}-C003"].setting == "urban"


@pytest.mark.parametrize(
    "plan",
    [
        {},
        {"changes": None},
        {"changes": [None, 3, "x", [], {}, {"op": None}, {"op": []}]},
        {
            "changes": [
                {"op": op} for op in ("split", "merge", "move_units", "create", "change_kind", "rename", "retire")
            ]
        },
        {"changes": [{"op": "split", "grid": 3, "parts": [None, {"unit_ids": 4, "name": {}}]}]},
        {"changes": [{"op": "retire", "grid": [C1], "successors": [C2]}, {"op": "merge", "grids": C1}]},
        {"changes": [{"op": "move_units", "unit_ids": [1, None], "from": {}, "to": []}], "base_revision": True},
    ],
)
def test_whatever_is_handed_in_gets_an_answer(settled: Town, plan: dict[str, Any]) -> None:
    findings = check(plan, settled.state(), settled.clock.now().date())
    assert {finding.code for finding in findings} >= {"INCOMPLETE", "DATE_MISSING"}


def test_errors_come_before_warnings_and_each_once(settled: Town) -> None:
    findings = check({"changes": []}, settled.state(), settled.clock.now().date())
    assert len(findings) == len(set(findings))
    assert [finding.severity for finding in findings] == sorted(finding.severity for finding in findings)


def test_every_finding_speaks_both_languages(settled: Town) -> None:
    for changes, _ in FAULTS.values():
        for finding in check(settled.plan(changes), settled.state(), settled.clock.now().date()):
            assert finding.message_zh
            assert finding.message_en
