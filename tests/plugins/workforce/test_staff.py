"""Workers are engaged, changed and ended with dates; what was true on a day stays true (I16, I18)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine.db import begin_write
from engine.errors import FormInvalid, NotFound
from engine.tables.people import PersonPost
from plugins.workforce import api, log, staff
from plugins.workforce.model import Employment, masked
from plugins.workforce.tables import WorkerEvent
from tests.plugins.grid_registry.town import OTHER, TOWNSHIP
from tests.plugins.workforce.office import C1, C2, CLERK, DAY, OTHER_CLERK, PHONE, TERMS, Office, new

LATER = DAY + timedelta(days=10)


def townships(office: Office, worker: str, *days: date) -> list[str | None]:
    with office.reading() as work:
        return [api.managing_township(work.session, worker, day) for day in days]


def posts(office: Office) -> list[tuple[str, date | None]]:
    with office.reading() as work:
        select = sa.select(PersonPost).filter_by(group="grid_worker").order_by(PersonPost.valid_from)
        return [(post.org_unit, post.valid_to) for post in work.session.scalars(select)]


def test_the_managing_township_is_that_of_the_day(both: Office) -> None:
    worker = both.engage()
    with both.at_work() as work:
        staff.end(work, TOWNSHIP, worker, LATER, "调往邻街道")
    with both.at_work(OTHER_CLERK) as work:
        assert api.engage(work, OTHER, new(since=LATER)) == worker
    eve = DAY - timedelta(days=1)
    days = (eve, DAY, LATER - timedelta(days=1), LATER)
    assert townships(both, worker, *days) == [None, TOWNSHIP, TOWNSHIP, OTHER]


def test_who_leaves_serves_no_grid_from_that_day_on(office: Office) -> None:
    worker = office.engage()
    office.assign(worker, C1)
    office.assign(worker, C2, since=LATER + timedelta(days=5))
    with office.at_work() as work:
        staff.end(work, TOWNSHIP, worker, LATER, "合同到期")
    assert office.workers(C1, LATER - timedelta(days=1)) == [worker]
    assert office.workers(C1, LATER) == []
    assert office.grids(worker, LATER + timedelta(days=6)) == []


def test_who_is_suspended_serves_no_grid_and_is_still_managed(office: Office) -> None:
    worker = office.engage()
    office.assign(worker, C1)
    with office.at_work() as work:
        staff.change(work, TOWNSHIP, worker, replace(TERMS, suspended=True), LATER)
    assert office.workers(C1, LATER - timedelta(days=1)) == [worker]
    assert office.workers(C1, LATER) == office.grids(worker, LATER) == []
    assert townships(office, worker, LATER) == [TOWNSHIP]


def test_the_login_holds_its_post_as_long_as_the_worker_acts(office: Office) -> None:
    worker = office.engage()
    with office.at_work() as work:
        api.give_login(work, worker, "p1")
    assert posts(office) == [(TOWNSHIP, None)]
    with office.at_work() as work:
        staff.change(work, TOWNSHIP, worker, replace(TERMS, suspended=True), LATER)
    assert posts(office) == [(TOWNSHIP, LATER)]
    back = LATER + timedelta(days=5)
    with office.at_work() as work:
        staff.change(work, TOWNSHIP, worker, TERMS, back)
    assert posts(office) == [(TOWNSHIP, LATER), (TOWNSHIP, None)]
    gone = back + timedelta(days=5)
    with office.at_work() as work:
        staff.end(work, TOWNSHIP, worker, gone, "辞职")
        assert api.worker_of_person(work.session, "p1") == worker
    assert posts(office) == [(TOWNSHIP, LATER), (TOWNSHIP, gone)]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"staff_no": "工号"}, "staff_no"),
        ({"name": ""}, "name"),
        ({"name": "满" * 51}, "name"),
        ({"phone": "打电话"}, "phone"),
    ],
)
def test_what_is_malformed_is_named_by_field(changed: dict[str, str], field: str, office: Office) -> None:
    with pytest.raises(FormInvalid) as refused, office.at_work() as work:
        api.engage(work, TOWNSHIP, replace(new(), **changed))
    assert list(refused.value.errors) == [field]


def test_a_staff_number_is_one_persons(office: Office) -> None:
    worker = office.engage()
    with pytest.raises(FormInvalid) as refused:
        office.engage(name="别人")
    assert list(refused.value.errors) == ["staff_no"]
    with office.at_work() as work:
        staff.end(work, TOWNSHIP, worker, LATER, "辞职")
    with pytest.raises(FormInvalid) as refused:
        office.engage(name="别人", since=LATER)
    assert list(refused.value.errors) == ["name"]


def test_another_township_can_neither_change_nor_end_a_worker(office: Office) -> None:
    worker = office.engage()
    with office.at_work(OTHER_CLERK) as work:
        with pytest.raises(NotFound):
            staff.change(work, OTHER, worker, replace(TERMS, employment=Employment.PART_TIME), LATER)
        with pytest.raises(NotFound):
            staff.end(work, OTHER, worker, LATER, "调离")
        with pytest.raises(NotFound):
            staff.call(work, OTHER, worker, "别人", "")


def test_a_change_is_after_what_it_changes_and_changes_something(office: Office) -> None:
    worker = office.engage()
    part_time = replace(TERMS, employment=Employment.PART_TIME)
    for terms, since in ((part_time, DAY), (TERMS, LATER)):
        with pytest.raises(FormInvalid), office.at_work() as work:
            staff.change(work, TOWNSHIP, worker, terms, since)
    with pytest.raises(FormInvalid), office.at_work() as work:
        staff.end(work, TOWNSHIP, worker, LATER, " ")


def test_every_write_is_in_the_log_without_the_telephone(office: Office) -> None:
    worker = office.engage()
    office.assign(worker, C1)
    with office.at_work() as work:
        staff.call(work, TOWNSHIP, worker, "何小满", "13811112222")
        staff.end(work, TOWNSHIP, worker, LATER, "辞职")
    with office.reading() as work:
        events = [(each.event, each.actor_id, str(each.detail)) for each in log.of_worker(work.session, worker)]
    assert [event for event, _, _ in events] == ["worker.ended", "contact.changed", "grid.assigned", "worker.engaged"]
    assert {actor for _, actor, _ in events} == {CLERK.id}
    assert not any(PHONE in detail or "13811112222" in detail for _, _, detail in events)


@pytest.mark.parametrize(
    "statement", ["UPDATE worker_event SET actor_name = 'x'", "DELETE FROM worker_event"], ids=["update", "delete"]
)
def test_the_log_is_append_only(both: Office, statement: str) -> None:
    both.engage()
    with Session(both.engine.database) as session:
        begin_write(session)
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(sa.text(statement))
    with both.reading() as work:
        assert len(work.session.scalars(sa.select(WorkerEvent)).all()) == 1


@given(st.from_regex(staff.PHONE, fullmatch=True))
def test_a_masked_telephone_hides_most_of_it(phone: str) -> None:
    shown = masked(phone)
    assert len(shown.replace("*", "")) <= 5
    assert phone not in shown
