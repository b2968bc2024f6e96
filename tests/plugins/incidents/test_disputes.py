"""Disputes: whose they are decides who rules (D6), the ruling binds (I12), and is a precedent."""

from __future__ import annotations

import pytest

from engine.core_api import GuardRefused
from engine.plugin_api import BusinessError
from engine.types import SYSTEM
from plugins.incidents.disputes import precedents
from tests.plugins.incidents.desk import (
    CITY,
    EMB,
    FIRST,
    MSB,
    OFFICE,
    OFFICE_ELSEWHERE,
    RETURN,
    RULING,
    TOWNSHIP,
    UMB,
    Desk,
)
from tests.plugins.incidents.test_referrals import dispute


@pytest.mark.parametrize(
    ("lead", "others", "true"),
    [
        (UMB, [EMB], set()),
        (UMB, [TOWNSHIP], set()),
        (TOWNSHIP, [TOWNSHIP], {"township_only"}),
        (OFFICE, [TOWNSHIP], {"township_only"}),
        (UMB, [OFFICE], set()),
        (OFFICE_ELSEWHERE, [OFFICE_ELSEWHERE], set()),
        (UMB, [CITY], {"city_involved", "city_and_county"}),
        (CITY, [CITY], {"city_involved"}),
        (UMB, ["431102-UMB"], {"other_county"}),
    ],
)
def test_the_facts_of_d6(desk: Desk, lead: str, others: list[str], true: set[str]) -> None:
    desk.dispatch(lead=lead)
    desk.on(FIRST, "request_return", request=RETURN)
    said = desk.on(FIRST, "open_dispute", departments=others)
    assert {name for name, value in said.items() if value is True} == true
    assert (said["county"], said["city"], said["township"]) == ("431103", "431100", TOWNSHIP)


def test_a_dispute_is_between_five_at_most_and_units_that_there_are(desk: Desk) -> None:
    desk.dispatch()
    desk.on(FIRST, "request_return", request=RETURN)
    for departments, said in (
        ([EMB, MSB, CITY, TOWNSHIP, "431102-UMB"], "最多 5 个"),
        (["431103-XXX"], "431103-XXX"),
    ):
        with pytest.raises(BusinessError, match=said) as refused:
            desk.on(FIRST, "open_dispute", departments=departments)
        assert refused.value.code == "DISPUTE_NOT_ALLOWED"
    assert desk.on(FIRST, "open_dispute", departments=[EMB, UMB])["departments"] == [UMB, EMB]


def test_only_what_was_to_be_returned_is_disputed_and_only_once(desk: Desk) -> None:
    desk.dispatch()
    with pytest.raises(GuardRefused):
        desk.on(FIRST, "open_dispute", departments=[EMB])
    with pytest.raises(GuardRefused, match="没有待裁定"):
        desk.on(FIRST, "rule_dispute", ruling=RULING, arbiter="county")
    desk.on(FIRST, "request_return", request=RETURN)
    desk.on(FIRST, "open_dispute", departments=[EMB])
    with pytest.raises(GuardRefused, match="已有待裁定"):
        desk.on(FIRST, "open_dispute", departments=[EMB])
    desk.on(FIRST, "rule_dispute", ruling=RULING, arbiter="county", level=1)
    with pytest.raises(GuardRefused, match="没有待裁定"):
        desk.on(FIRST, "rule_dispute", ruling={**RULING, "lead": UMB}, arbiter="city")


def test_who_keeps_it_is_bound(desk: Desk) -> None:
    dispute(desk)
    due = desk.clock_of().due_at
    said = desk.on(FIRST, "rule_dispute", ruling={**RULING, "lead": UMB}, arbiter="county")
    assert said["changed"] is False
    assert (desk.referral().state, desk.referral().designated) == ("designated", True)
    assert desk.incident().state == "dispatched"
    assert desk.clock_of().due_at == due, "the clock ran on: first receiver's duty"
    with pytest.raises(BusinessError, match="不得退回"):
        desk.on(FIRST, "request_return", request=RETURN)
    desk.complete()


def test_a_ruling_names_units_that_there_are(desk: Desk) -> None:
    dispute(desk)
    for ruling in ({**RULING, "lead": "431103-XXX"}, {**RULING, "assists": ["x"]}, {**RULING, "assists": [EMB]}):
        with pytest.raises(BusinessError) as refused:
            desk.on(FIRST, "rule_dispute", ruling=ruling, arbiter="county")
        assert refused.value.code == "RULING_NOT_ALLOWED"
    assert desk.referral().state == "in_dispute"


def test_a_ruling_is_a_precedent_for_its_item_in_its_county(desk: Desk) -> None:
    dispute(desk)
    desk.on(FIRST, "rule_dispute", ruling=RULING, arbiter="county")
    with desk.engine.begin(SYSTEM, write=False) as work:
        [found] = precedents(work.session, "431103", "431103-UMB-005")
        assert (found["department"], found["reasons"]) == (EMB, "职责法定")
        assert precedents(work.session, "431102", "431103-UMB-005") == []
        assert precedents(work.session, "431103", "431103-UMB-006") == []
        assert precedents(work.session, "431103", None) == []
