"""Every path of an incident, through the diagrams as they are deployed and the handlers as they are (SPEC 8(c))."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from engine.application import Engine
from engine.clock import TIMEZONE, FixedClock
from engine.core_api import FormInvalid, MessageNotAwaited
from engine.plugin_api import BusinessError
from engine.plugins.host import PluginHost
from engine.types import SYSTEM, Actor, Post
from plugins.demo.picture import Photo
from plugins.incidents.api import AnswerKind, RequestKind
from plugins.incidents.supplements import supplement
from plugins.workforce.tables import TrainingPolicy
from tests.plugins.incidents.conftest import START
from tests.plugins.incidents.desk import EMB, UMB
from tests.plugins.incidents.stage import HANDLED, RETURN, Stage, furnish
from tests.plugins.serving import staff

TOWN = "431103001"


def test_from_the_report_to_the_end(stage: Stage) -> None:
    stage.report()
    assert stage.waiting == [f"sign@{UMB}"]
    assert stage.incident.must_refer
    stage.act("sign", action="sign")
    stage.act("handle", by="李办理", **HANDLED)
    assert stage.waiting == [f"verify@{TOWN}"]
    assert [each.handling["measures"] for each in stage.done()] == [HANDLED["measures"]]
    stage.act("verify", by="p1", verdict="pass", on_site=True)
    stage.open()
    assert stage.incident.state == "surveyed"
    [done] = stage.done()
    assert [seen.verdict for seen in done.verifications] == ["pass"]
    stage.answer(AnswerKind.SATISFACTION, solved="yes", score=5)
    assert (stage.incident.state, stage.incident.closing_code) == ("closed", "closed_solved")
    stage.later(days=20)
    assert stage.ended == "completed"
    with pytest.raises(MessageNotAwaited):
        stage.answer(AnswerKind.REOPEN, reason="又坏了")


def test_the_whole_way_on_postgresql(postgres: sa.Engine, with_pages: PluginHost) -> None:
    clock = FixedClock(START)
    furnish(postgres, clock, with_pages)
    stage = Stage(Engine(postgres, with_pages, clock=clock), clock)
    stage.report()
    stage.act("sign", **RETURN)
    stage.act("decide_return", decision="refuse", reason="属于城管职责")
    stage.later(days=9)
    stage.act("handle", by="李办理", **HANDLED)
    stage.act("verify", by="p1", verdict="fail", reason="没有修好")
    stage.act("handle", by="李办理", **HANDLED)
    stage.act("verify", by="p1", verdict="pass")
    stage.later(days=8)
    assert (stage.incident.state, stage.referrals) == ("closed", [f"{UMB} accepted"])


def test_a_worker_handles_what_a_worker_may(stage: Stage) -> None:
    stage.report_noise()
    [task] = stage.open()
    assert (task.element_id, task.assignee) == ("self_handle", "p1")
    solved = {"actions": "劝导了当事人", "result": "solved", "reply": "已经劝导"}
    with pytest.raises(FormInvalid):
        stage.act("self_handle", by="p1", **solved)
    stage.act("self_handle", by="p1", after=Photo("处置后"), **solved)
    stage.open()
    assert stage.incident.state == "surveyed"
    stage.later(days=10)
    assert (stage.incident.closing_code, stage.referrals) == ("closed_solved", [])


def test_what_a_worker_cannot_solve_goes_to_the_department(stage: Stage) -> None:
    stage.report_noise()
    stage.act("self_handle", by="p1", actions="劝导了当事人", result="cannot_solve", reason="当事人拒绝改正")
    assert stage.waiting == [f"sign@{UMB}"]


def test_what_is_outside_the_catalogue_is_triaged(stage: Stage) -> None:
    stage.report(None)
    assert stage.waiting == [f"triage@{TOWN}"]
    stage.act("triage", decision="refer", lead=EMB, assists=[UMB], reason="清单以外，应急局负责")
    assert stage.waiting == [f"sign@{EMB}"]
    stage.act("sign", action="sign")
    assert sorted(stage.waiting) == [f"handle@{EMB}", f"sign@{UMB}"]


def test_a_return_that_is_agreed_goes_to_another(stage: Stage) -> None:
    stage.report()
    stage.act("sign", **RETURN)
    stage.act("decide_return", decision="agree_redispatch", unit=EMB, reason="应急局的职责")
    assert stage.waiting == [f"sign@{EMB}"]
    assert stage.referrals == [f"{UMB} returned", f"{EMB} dispatched"]


def test_a_return_that_is_refused_is_handled(stage: Stage) -> None:
    stage.report()
    stage.act("sign", **RETURN)
    stage.act("decide_return", decision="refuse", reason="属于城管职责")
    assert stage.waiting == [f"handle@{UMB}"]


def test_a_dispute_is_ruled_on_and_the_ruling_binds(stage: Stage) -> None:
    stage.report()
    stage.act("sign", **RETURN)
    stage.act("decide_return", decision="to_dispute", departments=[EMB], reason="两家都不认")
    assert sorted(stage.waiting) == [f"position@{EMB}", f"position@{UMB}"]
    for _ in range(2):
        stage.act("position", ours="other", text="不是我们的职责", basis="三定方案")
    assert stage.waiting == ["rule_county@431103"]
    stage.act("rule_county", decision="rule", lead=EMB, reasons="职责法定", basis="《规定》第四条")
    assert stage.referrals == [f"{UMB} returned", f"{EMB} designated"]
    stage.act("sign", action="sign")
    assert stage.waiting == [f"handle@{EMB}"]


def test_an_extension_moves_the_due_time_and_the_task(stage: Stage) -> None:
    stage.referred()
    stage.ask(
        RequestKind.EXTENSION, new_due=date(2026, 12, 10), reason="采购配件", told_reporter=True, engineering=False
    )
    assert "decide_extension@431103" in stage.waiting
    stage.act("decide_extension", decision="grant", reason="同意延期")
    [task] = stage.open()
    assert task.due_at == datetime(2026, 12, 10, 17, 30, tzinfo=TIMEZONE)
    assert "延至" in str(task.due_basis)


@pytest.mark.parametrize(
    ("kind", "asked", "said"),
    [
        (RequestKind.EXTENSION, {"new_due": date(2027, 3, 9)}, "不得超过 90 日"),
        (RequestKind.EXTENSION, {"new_due": date(2026, 12, 2)}, "应晚于现在的期限"),
        (RequestKind.SUSPENSION, {"review_date": date(2027, 1, 20), "kind": "seasonal"}, "应在 30 日内复核"),
    ],
)
def test_what_nobody_could_grant_is_refused_to_who_asks(
    stage: Stage, kind: RequestKind, asked: dict[str, Any], said: str
) -> None:
    stage.referred()
    more = {"interim_measures": "设置围挡"} if kind is RequestKind.SUSPENSION else {"told_reporter": True}
    with pytest.raises(BusinessError, match=said):
        stage.ask(kind, reason="采购配件", **asked, **more)
    assert stage.waiting == [f"handle@{UMB}"]


def test_a_suspension_stops_the_clock_until_it_is_resumed(stage: Stage) -> None:
    stage.referred()
    stage.ask(
        RequestKind.SUSPENSION,
        kind="seasonal",
        review_date=date(2026, 12, 20),
        interim_measures="设置围挡",
        reason="雨季",
    )
    stage.act("decide_suspension", decision="grant", reason="同意挂账")
    [task] = stage.open()
    assert (stage.incident.state, task.due_at) == ("suspended", None)
    stage.later(days=3)
    stage.ask(RequestKind.RESUME, reason="天晴了")
    [task] = stage.open()
    assert task.due_at == datetime(2026, 12, 11, 17, 30, tzinfo=TIMEZONE)
    assert stage.incident.state == "handling"


def test_a_suspension_that_nobody_resumes_ends_with_its_review(stage: Stage) -> None:
    stage.referred()
    stage.ask(
        RequestKind.SUSPENSION,
        kind="seasonal",
        review_date=date(2026, 12, 20),
        interim_measures="设置围挡",
        reason="雨季",
    )
    stage.act("decide_suspension", decision="grant", reason="同意挂账")
    stage.later(days=20)
    assert stage.incident.state == "handling"


def test_a_termination_closes_it_the_statutory_way(stage: Stage) -> None:
    stage.referred()
    stage.ask(RequestKind.TERMINATION, reason="已经进入诉讼")
    stage.act("decide_termination", decision="grant", reason="同意终止")
    assert (stage.incident.closing_code, stage.referrals) == ("closed_transferred", [f"{UMB} terminated"])


def test_what_fails_is_reworked_and_verified_again(stage: Stage) -> None:
    stage.handled()
    stage.act("verify", by="p1", verdict="fail", reason="没有修好")
    assert (stage.incident.state, stage.incident.rework_count) == ("rework", 1)
    [task] = stage.open()
    assert task.due_at == datetime(2026, 12, 3, 17, 30, tzinfo=TIMEZONE)
    stage.act("handle", by="李办理", **HANDLED)
    stage.act("verify", by="p1", verdict="pass")
    assert stage.referrals == [f"{UMB} accepted"]


def test_who_handled_it_does_not_verify_it(stage: Stage) -> None:
    stage.referred()
    stage.act("handle", by="p1", **HANDLED)
    stage.act("verify", by="p1", verdict="pass")
    assert stage.waiting == [f"verify_township@{TOWN}"], "somebody else does"
    assert stage.incident.state == "feedback"


def test_the_ladder_is_climbed_while_nobody_handles_it(stage: Stage) -> None:
    stage.referred()
    stage.later(days=16)
    [referral] = stage.course().referrals
    assert [(each.rung, each.measure) for each in referral.notices] == [
        ("80", "remind"),
        ("due", "urge"),
        ("due", "urge"),
        ("day1", "supervise"),
        ("day5", "report"),
    ]
    assert f"handle@{UMB}" in stage.waiting


def test_the_supervisors_task_and_draft_stay_while_the_ladder_goes_on(stage: Stage) -> None:
    stage.referred()
    stage.later(days=9)
    [task] = [each for each in stage.open() if each.element_id == "supervise"]
    supervisor = Actor("督办", "督办", posts=(Post("agency_clerk", "431103", "/431100/431103/"),))
    with stage.engine.begin(supervisor) as work:
        work.tasks.save_draft(task.id, {"text": "请于三日内办结"})
    stage.later(days=7)
    rungs = [notice.rung for notice in stage.course().referrals[0].notices]
    assert rungs[-1] == "day5", "the ladder went on"
    [same] = [each for each in stage.open() if each.element_id == "supervise"]
    assert (same.id, same.draft["text"]) == (task.id, "请于三日内办结")
    stage.act("supervise", measure="supervise", text="请于三日内办结", new_date="2026-12-20")
    assert stage.course().referrals[0].notices[-1].recipient == "department_head"
    assert stage.waiting == [f"handle@{UMB}"]


def test_a_second_rework_is_supervised_at_once(stage: Stage) -> None:
    stage.handled()
    stage.act("verify", by="p1", verdict="fail", reason="没有修好")
    assert stage.waiting == [f"handle@{UMB}"], "the first is not (D7 row 6)"
    stage.act("handle", by="李办理", **HANDLED)
    stage.act("verify", by="p1", verdict="fail", reason="还是没有修好")
    assert sorted(stage.waiting) == [f"handle@{UMB}", "supervise@431103"]
    stage.act("supervise", measure="interview", text="约谈部门负责人", new_date="2026-12-20")
    notices = stage.course().referrals[0].notices
    assert {(each.measure, each.recipient) for each in notices} == {
        ("supervise", "county_agency"),
        ("interview", "department_head"),
    }
    stage.later(days=3)
    assert [each.rung for each in stage.course().referrals[0].notices][-1] == "due", "the ladder goes on"


def test_what_nobody_signs_for_is_signed_by_the_system(stage: Stage) -> None:
    stage.report()
    stage.later(days=5)
    assert stage.waiting == [f"handle@{UMB}"]
    assert stage.course().referrals[0].signed_automatically


def test_a_dissatisfied_reporter_leads_to_a_review(stage: Stage) -> None:
    stage.verified()
    stage.answer(AnswerKind.SATISFACTION, solved="no", score=1, comment="没有修好")
    assert stage.waiting == ["reopen_review@431103"]
    stage.act("reopen_review", decision="reopen", reason="确未解决")
    assert stage.waiting == [f"sign@{UMB}"]
    assert (stage.incident.reopen_count, stage.incident.urgency) == (1, "urgent")


def test_silence_closes_it_and_it_can_be_reopened(stage: Stage) -> None:
    stage.verified()
    stage.later(days=8)
    assert stage.incident.state == "closed"
    stage.answer(AnswerKind.REOPEN, reason="又坏了")
    assert stage.referrals == [f"{UMB} accepted", f"{UMB} dispatched"]


def test_an_emergency_goes_to_its_department_at_once(stage: Stage) -> None:
    stage.report(danger=True)
    [task] = stage.open()
    assert (task.element_id, task.due_at) == ("sign", datetime(2026, 12, 1, 9, 30, tzinfo=TIMEZONE))


def test_who_waits_for_further_facts_goes_on_when_they_are_added(stage: Stage) -> None:
    stage.report()
    stage.act("sign", **RETURN)
    stage.act("decide_return", decision="ask_info", reason="请说明井盖的位置")
    assert not any(each.startswith("decide_return") for each in stage.waiting)
    with stage.engine.begin(staff("王", "township_clerk", TOWN)) as work:
        supplement(work, stage.no, "井盖在对面草丛里")
    assert any(each.startswith("decide_return") for each in stage.waiting)


def test_what_an_untrained_worker_did_is_not_taken(stage: Stage) -> None:
    """The task was handed over to somebody who may not handle the item without training (R50): it comes again."""
    stage.report_noise()
    with stage.engine.begin(SYSTEM) as work:
        work.session.get_one(TrainingPolicy, "431103").untrained = "block"
    stage.act("self_handle", by="p1", actions="劝导", result="explained", reply="已经劝导")
    assert stage.incident.self_handling is None
    assert stage.waiting == [f"township_handle@{TOWN}"], "the township finds somebody who was trained (D4 row 11)"
