"""Lists of incidents: narrowed by what occurs in them, and how departments stand for those who supervise them."""

from __future__ import annotations

import pytest

from engine.core_api import Forbidden, UserTask
from engine.types import SYSTEM, Actor, Post, TaskState
from plugins.incidents.api import IncidentFilter, incidents
from plugins.incidents.incident_list import leads, supervised
from plugins.incidents.list_choices import list_choices
from plugins.incidents.supervision_list import measures, standings
from tests.plugins.incidents.desk import COUNTY, EMB, FIRST, NO, TOWNSHIP, UMB, Desk
from tests.plugins.serving import staff

URBAN = staff("邓", "department_staff", UMB)
CLERK, AGENCY = staff("王", "township_clerk", TOWNSHIP), staff("周", "agency_clerk", COUNTY)
CITY, ELSEWHERE = staff("文", "city_agency", "431100"), staff("零", "agency_clerk", "431102")
LATE = {"rung": "day1", "measure": "supervise", "to": "county_agency", "message_zh": "督办", "message_en": "Supervised"}
HURRY = {"rung": "due", "measure": "urge", "to": "department_head", "message_zh": "催办", "message_en": "Hurry"}


def listed(desk: Desk, actor: Actor, **wanted: object) -> list[str]:
    with desk.engine.begin(actor, write=False) as work:
        return [each.no for each in incidents(work, IncidentFilter(**wanted))]  # type: ignore[arg-type]


def test_what_is_supervised_is_more_than_hurried(both: Desk) -> None:
    desk = both
    desk.dispatch(assists=[EMB])
    desk.later(days=9)
    desk.on(FIRST, "remind", measures=[HURRY])
    assert listed(desk, AGENCY, supervised=True) == []
    desk.on(FIRST, "remind", measures=[LATE])
    for reader in (AGENCY, CITY, CLERK, URBAN):
        assert listed(desk, reader, supervised=True) == [NO]
    assert listed(desk, ELSEWHERE, supervised=True) == []
    with desk.engine.begin(AGENCY, write=False) as work:
        assert (leads(work, [NO]), supervised(work, [NO])) == ({NO: "城管局"}, frozenset({NO}))


def test_departments_stand_as_they_do_in_the_readers_territory(both: Desk) -> None:
    desk = both
    desk.dispatch(assists=[EMB])
    desk.later(days=9)
    desk.on(FIRST, "remind", measures=[HURRY, LATE])
    for reader in (AGENCY, CITY):
        with desk.engine.begin(reader, write=False) as work:
            found = {each.unit: (each.open, each.paused, each.overdue, each.supervised) for each in standings(work)}
            assert found == {UMB: (1, 0, 1, 1), EMB: (1, 0, 1, 0)}
            (said,) = measures(work)
            assert (said.incident_no, said.unit, said.measure, said.overdue) == (NO, "城管局", "supervise", True)
    with desk.engine.begin(ELSEWHERE, write=False) as work:
        assert (standings(work), measures(work)) == ([], [])
    for reader in (URBAN, staff("何", "grid_worker", TOWNSHIP)):
        with desk.engine.begin(reader, write=False) as work, pytest.raises(Forbidden):
            standings(work)


def test_one_chooses_from_what_occurs_where_one_may_look(desk: Desk) -> None:
    desk.dispatch(assists=[EMB])
    with desk.engine.begin(CITY, write=False) as work:
        choices = list_choices(work)
        assert [code for code, _ in choices.counties] == [COUNTY]
        assert [code for code, _ in choices.townships] == [TOWNSHIP]
        assert dict(choices.departments) == {EMB: "应急局", UMB: "城管局"}
        assert choices.items == [("431103-UMB-005", None)]
    with desk.engine.begin(ELSEWHERE, write=False) as work:
        nothing = list_choices(work)
        assert not any((nothing.counties, nothing.townships, nothing.grids, nothing.departments, nothing.items))


def test_a_worker_of_another_grid_sees_an_incident_only_while_there_is_a_workers_task(desk: Desk) -> None:
    other = staff("何", "grid_worker", TOWNSHIP)
    desk.dispatch()
    assert listed(desk, CLERK) == [NO]
    assert listed(desk, other) == [], "that it was referred makes it nobody's business in the next grid"
    task = desk.waits("verify", TOWNSHIP, None)
    with desk.engine.begin(SYSTEM) as work:
        work.session.get_one(UserTask, task).candidate_group = "grid_worker"
    assert listed(desk, other) == [NO]
    assert listed(desk, Actor("外", "外", posts=(Post("grid_worker", "431102001", "/431100/431102/431102001/"),))) == []
    with desk.engine.begin(SYSTEM) as work:
        row = work.session.get_one(UserTask, task)
        row.state, row.completed_by = TaskState.COMPLETED, "别人"
    assert listed(desk, other) == []
