"""What everybody does where a path says nothing else: each task that a case can come to is answered in good time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from plugins.demo.divisions import COUNTY
from plugins.demo.incident_stories.draft import Draft, in_days, in_working_days
from plugins.demo.picture import Photo
from plugins.demo.story import Reply, Scene
from plugins.incidents.api import AnswerKind

RATED: Final = 0.3
"""Share of reporters who answer the survey (SPEC 11.2)."""
COMMENTS: Final = ("", "处理及时，谢谢。", "已经看到结果。", "态度很好。", "希望以后多来看看。")


def usual(draft: Draft) -> None:
    """Fill in what is usual."""
    _platform(draft)
    _worker(draft)
    _department(draft)
    _own_processes(draft)
    _verification(draft)
    if draft.random.random() < RATED:
        score, comment = draft.random.choice((4, 5, 5)), draft.random.choice(COMMENTS)
        rate(draft, solved="yes", score=score, comment=comment)


def rate(draft: Draft, **given: Any) -> None:
    """Let the reporter answer the survey, some hours to days later."""
    draft.answers(AnswerKind.SATISFACTION, given, after=draft.hours(3, 60))


def _platform(draft: Draft) -> None:
    place = draft.place.grid
    draft.always("place", Reply(lambda scene: located(scene, place), draft.hours(0.3, 1)))
    draft.always("place_county", Reply(lambda scene: located(scene, place), draft.hours(0.3, 1.2)))
    draft.always("confirm_duplicate", Reply({"same": "none"}, draft.hours(0.3, 1)))
    draft.always("triage", Reply(triage(draft), draft.hours(0.2, 1.2)))
    draft.always("triage_county", Reply(triage(draft), draft.hours(0.5, 1.5)))
    draft.always(
        "decide_return", Reply({"decision": "refuse", "reason": "该事项属于清单确定的本单位职责。"}, draft.hours(1, 3))
    )
    review = {"decision": "explain", "reason": "已向反映人当面解释处理结果和依据。"}
    draft.always("reopen_review", Reply(review, draft.hours(2, 6)))
    draft.always("supervise", Reply(_supervision, draft.hours(3, 20)))


def located(scene: Scene, grid: str) -> Mapping[str, Any]:
    """Return the grid of that name among those that may be chosen, or else the first."""
    grids = scene.data["located"]["grids"]
    found = next((each for each in grids if each["label"].startswith(grid)), grids[0])
    return {"decision": "located", "grid": found["value"]}


def triage(draft: Draft) -> Mapping[str, Any]:
    """Return what triage does by the text: to its item, to a department outside the catalogue, or an end."""
    text = draft.text
    if text.special == "statutory":
        return {"decision": "closed_transferred", "reason": text.reply}
    if text.special == "unacceptable":
        return {"decision": "not_accepted", "reason": text.reply}
    if text.code:
        return {"decision": "reroute", "item": text.code, "urgency": draft.urgency, "reason": "经研判属于清单事项。"}
    return {"decision": "refer", "lead": text.unit, "reason": "清单以外，按部门职责转办。"}


def _supervision(scene: Scene) -> Mapping[str, Any]:
    text = "逾期未办结，请明确责任人和完成时间，每日报告进度。"
    return {"measure": "supervise", "text": text, "new_date": in_working_days(scene, 2)}


def self_handling(draft: Draft, result: str = "solved", reason: str = "") -> dict[str, Any]:
    """Return what a worker, or the township in the worker's place, fills in."""
    done = {"actions": draft.text.actions or "到场了解情况，作了劝导和登记。", "result": result}
    if result in ("solved", "explained"):
        photos = {"before": Photo("处置前"), "after": Photo("处置后")} if result == "solved" else {}
        return done | photos | {"reply": draft.text.reply}
    return done | {"reason": reason}


def _worker(draft: Draft) -> None:
    draft.always("self_handle", Reply(self_handling(draft), draft.hours(1, 30)))
    draft.always("township_handle", Reply(self_handling(draft), draft.hours(4, 30)))


def handling(draft: Draft, scene: Scene, result: str = "solved") -> dict[str, Any]:
    """Return what a department fills in, in the general form or, for an emergency, in that of its own process."""
    if "duty" in scene.data:
        return {"measures": draft.text.measures, "over": "yes"}
    by_law = draft.text.enforcement and result == "solved"
    values = {
        "measures": draft.text.measures,
        "legal_action": "inspection" if by_law else "none",
        "result": result,
        "evidence": Photo("办理后"),
        "result_date": scene.today.isoformat(),
        "reply": draft.text.reply,
    }
    if by_law:
        values["document_no"] = f"冷检〔{scene.today.year}〕{draft.key[-3:]}号"
    return values if result == "solved" else values | {"next_date": in_days(scene, 7)}


def time_to_handle(draft: Draft) -> timedelta:
    """Return how long a department takes that is in time, from when it signed."""
    least, most = {"emergency": (0.5, 3.0), "urgent": (3.0, 7.0), "enquiry": (4.0, 40.0)}.get(
        draft.urgency, (6.0, 90.0)
    )
    return draft.hours(least, most)


def hasten(draft: Draft, urgency: str) -> None:
    """Make it more urgent, and everybody quicker."""
    draft.urgency = urgency
    _department(draft)
    _verification(draft)


def quicker_again(draft: Draft) -> None:
    """Let the department be quicker when it comes back: it has less time then."""
    for element, least, most in (("sign", 0.3, 1.0), ("handle", 2.0, 6.0)):
        first = draft.usually(element)
        again = Reply(first.values, draft.hours(least, most))
        draft.then(element, first, again, again)


