"""Paths of returns and disputes: a department says that it is not its duty (SPEC 8(c) c6-c8, D6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from engine.core_api import Work
from plugins.demo.divisions import COUNTY, NEIGHBOUR, OFFICES_OF
from plugins.demo.incident_stories.draft import Draft
from plugins.demo.incident_stories.intake import assisted, by_resident, helper_of
from plugins.demo.incident_stories.path import Made
from plugins.demo.incident_stories.texts import Text, is_calm, is_outside, is_referred, of_item
from plugins.demo.incident_stories.usual import hasten, ruling
from plugins.demo.story import Act, Reply, Scene

CITY_DEPARTMENT: Final = "431100-EEB"
OFFICE, OTHER_OFFICE = f"{OFFICES_OF}-LET", f"{OFFICES_OF}-PSC"
MEDIATES: Final = f"{COUNTY}-JB"
"""Whom a referral goes to that was the wrong department's, in the demo."""


NOBODY_DOES: Final = Act(lambda work, scene: None, timedelta(days=90))
"""Instead of an answer: the task is taken away before that."""


def other(draft: Draft) -> str:
    """Return a department that may be named instead."""
    return f"{COUNTY}-{'HUD' if draft.unit.endswith('UMB') else 'UMB'}"


def request(draft: Draft, code: str = "not_our_duty", **more: Any) -> dict[str, Any]:
    """Return what a department fills in that asks to return a referral."""
    reason = {"legal_reference": "部门职能配置规定第三条"} if code == "not_our_duty" else {}
    return {
        "action": "request_return",
        "reason_code": code,
        "suggested_department": other(draft),
        "evidence": "经现场查看，所反映的情况不属于本单位管理范围。",
        "site_visit": False,
        **reason,
        **more,
    }


def _asks_to_return(draft: Draft, code: str = "not_our_duty", **more: Any) -> None:
    """Let the first department ask; it signs when the referral comes again, and so does whoever gets it next."""
    draft.then(
        f"sign@{draft.unit}",
        Reply(request(draft, code, **more), draft.hours(0.6, 3)),
        Reply({"action": "sign"}, draft.hours(0.5, 2)),
    )


def _decides(draft: Draft, *decisions: Mapping[str, Any]) -> None:
    draft.then("decide_return", *(Reply(each, draft.hours(0.7, 2.5)) for each in decisions))


def returned(draft: Draft) -> None:
    """Agree: it goes to another department."""
    _asks_to_return(draft)
    _decides(draft, {"decision": "agree_redispatch", "unit": other(draft), "reason": "派遣有误，改派责任部门。"})


def returned_to_triage(draft: Draft) -> None:
    """Agree without knowing whose it is: the county triages."""
    _asks_to_return(draft, "not_catalogue_department")
    _decides(draft, {"decision": "agree_redispatch", "reason": "责任部门不明，由县级平台研判。"})
    given = {"decision": "refer", "lead": other(draft), "reason": "研判后改派。"}
    draft.then("triage_county", Reply(given, draft.hours(0.5, 1.5)))


def refused(draft: Draft) -> None:
    """Refuse: the department handles it."""
    _asks_to_return(draft, "wrong_area")
    _decides(draft, {"decision": "refuse", "reason": "地点在本辖区内，请签收办理。"})


def after_the_window(draft: Draft) -> None:
    """Ask too late: it is not taken, and the department signs."""
    over = draft.until_working_day(2)
    draft.then(
        f"sign@{draft.unit}",
        Reply(request(draft), over, anytime=True),
        Reply({"action": "sign"}, draft.hours(0.5, 2), anytime=True),
    )


def told_more(draft: Draft) -> None:
    """Ask the reporter first, who tells more; then refuse."""
    _asks_to_return(draft, "insufficient_info")
    _decides(
        draft,
        {"decision": "ask_info", "reason": "请反映人补充具体位置和时间。"},
        {"decision": "refuse", "reason": "情况已经补充清楚，请办理。"},
    )
    draft.acts["supplement"] = Act(lambda work, scene: _supplement(work, scene, draft), draft.hours(3, 10))


