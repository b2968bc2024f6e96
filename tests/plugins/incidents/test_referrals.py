"""Referrals: dispatched to one lead, signed for, returned in time, completed; what was designated stays (I12)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.core_api import GuardRefused, NotFound
from engine.plugin_api import BusinessError
from engine.types import SYSTEM
from plugins.incidents.tables_referral import Referral
from plugins.notifications.tables import Notice
from tests.plugins.incidents.desk import EMB, FIRST, MSB, NO, RETURN, RULING, UMB, WEEK, Desk

SECOND, THIRD = f"{NO}-2", f"{NO}-3"


def test_a_dispatch_makes_a_lead_and_assisting_referrals_each_with_its_clock(desk: Desk) -> None:
    said = desk.dispatch(assists=[EMB, MSB, EMB, UMB], reason="清单")
    lead, assists = said["lead"], said["assists"]
    assert (lead["referral_no"], lead["unit"], lead["role"], lead["no"]) == (FIRST, UMB, "lead", NO)
    assert [(each["unit"], each["role"]) for each in assists] == [(EMB, "assist"), (MSB, "assist")]
    assert lead["sign_by"] == "2026-12-02T17:30:00+08:00"
    assert lead["due"] == "2026-12-08T17:30:00+08:00"
    assert lead["process"] is None
    assert (lead["first_rung_at"], lead["rework"]) == ("2026-12-07T16:18:00+08:00", False)
    assert "2026-12-01" in lead["due_explanation_zh"]
    assert lead["due_explanation_en"]
    incident = desk.incident()
    assert (incident.state, incident.due_at) == ("dispatched", desk.clock_of().due_at)
    told = desk.rows(Notice)
    assert sorted((each.candidate_group, each.org_unit) for each in told) == [
        ("department_staff", EMB),
        ("department_staff", MSB),
        ("department_staff", UMB),
    ]


def test_an_incident_has_one_lead_at_a_time(desk: Desk) -> None:
    desk.dispatch()
    with pytest.raises(GuardRefused, match="I12"):
        desk.dispatch(lead=EMB)


def test_the_database_keeps_a_second_lead_out(both: Desk) -> None:
    both.dispatch(assists=[EMB])
    with pytest.raises(sa.exc.IntegrityError), both.engine.begin(SYSTEM) as work:
        work.session.get_one(Referral, SECOND).role = "lead"


def test_the_database_keeps_what_was_designated(both: Desk) -> None:
    both.dispatch(designated=True)
    with pytest.raises(sa.exc.IntegrityError), both.engine.begin(SYSTEM) as work:
        work.session.get_one(Referral, FIRST).state = "return_requested"


def test_a_unit_that_there_is_not_gets_nothing(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.dispatch(lead="431103-XXX")
    assert desk.incident().state == "referring"


def test_a_case_reaches_its_own_incident_only(desk: Desk) -> None:
    desk.put(process_instance_id=None)
    with pytest.raises(GuardRefused, match="不由本流程"):
        desk.dispatch()


def test_the_first_signature_counts(desk: Desk) -> None:
    desk.dispatch()
    first = desk.on(FIRST, "sign", automatic=False)
    desk.later(hours=1)
    again = desk.on(FIRST, "sign", automatic=True)
    assert again["signed_at"] == first["signed_at"]
    assert not desk.referral().signed_automatically
    assert desk.incident().state == "signed"


def test_a_signature_by_the_system_is_recorded_as_one(desk: Desk) -> None:
    desk.dispatch()
    desk.on(FIRST, "sign", automatic=True)
    assert desk.referral().signed_automatically


def test_a_return_that_is_agreed_ends_the_referral_and_another_may_lead(desk: Desk) -> None:
    desk.dispatch(assists=[MSB])
    desk.on(FIRST, "request_return", request=RETURN)
    assert (desk.referral().state, desk.incident().state) == ("return_requested", "returned")
    assert desk.on(FIRST, "settle_return", decision="ask_info")["state"] == "return_requested"
    assert desk.on(FIRST, "settle_return", decision="agree_redispatch", unit=EMB)["state"] == "returned"
    assert desk.incident().state == "referring"
    assert desk.clock_of().stopped_at is not None
    said = desk.dispatch(lead=EMB)
    assert said["lead"]["referral_no"] == THIRD
    assert desk.referral(SECOND).state == "terminated", "what assisted the first lead ends with the new dispatch"


def test_a_return_that_is_refused_counts_as_signed(desk: Desk) -> None:
    desk.dispatch()
    desk.on(FIRST, "request_return", request=RETURN)
    assert desk.on(FIRST, "settle_return", decision="refuse", reason="属于职责")["state"] == "signed"
    assert desk.referral().signed_at is not None
    assert desk.incident().state == "signed"


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        ({"reason_code": "not_our_duty"}, "legal_reference"),
        ({"reason_code": "not_our_duty", "legal_reference": "  "}, "legal_reference"),
        ({"reason_code": "no_time"}, "reason_code"),
        ({}, "reason_code"),
    ],
)
def test_a_return_needs_a_reason(desk: Desk, request_: dict[str, str], field: str) -> None:
    desk.dispatch()
    with pytest.raises(BusinessError) as refused:
        desk.on(FIRST, "request_return", request=request_)
    assert refused.value.code == "RETURN_NOT_ALLOWED"
    [finding] = refused.value.variables["findings"]
    assert finding["field"] == field
    assert finding["message_zh"]
    assert finding["message_en"]
    assert desk.referral().state == "dispatched"


def test_a_return_is_asked_for_within_a_working_day_or_two_with_a_visit(desk: Desk) -> None:
    desk.dispatch()
    desk.later(days=1, hours=9)  # Wednesday 18:00
    with pytest.raises(BusinessError, match="届满"):
        desk.on(FIRST, "request_return", request=RETURN)
    desk.on(FIRST, "request_return", request={**RETURN, "site_visit": True})


def test_what_was_designated_is_not_returned(desk: Desk) -> None:
    desk.dispatch(designated=True)
    with pytest.raises(BusinessError) as refused:
        desk.on(FIRST, "request_return", request=RETURN)
    assert refused.value.code == "RETURN_NOT_ALLOWED"
    assert refused.value.variables["findings"][0]["rule"] == "I12"


def test_the_lead_completes_after_those_who_assist(desk: Desk) -> None:
    desk.dispatch(assists=[EMB])
    with pytest.raises(GuardRefused, match=SECOND):
        desk.complete(FIRST)
    assert desk.referral().state == "dispatched"
    desk.complete(SECOND)
    assert desk.incident().state == "dispatched", "the incident goes with its lead"
    assert desk.complete(FIRST)["late"] is False
    assert desk.incident().state == "feedback"
    assert desk.referral().handling == {"result": "solved", "measures": "已修复", "reply": "已修复，感谢反映"}


def test_what_is_completed_after_its_time_is_late(desk: Desk) -> None:
    desk.dispatch()
    desk.later(days=8)
    assert desk.complete()["late"] is True


def test_what_is_terminated_takes_its_assistants_along(desk: Desk) -> None:
    desk.dispatch(assists=[EMB])
    desk.on(FIRST, "terminate", reason="已进入诉讼")
    assert [each.state for each in desk.rows(Referral)] == ["terminated", "terminated"]
    assert all(each.ended_at is not None for each in desk.rows(Referral))


def test_notices_of_a_sensitive_incident_do_not_say_what_it_is(desk: Desk) -> None:
    desk.put(sensitive=True)
    desk.dispatch()
    assert [each.subject for each in desk.rows(Notice)] == [
        {"zh": f"派遣：事件 {NO}", "en": f"Dispatched: incident {NO}"}
    ]


def test_a_ruling_for_another_ends_the_referral_and_designates_the_other(desk: Desk) -> None:
    dispute(desk)
    said = desk.on(FIRST, "rule_dispute", ruling=RULING, arbiter="county")
    assert said == {"lead": EMB, "assists": [], "changed": True, "added": []}
    assert (desk.referral().state, desk.incident().state) == ("returned", "referring")
    assert desk.dispatch(lead=EMB, designated=True)["lead"]["designated"] is True
    with pytest.raises(BusinessError):
        desk.on(SECOND, "request_return", request=RETURN)


def dispute(desk: Desk, *departments: str) -> dict[str, object]:
    desk.dispatch(limits=WEEK)
    desk.on(FIRST, "request_return", request=RETURN)
    desk.on(FIRST, "settle_return", decision="to_dispute")
    return desk.on(FIRST, "open_dispute", departments=list(departments) or [EMB])
