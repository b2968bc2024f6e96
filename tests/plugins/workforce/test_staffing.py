"""New grids get the workers of the grids they came from, and then those whom the township confirms."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.types import SYSTEM
from plugins.workforce import api, staff, staffing, succession
from plugins.workforce.contacts import Contact, contact_of
from tests.plugins.grid_registry.test_changes import split
from tests.plugins.grid_registry.town import TOWNSHIP
from tests.plugins.workforce.office import C1, C2, CLERK, DAY, TERMS, Office

if TYPE_CHECKING:
    from collections.abc import Sequence

LATER = DAY + timedelta(days=30)
CONTACT = {"office_phone": "0746-8000001", "supervision_phone": "0746-8000002"}
MERGE = {"op": "merge", "grids": [C1, C2], "name": "合并网格", "kind": "comprehensive", "setting": "urban"}


def change(office: Office, *changes: dict[str, Any]) -> list[str]:
    """Apply a division a month later; return the codes of what it made."""
    with office.reading() as work:
        before = {each.grid.code for each in api.coverage(work.session, TOWNSHIP, DAY)}
    office.clock.advance(LATER - DAY)
    office.town.divide(list(changes))
    with office.reading() as work:
        return [each.grid.code for each in api.coverage(work.session, TOWNSHIP, LATER) if each.grid.code not in before]


def follow(office: Office, codes: Sequence[str]) -> list[str]:
    with office.at_work(SYSTEM) as work:
        return succession.carry_over(work, TOWNSHIP, codes)


def staff_of(office: Office, grid: str) -> list[tuple[str, bool]]:
    with office.reading() as work:
        return [(each.staff_no, each.is_primary) for each in api.workers_of(work.session, grid, LATER)]


def proposed(office: Office, codes: Sequence[str]) -> dict[str, Any]:
    with office.reading() as work:
        return staffing.proposed(work.session, TOWNSHIP, codes, LATER)


def faults(office: Office, codes: Sequence[str], answer: dict[str, Any]) -> dict[str, Any]:
    with office.reading() as work:
        return staffing.faults(work.session, TOWNSHIP, codes, LATER, answer)


@pytest.fixture
def made(office: Office) -> list[str]:
    """Return the codes of two grids that came of one, whose worker follows; another worker stands by."""
    office.assign(office.engage(), C1)
    office.engage("A-02", "宁远")
    codes = change(office, split(C1, [1, 2], [3, 4]))
    assert follow(office, codes) == codes
    return codes


def test_the_worker_follows_to_every_part_from_the_first_day_on(both: Office) -> None:
    both.assign(both.engage(), C1)
    codes = change(both, split(C1, [1, 2], [3, 4]))
    assert [staff_of(both, code) for code in codes] == [[], []]
    assert follow(both, codes) == codes
    assert [staff_of(both, code) for code in codes] == [[("A-01", True)], [("A-01", True)]]
    assert both.workers(codes[0], LATER - timedelta(days=1)) == []
    assert follow(both, codes) == [], "a second attempt changes nothing"


def test_of_merged_grids_all_workers_follow_and_one_is_primary(office: Office) -> None:
    office.assign(office.engage("A-02", "宁远"), C1)
    office.assign(office.engage(), C2)
    codes = change(office, MERGE)
    follow(office, codes)
    assert staff_of(office, codes[0]) == [("A-02", True), ("A-01", False)]


def test_who_is_suspended_or_has_left_does_not_follow(office: Office) -> None:
    suspended, left = office.engage(), office.engage("A-02", "宁远")
    office.assign(suspended, C1)
    office.assign(left, C1, primary=False)
    codes = change(office, split(C1, [1, 2], [3, 4]))
    with office.at_work() as work:
        staff.change(work, TOWNSHIP, suspended, replace(TERMS, suspended=True), LATER)
        staff.end(work, TOWNSHIP, left, LATER, "合同到期")
    assert follow(office, codes) == []


def test_only_grids_of_the_township_that_still_stand_are_asked_for(office: Office, made: list[str]) -> None:
    assert [row["grid"] for row in proposed(office, [*made, C1, "431103001001-C099"])["grids"]] == made


def test_what_is_proposed_can_be_confirmed_as_it_is(office: Office, made: list[str]) -> None:
    answer = proposed(office, made) | CONTACT
    assert faults(office, made, answer) == {}
    with office.at_work(CLERK) as work:
        staffing.settle(work, TOWNSHIP, answer)
    assert [staff_of(office, code) for code in made] == [[("A-01", True)], [("A-01", True)]]
    with office.reading() as work:
        assert contact_of(work.session, TOWNSHIP) == Contact(**CONTACT)
    assert proposed(office, made) == answer, "the next form begins with what was published"


def test_another_primary_worker_takes_over_and_the_first_assists(office: Office, made: list[str]) -> None:
    answer = proposed(office, made) | CONTACT
    answer["grids"][0] |= {"primary": "A-02", "others": ["A-01"]}
    with office.at_work(CLERK) as work:
        staffing.settle(work, TOWNSHIP, answer)
    assert staff_of(office, made[0]) == [("A-02", True), ("A-01", False)]
    assert staff_of(office, made[1]) == [("A-01", True)]


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"primary": ""}, "primary"),
        ({"primary": "A-09"}, "primary"),
        ({"others": ["A-09"]}, "others"),
        ({"others": ["A-01"]}, "others"),
    ],
    ids=["nobody", "unknown", "unknown beside", "twice"],
)
def test_each_grid_needs_a_worker_of_the_township(
    changed: dict[str, Any], where: str, office: Office, made: list[str]
) -> None:
    answer = proposed(office, made) | CONTACT
    answer["grids"][1] |= changed
    found = faults(office, made, answer)
    assert list(found) == ["grids"]
    assert {number: list(each) for number, each in found["grids"].items()} == {1: [where]}


def test_telephone_numbers_are_asked_for_and_all_grids(office: Office, made: list[str]) -> None:
    answer = proposed(office, made)
    assert set(faults(office, made, answer)) == {"office_phone", "supervision_phone"}
    short = deepcopy(answer | CONTACT)
    del short["grids"][0]
    assert set(faults(office, made, short)) == {"grids"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choices=st.lists(st.tuples(st.sampled_from(["A-01", "A-02"]), st.booleans()), min_size=2, max_size=2))
def test_whatever_is_answered_is_what_holds_afterwards(
    choices: list[tuple[str, bool]], office: Office, made: list[str]
) -> None:
    other = {"A-01": "A-02", "A-02": "A-01"}
    rows = [
        {"grid": code, "primary": primary, "others": [other[primary]] if with_other else []}
        for code, (primary, with_other) in zip(made, choices, strict=True)
    ]
    answer = {**CONTACT, "grids": rows}
    assert faults(office, made, answer) == {}
    with office.at_work(CLERK) as work:
        staffing.settle(work, TOWNSHIP, answer)
    assert proposed(office, made) == answer