def _supplement(work: Work, scene: Scene, draft: Draft) -> None:
    told = {"text": f"就在{draft.place.name}，每天傍晚最明显。"}
    work.messages.hand_over("supplement", scene.key, told, COUNTY)


def told_nothing(draft: Draft) -> None:
    """Ask the reporter, who says nothing for two working days; then decide."""
    told_more(draft)
    del draft.acts["supplement"]


def signed_automatically(draft: Draft) -> None:
    """Sign for nothing: two reminders, then the system signs."""
    draft.then(f"sign@{draft.unit}")


def disputed(draft: Draft, *rulings: Reply, departments: tuple[str, ...] = ()) -> None:
    """Let two departments state that it is the other's, and the county rule."""
    _asks_to_return(draft)
    between = list(departments or (other(draft),))
    _decides(draft, {"decision": "to_dispute", "departments": between, "reason": "两家意见不一，提交裁定。"})
    if rulings:
        draft.then("rule_county", *rulings)


def to_other(draft: Draft) -> None:
    """Rule that the other department leads."""
    disputed(draft, Reply(ruling(other(draft)), draft.hours(2, 7)))


def kept(draft: Draft) -> None:
    """Rule that the first one keeps it, and may not return it again (I12)."""
    disputed(draft, Reply(ruling(draft.unit), draft.hours(2, 7)))


def with_assistance(draft: Draft) -> None:
    """Rule that both handle it: one leads, the other assists."""
    disputed(draft, Reply(ruling(other(draft), draft.unit), draft.hours(2, 7)))


def kept_with_assistance(draft: Draft) -> None:
    """Rule that the first one keeps it, and the other assists."""
    disputed(draft, Reply(ruling(draft.unit, other(draft)), draft.hours(2, 7)))


def assistance_returned(draft: Draft) -> None:
    """Let the assisting department say that it is a third one's: that one assists in its place."""
    assisted(draft)
    helper, third = helper_of(draft), f"{COUNTY}-FRB"
    draft.then(f"sign@{helper}", Reply(request(draft), draft.hours(0.6, 3)))
    reason = "协办单位有误，改由责任部门协办。"
    _decides(draft, {"decision": "agree_redispatch", "unit": third, "reason": reason})


def silent_position(draft: Draft) -> None:
    """Let the other department state nothing in a working day."""
    to_other(draft)
    draft.then(f"position@{other(draft)}")


def referred_up(draft: Draft) -> None:
    """Let both bring a new legal basis: the county refers it to the city, which rules."""
    up = {"decision": "refer_up", "reasons": "双方均提出新的法律依据，提请市级裁定。"}
    disputed(draft, Reply(up, draft.hours(2, 7)))


def ruled_late(draft: Draft) -> None:
    """Let the county not rule in two working days: it goes to the city by itself."""
    disputed(draft)
    draft.then("rule_county")


def between_offices(draft: Draft) -> None:
    """Dispute between two offices of one township, whose leader rules (D6 row 1)."""
    by_resident(draft)
    draft.then(
        "triage", Reply({"decision": "refer", "lead": OFFICE, "reason": "由街道执法队处理。"}, draft.hours(0.3, 1))
    )
    draft.then(
        f"sign@{OFFICE}",
        Reply(request(draft, suggested_department=OTHER_OFFICE), draft.hours(0.6, 3)),
        Reply({"action": "sign"}, draft.hours(0.5, 2)),
    )
    reason = "街道两个机构意见不一，由街道裁定。"
    _decides(draft, {"decision": "to_dispute", "departments": [OTHER_OFFICE], "reason": reason})
    draft.then("rule_township", Reply(ruling(OFFICE), draft.hours(2, 6)))
    draft.then("rule_county", Reply(ruling(OFFICE), draft.hours(2, 6)))


