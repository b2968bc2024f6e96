"""Who may handle an item alone: in service, trained, and only what the catalogue leaves to workers (D4 row 11, R50)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine.errors import FormInvalid, NotFound
from plugins.workforce import api, log, staff, training
from plugins.workforce.model import Obstacle, Policy
from tests.plugins.catalogue.test_register import COVER, POSTERS
from tests.plugins.grid_registry.town import OTHER, TOWNSHIP
from tests.plugins.workforce.office import DAY, NOISE, OTHER_CLERK, TERMS, Office, new, person

EVE, LATER = DAY - timedelta(days=1), DAY + timedelta(days=10)
AGENCY = person("周审核", "county_reviewer", "431103")


def teach(office: Office, marks: dict[str, tuple[bool, int | None]], day: date = DAY) -> str:
    with office.at_work() as work:
        held = api.hold(work, TOWNSHIP, api.NewTraining("专题培训", day, 4, [POSTERS.code]))
        api.record(work, TOWNSHIP, held, marks)
    return held


def ask(office: Office, worker: str, item: str = POSTERS.code, day: date = DAY) -> tuple[bool, Obstacle | None]:
    with office.reading() as work:
        answer = api.may_self_handle(work.session, worker, item, day)
    return answer.allowed, answer.obstacle


@pytest.mark.parametrize(
    ("mark", "trained"),
    [((True, None), True), ((True, 60), True), ((True, 59), False), ((False, None), False), ((False, 90), False)],
)
def test_a_training_counts_for_who_was_there_and_passed(
    mark: tuple[bool, int | None], trained: bool, both: Office
) -> None:
    worker = both.engage()
    teach(both, {worker: mark})
    assert ask(both, worker) == ((True, None) if trained else (False, Obstacle.NOT_TRAINED))


def test_a_training_is_for_its_items_and_from_its_day_on(office: Office) -> None:
    worker = office.engage(since=EVE)
    teach(office, {worker: (True, None)})
    assert ask(office, worker, NOISE.code) == (False, Obstacle.NOT_TRAINED)
    assert ask(office, worker, day=EVE) == (False, Obstacle.NOT_TRAINED)


def test_a_county_may_only_warn_about_the_training_and_about_nothing_else(office: Office) -> None:
    worker = office.engage()
    with office.at_work(AGENCY) as work:
        training.set_policy(work, "431103", Policy.WARN)
    assert ask(office, worker) == (True, Obstacle.NOT_TRAINED)
    assert ask(office, worker, COVER.code) == (False, Obstacle.REPORT_ONLY)
    with office.at_work(AGENCY) as work:
        training.set_policy(work, "431103", Policy.BLOCK)
    assert ask(office, worker) == (False, Obstacle.NOT_TRAINED)


def test_what_needs_skill_is_never_handled_alone_whatever_the_training(office: Office) -> None:
    worker = office.engage()
    with office.at_work() as work:
        held = api.hold(work, TOWNSHIP, api.NewTraining("井盖", DAY, 1, [COVER.code]))
        api.record(work, TOWNSHIP, held, {worker: (True, 100)})
    assert ask(office, worker, COVER.code) == (False, Obstacle.REPORT_ONLY)


def test_only_items_in_force_and_only_by_who_serves(office: Office) -> None:
    worker = office.engage()
    teach(office, {worker: (True, None)})
    assert ask(office, worker, "431103-UMB-999") == (False, Obstacle.NOT_IN_FORCE)
    assert ask(office, worker, day=EVE) == (False, Obstacle.NOT_SERVING)
    with office.at_work() as work:
        staff.change(work, TOWNSHIP, worker, replace(TERMS, suspended=True), LATER)
    assert ask(office, worker, day=LATER) == (False, Obstacle.NOT_SERVING)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": ""}, "title"),
        ({"hours": 0}, "hours"),
        ({"items": []}, "items"),
        ({"items": ["431102-UMB-001"]}, "items"),
    ],
)
def test_a_training_says_what_it_was(changed: dict[str, object], field: str, office: Office) -> None:
    asked = replace(api.NewTraining("专题培训", DAY, 4, [POSTERS.code]), **changed)  # type: ignore[arg-type]
    with pytest.raises(FormInvalid) as refused, office.at_work() as work:
        api.hold(work, TOWNSHIP, asked)
    assert list(refused.value.errors) == [field]


def test_attendance_is_of_the_townships_own_workers_at_a_training_that_was_held(office: Office) -> None:
    worker = office.engage()
    held = teach(office, {worker: (True, 70)})
    with office.at_work(OTHER_CLERK) as work:
        foreign = api.engage(work, OTHER, new("B-01"))
    for township, who in ((TOWNSHIP, foreign), (OTHER, worker)):
        with pytest.raises(NotFound), office.at_work() as work:
            api.record(work, township, held, {who: (True, None)})
    with pytest.raises(FormInvalid):
        teach(office, {worker: (True, None)}, LATER)
    with pytest.raises(FormInvalid):
        teach(office, {worker: (True, 101)})


def test_a_corrected_attendance_counts_and_both_are_in_the_log(office: Office) -> None:
    worker = office.engage()
    held = teach(office, {worker: (True, 50)})
    for _ in range(2):  # the second time nothing changes
        with office.at_work() as work:
            api.record(work, TOWNSHIP, held, {worker: (True, 80)})
    assert ask(office, worker) == (True, None)
    with office.reading() as work:
        events = [e for e in log.of_worker(work.session, worker) if e.event == "attendance.recorded"]
        assert [event.detail["score"] for event in events] == [80, 50]