def _department(draft: Draft) -> None:
    now = draft.urgency == "emergency"
    least, most = {"emergency": (0.1, 0.35), "urgent": (0.3, 1.2)}.get(draft.urgency, (0.5, 5.0))
    draft.always("sign", Reply({"action": "sign"}, draft.hours(least, most), anytime=now))
    draft.always("handle", Reply(lambda scene: handling(draft, scene), time_to_handle(draft), anytime=now))
    draft.always("interim", Reply({"measures": "先行设置警示、派人看守，等待裁定。"}, draft.hours(0.5, 2)))
    feedback = {"reply": draft.text.reply, "summary": "主办、协办单位已办理完毕。"}
    draft.always("feedback", Reply(feedback, draft.hours(1, 4), anytime=now))
    other = {"ours": "other", "text": "按照职责分工不属于本单位。", "basis": "部门职能配置、内设机构和人员编制规定"}
    draft.always("position", Reply(other, draft.hours(1, 4)))
    draft.always("rule_county", Reply(lambda scene: ruling(draft.unit), draft.hours(3, 9)))
    draft.always("rule_city", Reply(lambda scene: ruling(draft.unit), draft.hours(4, 20)))


def ruling(lead: str, *assists: str) -> dict[str, Any]:
    """Return a ruling that a unit leads."""
    return {
        "decision": "rule",
        "lead": lead,
        "assists": list(assists),
        "reasons": "按照职权法定和首接负责，该事项由指定单位主办。",
        "basis": "《永州市网格化服务管理规定》第九条",
    }


def _own_processes(draft: Draft) -> None:
    """Answer the departments' own processes: urban management, housing, police, emergency."""
    own, text, hours = draft.text.own, draft.text, draft.hours
    found = {"kind": own.get("kind", "goods"), "first": "yes", "party": "沿街经营户", "note": "现场检查，情况属实。"}
    draft.always("inspect", Reply(found, hours(3, 20)))
    draft.always("persuade", Reply({"removed": "yes", "note": "当事人当场清除。"}, hours(0.5, 2)))
    gas = {
        "leak": "no",
        "use": own.get("use", "household"),
        "hazard": own.get("hazard", "hose"),
        "note": "现场核实，情况属实。",
    }
    draft.always("accept", Reply(gas, hours(1, 5)))
    draft.always("make_safe", Reply({"measures": "停止供气，疏散人员，检测浓度。"}, hours(0.3, 1), anytime=True))
    draft.always("order", Reply(lambda scene: order(draft, scene), hours(0.5, 3)))
    draft.always("recheck", Reply(lambda scene: recheck(draft, fits=True), hours(18, 60)))
    draft.always("file_case", Reply(lambda scene: _filed(draft, scene), hours(2, 6)))
    draft.always("record", Reply(lambda scene: _recorded(draft, scene), timedelta(minutes=5), anytime=True))
    draft.always("assign", Reply(_assigned, timedelta(minutes=8), anytime=True))
    visit = {"result": "warned", "measures": text.measures}
    draft.always("visit", Reply(visit, hours(0.3, 1), anytime=True))
    ordinary = {"result": "solved", "measures": text.measures}
    draft.always("ordinary", Reply(ordinary, hours(3, 20)))


def _filed(draft: Draft, scene: Scene) -> Mapping[str, Any]:
    return {"case_no": f"冷城立〔{scene.today.year}〕{draft.key[-3:]}号", "reason": "逾期拒不改正。"}


def _recorded(draft: Draft, scene: Scene) -> Mapping[str, Any]:
    """Answer as the police's own system does."""
    return {"case_number": f"PSB-DEMO-{draft.key[-3:]}", "recorded_at": scene.now.isoformat()}


def _assigned(scene: Scene) -> Mapping[str, Any]:
    """Send somebody: the police a station, the emergency bureau a team."""
    if "case" in scene.data:
        return {"unit": "辖区派出所", "minutes": 20}
    return {"on_duty": "机动组", "phone": "0746-0000009"}


def order(draft: Draft, scene: Scene) -> Mapping[str, Any]:
    """Return an order to correct: of urban management, or of housing."""
    number = f"〔{scene.today.year}〕{draft.key[-3:]}号"
    if draft.text.unit == f"{COUNTY}-HUD":
        return {"measures": draft.text.measures, "notice_no": f"冷建燃改{number}"}
    return {"notice_no": f"冷城责改{number}", "requirement": draft.text.measures}


def recheck(draft: Draft, *, fits: bool) -> Mapping[str, Any]:
    """Return what is found after an order: of urban management, or of housing."""
    done, undone = ("fixed", "not_fixed") if draft.text.unit == f"{COUNTY}-HUD" else ("corrected", "not_corrected")
    return {"result": done, "note": "已按要求完成。"} if fits else {"result": undone, "note": "期满仍未改正。"}


def verified(verdict: str = "pass", reason: str = "") -> dict[str, Any]:
    """Return what a verifier fills in."""
    photos = {"photos": Photo("核查")} if verdict == "pass" else {}
    return {"on_site": verdict != "cannot_check", "verdict": verdict} | photos | ({"reason": reason} if reason else {})


def _verification(draft: Draft) -> None:
    now = draft.urgency == "emergency"
    draft.always("verify", Reply(verified(), draft.hours(0.5, 1.5) if now else draft.hours(1, 7), anytime=now))
    draft.always("verify_township", Reply(verified(), draft.hours(1, 6)))