def township_ruled_late(draft: Draft) -> None:
    """Let the township not rule in time: it passes to the county."""
    between_offices(draft)
    draft.then("rule_township")


def between_counties(draft: Draft) -> None:
    """Dispute with the same department of the neighbouring county: the city rules (D6 row 3)."""
    disputed(draft, departments=(f"{NEIGHBOUR}-UMB",))


def city_ruled_late(draft: Draft) -> None:
    """Let the city not rule in time either: it passes to the city's government, which does."""
    referred_up(draft)
    draft.then("rule_city", NOBODY_DOES, draft.usually("rule_city"))


def ruled_wrongly(draft: Draft) -> None:
    """Name the same department twice in the ruling: it is not taken, and the county rules again."""
    wrong, right = ruling(draft.unit, draft.unit), ruling(draft.unit)
    disputed(draft, Reply(wrong, draft.hours(2, 7)), Reply(right, draft.hours(0.5, 2)))


def misnamed(draft: Draft) -> None:
    """Name more parties than a dispute may have: it is not taken, and the department has to handle it."""
    _asks_to_return(draft)
    everybody = [f"{COUNTY}-{code}" for code in ("HUD", "EMB", "NHC", "MCA", "EEB", "PSB", "JB")]
    _decides(
        draft,
        {"decision": "to_dispute", "departments": everybody, "reason": "涉及部门较多，提交裁定。"},
        {"decision": "refuse", "reason": "职责清楚，不必裁定，请签收办理。"},
    )


def acted_first(draft: Draft) -> None:
    """Dispute what is urgent: whoever got it first acts meanwhile."""
    hasten(draft, "urgent")
    to_other(draft)


def by_rule(draft: Draft) -> None:
    """Dispute with the city's department: where both are competent, the city's leads (D6 row 5)."""
    disputed(draft, departments=(CITY_DEPARTMENT,))


def by_precedent(draft: Draft) -> None:
    """Decide like the ruling before, without another dispute."""
    _asks_to_return(draft)
    reason = "同一事项已有裁定先例，按先例由该部门主办。"
    _decides(draft, {"decision": "agree_redispatch", "unit": other(draft), "reason": reason})


def _of_urban(text: Text) -> bool:
    return is_calm(text) and text.item == "UMB-008"


def _of_offices(text: Text) -> bool:
    return is_outside(text) and text.lead == "UMB"


def _of_two(text: Text) -> bool:
    """Whether two departments may think that it is the other's."""
    return is_referred(text) and text.urgency == "normal" and text.item in ("UMB-008", "FRB-026", "AMR-014")


BUILDS: Final[Mapping[str, Made]] = {
    "returned": (returned, _of_two),
    "returned_to_triage": (returned_to_triage, _of_two),
    "return_refused": (refused, is_calm),
    "return_late": (after_the_window, is_calm),
    "told_more": (told_more, is_calm),
    "told_nothing": (told_nothing, is_calm),
    "signed_automatically": (signed_automatically, is_calm),
    "dispute": (to_other, _of_urban),
    "precedent": (by_precedent, _of_urban),
    "dispute_kept": (kept, _of_two),
    "dispute_together": (with_assistance, _of_two),
    "dispute_kept_together": (kept_with_assistance, _of_two),
    "assist_returned": (assistance_returned, is_outside),
    "dispute_silent": (silent_position, _of_two),
    "dispute_referred_up": (referred_up, _of_two),
    "dispute_ruled_late": (ruled_late, _of_two),
    "dispute_township": (between_offices, _of_offices),
    "dispute_township_late": (township_ruled_late, _of_offices),
    "dispute_counties": (between_counties, _of_urban),
    "dispute_city_late": (city_ruled_late, _of_two),
    "dispute_ruled_wrongly": (ruled_wrongly, _of_two),
    "dispute_misnamed": (misnamed, _of_two),
    "dispute_interim": (acted_first, _of_two),
    "dispute_city": (by_rule, of_item("EEB-024")),
}
"""Path → what is its own, and what it may be about."""
