"""The beginning of an incident: reported, located, routed by its item, and never to a worker who may not (I10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine.core_api import Forbidden, FormInvalid, NotFound
from engine.plugin_api import BusinessError
from engine.types import SYSTEM
from plugins.catalogue.model import WorkerAction
from plugins.catalogue.register import enact
from plugins.incidents import api
from plugins.incidents.api import IncidentFilter, Report, Reporter
from plugins.incidents.tables import Incident, IncidentCorrection
from tests.plugins.catalogue.test_register import COVER, POSTERS, decision
from tests.plugins.incidents.desk import NO, TOWNSHIP, UMB, Desk
from tests.plugins.incidents.test_course import CLERK, URBAN

NOISE = replace(POSTERS, code="431103-UMB-007", name_zh="噪声劝导", worker_action=WorkerAction.HANDLE)
REPORT = Report(
    title="噪声扰民",
    description="夜间施工",
    place="梅湾路",
    county="431103",
    township=TOWNSHIP,
    item=NOISE.code,
    reporter=Reporter("刘反映", "13900001234"),
)


@pytest.fixture
def listed(desk: Desk) -> Desk:
    with desk.engine.begin(SYSTEM) as work:
        enact(work.session, work.clock, work.actor, decision(COVER, NOISE, on=date(2026, 1, 1)))
    desk.put(state="reported", item=NOISE.code)
    return desk


def report(desk: Desk, **own: Any) -> api.Reported:
    with desk.engine.begin(CLERK) as work:
        return api.report(work, replace(REPORT, **own))


def test_a_report_gets_a_number_a_receipt_and_a_case_without_the_reporter(listed: Desk) -> None:
    first, second = report(listed), report(listed)
    assert (first.no, second.no) == ("SJ-431103-20261201-00002", "SJ-431103-20261201-00003")
    with listed.engine.begin(CLERK) as work:
        assert api.of_receipt(work, first.receipt.upper()) == first.no
        with pytest.raises(NotFound):
            api.of_receipt(work, "0" * 16)
        instance = work.instances.get(first.instance_id)
        assert (instance.business_key, instance.org_unit) == (first.no, TOWNSHIP)
        assert "刘反映" not in str(work.instances.execution(instance).variables)
        assert api.reporter_of(work, first.no).name == "刘**"
        assert [each.no for each in api.incidents(work, IncidentFilter(search="噪声"))] == [second.no, first.no]
    with listed.engine.begin(URBAN, write=False) as work, pytest.raises(NotFound):
        api.incident_of(work, first.no)


def test_a_department_is_told_what_was_reported_and_not_by_whom(listed: Desk) -> None:
    listed.put(state="referring")
    listed.dispatch()
    with listed.engine.begin(URBAN, write=False) as work:
        assert api.incident_of(work, NO).title == "井盖破损"
        with pytest.raises(Forbidden):
            api.reporter_of(work, NO)


def test_what_is_wrong_with_a_report_is_said_at_once(listed: Desk) -> None:
    late = listed.clock.now() + timedelta(minutes=1)
    with pytest.raises(FormInvalid) as refused:
        report(listed, title="噪", description=" ", place="", urgency="now", item="431102-UMB-001", occurred_at=late)
    assert set(refused.value.facts["errors"]) == {"title", "description", "place", "urgency", "item", "occurred_at"}


@pytest.mark.parametrize("grid", [None, "431103001001-C001", "不是网格"])
def test_a_grid_that_there_is_not_is_not_made_up(listed: Desk, grid: str | None) -> None:
    said = listed.call("locate", grid=grid)
    assert (said["located"], said["grid"], said["township"]) == (False, None, TOWNSHIP)
    assert listed.incident().grid is None


def test_near_reports_of_the_same_item_are_proposed(listed: Desk) -> None:
    listed.put(latitude=26.4300, longitude=111.6100)
    other = report(listed, latitude=26.4303, longitude=111.6100)
    report(listed, latitude=26.4310, longitude=111.6100)
    listed.put(reported_at=listed.clock.now())
    [found] = listed.call("locate")["duplicates"]
    assert (found["no"], found["distance"]) == (other.no, 33)
    assert listed.call("facts", duplicate_of=other.no)["duplicate"] is True
    assert listed.call("facts", duplicate_of="SJ-0")["duplicate"] is False


def test_the_facts_of_d4(listed: Desk) -> None:
    said = listed.call("facts")
    assert (said["item_known"], said["item_in_force"], said["department"]) == (True, True, UMB)
    assert (said["requires_enforcement_qualification"], said["worker"]) == (False, None)
    assert not listed.incident().must_refer
    said = listed.call("facts", item=COVER.code)
    assert said["requires_professional_skill"] or said["requires_enforcement_qualification"]
    assert (listed.incident().must_refer, listed.incident().item) == (True, COVER.code)
    assert listed.call("facts", item="431103-UMB-099")["item_known"] is False


def test_what_needs_a_department_is_not_left_with_a_worker(listed: Desk) -> None:
    listed.call("facts", item=COVER.code)
    for department, mode in ((None, "SELF_HANDLE"), (None, "REFER")):
        with pytest.raises(BusinessError) as refused:
            listed.call("route", mode=mode, department=department)
        assert refused.value.code == "MUST_REFER"
        assert refused.value.variables["findings"][0]["rule"] == "I10"
    assert listed.call("route", mode="REFER", department=UMB)["state"] == "referring"


def test_what_is_not_in_force_is_no_task_for_a_worker(listed: Desk) -> None:
    listed.put(item="431103-UMB-099")
    listed.call("facts")
    with pytest.raises(BusinessError) as refused:
        listed.call("route", mode="SELF_HANDLE")
    assert refused.value.variables["findings"][0]["rule"] == "I11"
    assert listed.call("route", mode="MANUAL_TRIAGE")["state"] == "triage"


def test_it_is_asked_again_when_the_worker_has_done_it(listed: Desk) -> None:
    listed.call("facts")
    assert listed.call("route", mode="SELF_HANDLE")["state"] == "self_handling"
    listed.call("record_self_handling", handling={"result": "cannot_solve"})
    assert listed.incident().self_handled_at is None
    qualified = replace(NOISE, requires_enforcement_qualification=True, worker_action=WorkerAction.REPORT_ONLY)
    today = listed.clock.now().date()
    listed.call("record_self_handling", handling={"result": "solved", "actions": "劝导"})
    assert listed.incident().self_handled_at == listed.clock.now()
    with listed.engine.begin(SYSTEM) as work:
        amended = replace(decision(qualified, on=today), published_on=today, approved_on=today)
        enact(work.session, work.clock, work.actor, amended)
    with pytest.raises(BusinessError):
        listed.call("record_self_handling", handling={"result": "solved"})


@pytest.mark.parametrize("columns", [{"state": "self_handling"}, {"self_handled_at": sa.func.current_timestamp()}])
def test_the_database_keeps_i10(both: Desk, columns: dict[str, Any]) -> None:
    both.put(must_refer=True)
    with pytest.raises(sa.exc.IntegrityError):
        both.put(**columns)


def test_a_correction_is_kept_with_its_reason_and_clears_no_flag(listed: Desk) -> None:
    assert listed.call("correct", item=COVER.code, urgency="urgent", reason="核实") == {
        "item": COVER.code,
        "urgency": "urgent",
    }
    assert listed.call("correct", item="431103-UMB-099", urgency="now", reason="错")["item"] == COVER.code
    [kept] = listed.rows(IncidentCorrection)
    assert (kept.reason, set(kept.changes)) == ("核实", {"item", "urgency"})
    listed.call("facts")
    assert listed.incident().must_refer
    assert len(listed.rows(Incident)) == 1
