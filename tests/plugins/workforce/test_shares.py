"""Of which items too few workers are trained: by the townships' records, or by a plan that nobody has carried out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine.types import SYSTEM
from plugins.catalogue.model import WorkerAction
from plugins.catalogue.register import enact
from plugins.workforce import api, staff
from plugins.workforce.shares import GRACE, TrainingShare, lapsed_trainings
from tests.plugins.catalogue.test_register import POSTERS, decision
from tests.plugins.grid_registry.town import TOWNSHIP
from tests.plugins.workforce.office import DAY, NOISE, TERMS, Office

LATER = DAY + GRACE
MARKS = (True, None)


def lapsed(office: Office, day: date = LATER) -> dict[str, TrainingShare]:
    with office.reading() as work:
        return {each.item: each for each in lapsed_trainings(work.session, day)}


def crew(office: Office, count: int = 5) -> list[str]:
    return [office.engage(f"A-{number:02}", f"网格员{number}") for number in range(count)]


def teach(office: Office, workers: list[str], code: str = POSTERS.code) -> None:
    with office.at_work() as work:
        held = api.hold(work, TOWNSHIP, api.NewTraining("专题培训", DAY, 4, [code]))
        api.record(work, TOWNSHIP, held, {worker: MARKS for worker in workers})


@pytest.mark.parametrize(("trained", "found"), [(5, None), (4, None), (3, 60), (1, 20)])
def test_four_of_five_workers_are_enough(trained: int, found: int | None, both: Office) -> None:
    workers = crew(both)
    teach(both, workers[:trained])
    share = lapsed(both).get(POSTERS.code)
    assert (share.percent if share else None) == found
    assert share is None or (share.trained, share.workers, share.planned_on) == (trained, 5, None)


def test_the_townships_have_thirty_days_from_the_first_training(office: Office) -> None:
    teach(office, crew(office)[:1])
    assert POSTERS.code not in lapsed(office, LATER - timedelta(days=1))
    assert POSTERS.code in lapsed(office, LATER)


def test_who_has_just_come_has_left_or_does_not_act_is_not_counted(office: Office) -> None:
    workers = crew(office)
    teach(office, workers[:3])
    with office.at_work() as work:
        staff.end(work, TOWNSHIP, workers[3], LATER, "调离")
        staff.change(work, TOWNSHIP, workers[4], replace(TERMS, suspended=True), LATER)
    office.engage("B-01", "新来的", LATER - timedelta(days=1))
    assert lapsed(office) == {}


@pytest.mark.parametrize(
    ("training", "is_found"),
    [
        ({"hours": 4, "on": DAY.isoformat()}, True),
        ({"hours": 4, "on": (DAY + timedelta(days=1)).isoformat()}, False),
        ({"hours": 4, "on": DAY.isoformat(), "trained_percent": 90}, False),
        ({"hours": 4}, False),
    ],
)
def test_without_records_the_departments_plan_counts(
    training: dict[str, object], is_found: bool, office: Office
) -> None:
    crew(office)
    planned = replace(NOISE, guarantees=replace(NOISE.guarantees, training=training))
    with office.engine.begin(SYSTEM) as work:
        enact(work.session, work.clock, work.actor, decision(planned, on=DAY))
    found = lapsed(office).get(NOISE.code)
    assert (found == TrainingShare(NOISE.code, 0, 5, DAY)) is is_found


def test_what_is_only_reported_is_judged_by_records_alone(office: Office) -> None:
    crew(office)
    plan = {"hours": 4, "on": DAY.isoformat()}
    reported = replace(
        NOISE, requires_enforcement_qualification=True, guarantees=replace(NOISE.guarantees, training=plan)
    )
    with office.engine.begin(SYSTEM) as work:
        enact(
            work.session,
            work.clock,
            work.actor,
            decision(replace(reported, worker_action=WorkerAction.REPORT_ONLY), on=DAY),
        )
    assert NOISE.code not in lapsed(office)


def test_where_nobody_serves_nothing_has_lapsed(office: Office) -> None:
    assert lapsed(office) == {}
