"""A worker serves a grid only while both are there (I3), and every day can be asked about (I18)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import FormInvalid, NotFound
from plugins.workforce import api
from tests.plugins.grid_registry.test_changes import split
from tests.plugins.grid_registry.town import OTHER, TOWNSHIP
from tests.plugins.workforce.office import C1, C2, CLERK, DAY, OTHER_CLERK, Office, new

EVE, LATER = DAY - timedelta(days=1), DAY + timedelta(days=10)


def test_workers_are_those_of_the_day_the_primary_first(both: Office) -> None:
    helper, first = both.engage("A-01"), both.engage("A-02", "宁远")
    both.assign(helper, C1, primary=False)
    both.assign(first, C1, until=LATER)
    assert both.workers(C1, EVE) == []
    assert both.workers(C1) == [first, helper]
    assert both.workers(C1, LATER) == [helper]
    assert both.grids(first) == [C1]


@pytest.mark.parametrize("until", [None, LATER])
def test_of_two_at_once_one_is_the_primary_worker_and_the_other_hears_why(both: Office, until: date | None) -> None:
    workers = [both.engage("A-01"), both.engage("A-02", "宁远")]
    together = Barrier(2)

    def assign(worker: str) -> str:
        together.wait()
        try:
            both.assign(worker, C1, until=until)
        except FormInvalid as refused:
            return "".join(refused.errors)
        return "assigned"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(assign, workers))
    assert said == ["assigned", "primary"]
    assert len(both.workers(C1)) == 1


def test_a_grid_that_is_split_has_its_workers_until_the_day_it_ends(both: Office) -> None:
    worker = both.engage()
    both.assign(worker, C1)
    both.clock.advance(LATER - DAY)
    both.town.divide([split(C1, [1, 2], [3, 4])])
    assert both.workers(C1, LATER - timedelta(days=1)) == [worker]
    assert both.workers(C1, LATER) == both.grids(worker, LATER) == []


def test_the_successors_that_need_a_worker_say_who_was_there_before(office: Office) -> None:
    worker, other = office.engage(), office.engage("A-02", "宁远")
    office.assign(worker, C1)
    office.assign(other, C2)
    office.clock.advance(LATER - DAY)
    office.town.divide([split(C1, [1, 2], [3, 4])])
    with office.reading() as work:
        lacking = api.uncovered(api.coverage(work.session, TOWNSHIP, LATER))
    lacking = [each for each in lacking if each.grid.predecessors]
    assert [each.grid.name for each in lacking] == ["新网格1", "新网格2"]
    for each in lacking:
        assert [(before.code, [w.worker_id for w in before.workers]) for before in each.predecessors] == [
            (C1, [worker])
        ]
    office.assign(worker, lacking[0].grid.code, since=LATER)
    with office.reading() as work:
        still = [each.grid.name for each in api.uncovered(api.coverage(work.session, TOWNSHIP, LATER))]
    assert "新网格1" not in still
    assert "新网格2" in still
    assert office.workers(lacking[0].grid.code, LATER) == [worker]


@pytest.mark.parametrize(
    ("grid", "since", "until", "field"),
    [
        ("431103001001-C009", DAY, None, "grid"),
        (C1, EVE, None, "grid"),
        (C1, DAY, DAY, "until"),
    ],
    ids=["no grid", "before the grid", "ends at once"],
)
def test_an_assignment_refers_to_a_grid_in_force(
    grid: str, since: date, until: date | None, field: str, office: Office
) -> None:
    worker = office.engage(since=EVE)
    with pytest.raises(FormInvalid) as refused:
        office.assign(worker, grid, since, until)
    assert list(refused.value.errors) == [field]


def test_a_grid_has_one_primary_worker_and_a_worker_a_grid_once(both: Office) -> None:
    first, second = both.engage("A-01"), both.engage("A-02", "宁远")
    both.assign(first, C1, until=LATER)
    for worker, since, primary, field in (
        (second, DAY, True, "primary"),
        (first, DAY, False, "grid"),
    ):
        with pytest.raises(FormInvalid) as refused:
            both.assign(worker, C1, since, primary=primary)
        assert list(refused.value.errors) == [field]
    both.assign(second, C1, LATER)
    assert both.workers(C1, LATER) == [second]


def test_a_grid_is_given_to_the_townships_own_workers_alone(office: Office) -> None:
    with office.at_work(OTHER_CLERK) as work:
        foreign = api.engage(work, OTHER, new("B-01"))
        with pytest.raises(FormInvalid):
            api.assign(work, OTHER, foreign, C1, (DAY, None), primary=True)
    with pytest.raises(NotFound):
        office.assign(foreign, C1)
    with pytest.raises(NotFound):
        office.assign(office.engage(since=LATER), C1)


def test_an_assignment_ends_within_its_time_and_in_its_township(office: Office) -> None:
    worker = office.engage()
    assignment = office.assign(worker, C1)
    with pytest.raises(FormInvalid), office.at_work() as work:
        api.end_assignment(work, TOWNSHIP, assignment, EVE)
    with pytest.raises(NotFound), office.at_work(OTHER_CLERK) as work:
        api.end_assignment(work, OTHER, assignment, LATER)
    with office.at_work(CLERK) as work:
        assert api.end_assignment(work, TOWNSHIP, assignment, LATER) == worker
    with pytest.raises(FormInvalid), office.at_work(CLERK) as work:
        api.end_assignment(work, TOWNSHIP, assignment, LATER)
    assert office.workers(C1, LATER) == []


periods = st.tuples(st.integers(0, 20), st.one_of(st.none(), st.integers(0, 25)), st.booleans(), st.integers(0, 1))


@given(st.lists(periods, max_size=6))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_on_every_day_a_grid_has_one_primary_worker_at_most(
    office: Office, wanted: list[tuple[int, int | None, bool, int]]
) -> None:
    """Whatever is asked for, in whatever order; and what a grid says of a worker, the worker says of the grid."""
    with office.engine.begin(CLERK) as work:
        workers = [api.engage(work, TOWNSHIP, new(f"H-{number}", str(number))) for number in range(2)]
        for since, until, primary, who in wanted:
            period = DAY + timedelta(days=since), DAY + timedelta(days=until) if until is not None else None
            with suppress(FormInvalid):
                api.assign(work, TOWNSHIP, workers[who], C1, period, primary=primary)
        for number in range(26):
            day = DAY + timedelta(days=number)
            found = api.workers_of(work.session, C1, day)
            assert sum(each.is_primary for each in found) <= 1
            assert len({each.worker_id for each in found}) == len(found)
            serving = [worker for worker in workers if C1 in api.grids_of(work.session, worker, day)]
            assert {each.worker_id for each in found} == set(serving)
        work.session.rollback()
