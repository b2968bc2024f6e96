"""The applications of the demo to change the catalogue: one on each path of the review."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from engine.core_api import ProcessInstance, Work
from plugins.catalogue.api import Kind, register_application
from plugins.demo.accounts import RURAL_TOWNSHIP, URBAN_TOWNSHIP
from plugins.demo.application_forms import amendment, contact, item
from plugins.demo.divisions import COUNTY
from plugins.demo.story import Act, Reply, Scene, Story, at_work

APPLICATION_PATHS: Final = {
    "application.included": "新事项纳入：部门、乡镇会签，各有一个逾期未答复；审查、批准、保障落实，公示后生效",
    "application.removed": "事项退出清单（出租房屋信息协助采集：依据已修订）",
    "application.amended": "小的调整：简化程序，严格审查退回一次，改好后生效",
    "application.temporary": "临时事项：简化程序，当日生效，到期即不在清单中",
    "application.corrected": "一次性告知补正，补正后受理；会签不同意，协调达成一致；征求社会意见",
    "application.deemed_withdrawn": "逾期没有补正，视为撤回",
    "application.not_accepted": "形式审查查出没有依据，补充后仍不予受理",
    "application.refused_by_review": "会签不同意，协调后退回修改、重新会签，严格审查不予纳入",
    "application.refused_by_approver": "合法性审查退回一次；协调后注明分歧，不予批准",
    "application.withdrawn": "申请部门在合法性审查时撤回",
    "application.guarantees": "批准人须回避，改由他人批准；保障逾期，提醒部门和县级负责人",
    "application.open": "正在会签",
}
"""Path → what it shows."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LAWFUL: Final = {"authority_ok": "yes", "bases_in_force": "yes", "worker_scope_ok": "yes"}
LEGAL: Final = Reply({**LAWFUL, "conclusion": "pass", "opinion": "符合法律、法规，同意。"}, after=2 * DAY)
PROPOSED: Final = Reply({"checks": ["legality", "necessity"], "conclusion": "propose_approve"}, after=2 * DAY)
AGREED: Final = Reply({"opinion": "agree"}, after=2 * DAY)
OBJECTED: Final = Reply({"opinion": "object", "text": "与本部门正在巡查的内容重复，建议明确分工。"}, after=2 * DAY)

Replies = Mapping[str, Reply | Act | Sequence[Reply | Act]]


def applications(since: datetime, until: datetime) -> list[Story]:
    """Return the applications between two moments."""
    plans: dict[str, tuple[datetime, str, Replies]] = {
        "included": (since + 35 * DAY, "HUD", _included()),
        "removed": (since + 30 * DAY, "PSB", _removed(since)),
        "amended": (since + 60 * DAY, "UMB", _amended()),
        "temporary": (since + 70 * DAY, "EMB", _temporary()),
        "corrected": (since + 75 * DAY, "AMR", _corrected()),
        "deemed_withdrawn": (since + 80 * DAY, "NHC", {"apply": _apply("NHC", 0), "formal": _formal("correct")}),
        "not_accepted": (since + 85 * DAY, "FRB", _not_accepted()),
        "refused_by_review": (since + 95 * DAY, "EEB", _refused_by_review()),
        "refused_by_approver": (since + 100 * DAY, "NHC", _refused_by_approver()),
        "withdrawn": (since + 110 * DAY, "MCA", _withdrawn()),
        "guarantees": (since + 85 * DAY, "FRB", _guarantees()),
        "open": (until - 5 * DAY, "EEB", {"apply": _apply("EEB", 1), "formal": _formal("accept", "UMB", "AMR")}),
    }
    return [
        Story(
            f"application-{name}",
            f"application.{name}",
            at_work(begins),
            _start(department, name),
            by=f"lst.{department.lower()}",
            replies=replies,
        )
        for name, (begins, department, replies) in plans.items()
    ]


CHANGED_ITEMS: Final = {"removed": (Kind.REMOVE, "431103-PSB-004"), "amended": (Kind.AMEND, "431103-UMB-006")}


def _start(department: str, name: str) -> Callable[[Work], str]:
    kind, changed = CHANGED_ITEMS.get(name, (Kind.TEMPORARY if name == "temporary" else Kind.INCLUDE, None))

    def start(work: Work) -> str:
        no = register_application(work, f"{COUNTY}-{department}", kind, changed)
        return work.session.scalars(sa.select(ProcessInstance.id).where(ProcessInstance.business_key == no)).one()

    return start


def _included() -> Replies:
    return {
        "apply": _apply("HUD", 0),
        "formal": _formal("accept", "EMB", "UMB", townships=[URBAN_TOWNSHIP, RURAL_TOWNSHIP]),
        f"sign@{COUNTY}-EMB": AGREED,
        f"sign@{COUNTY}-UMB": [],
        f"sign_township@{URBAN_TOWNSHIP}": AGREED,
        **_to_the_end(),
    }


def _removed(since: datetime) -> Replies:
    why = {"removal_reason": "basis_repealed", "removal_text": "所依据的规定已经修订，条文不再要求协助采集。"}
    end = (since + 94 * DAY).date()
    return {
        "apply": Reply(why, after=HOUR),
        "formal": _formal("accept", "MCA"),
        "sign": AGREED,
        **_to_the_end(),
        "approve": Reply(lambda _: {**_approval(3), "effective_from": end.isoformat()}, after=3 * DAY),
    }


def _amended() -> Replies:
    returned = Reply(
        {"checks": ["legality"], "conclusion": "return", "opinion": "请写明每次劝导大约用时多久。"}, after=DAY
    )
    return {
        "apply": Reply(amendment, after=2 * HOUR),
        "formal": _formal("accept", "HUD"),
        "sign": AGREED,
        **_to_the_end(),
        "strict_review": [returned, PROPOSED],
    }


def _temporary() -> Replies:
    def values(scene: Scene) -> dict[str, Any]:
        return {**item(scene, "EMB", 0), "temporary_until": (scene.today + 60 * DAY).isoformat()}

    return {"apply": Reply(values, after=HOUR), "formal": _formal("accept"), **_to_the_end()}


def _corrected() -> Replies:
    return {
        "apply": _apply("AMR", 0),
        "formal": [_formal("correct"), _formal("accept", "UMB", "EEB", consultation=True, consultation_days=10)],
        "correct": _apply("AMR", 0),
        f"sign@{COUNTY}-UMB": OBJECTED,
        f"sign@{COUNTY}-EEB": AGREED,
        "coordinate": _coordinated("settled"),
        **_to_the_end(),
    }


def _not_accepted() -> Replies:
    def without(scene: Scene) -> dict[str, Any]:
        return {**item(scene, "FRB", 0), "legal_bases": []}

    return {"apply": [Reply(without, after=HOUR), _apply("FRB", 0)], "formal": _formal("reject")}


def _refused_by_review() -> Replies:
    refused = {"conclusion": "refuse", "opinion": "现有事项已经包含这项内容，不必另列。"}
    return {
        "apply": _apply("EEB", 0),
        "formal": _formal("accept", "UMB"),
        "sign": [OBJECTED, AGREED],
        "coordinate": _coordinated("revise"),
        "legality": LEGAL,
        "strict_review": Reply(refused, after=2 * DAY),
    }


def _refused_by_approver() -> Replies:
    unlawful = {**LAWFUL, "worker_scope_ok": "no", "conclusion": "return", "opinion": "网格员不得入户检测，请改写。"}
    refused = {"decision": "refuse", "opinion": "各部门意见不一，暂不列入，待条件成熟再议。"}
    return {
        "apply": _apply("NHC", 1),
        "formal": _formal("accept", "MCA"),
        "sign": OBJECTED,
        "coordinate": _coordinated("noted"),
        "legality": [Reply(unlawful, after=DAY), LEGAL],
        "strict_review": PROPOSED,
        "approve": Reply(refused, after=2 * DAY),
    }


def _withdrawn() -> Replies:
    reason = {"withdrawal": {"reason": "改由民政系统自行采集，不再申请。"}}
    withdraws = Act(lambda work, scene: work.messages.send(scene.instance_id, "withdraw", reason), DAY, "lst.mca")
    return {"apply": _apply("MCA", 0), "formal": _formal("accept", "JB"), "sign": AGREED, "legality": withdraws}


def _guarantees() -> Replies:
    return {
        "apply": _apply("FRB", 1),
        "formal": _formal("accept", "HUD"),
        "sign": AGREED,
        **_to_the_end(),
        "strict_review": replace(PROPOSED, by="lst.reviewer2"),
        "approve": [Reply(_approved, DAY, "lst.reviewer2"), Reply(_approved, DAY, "lst.approver")],
        "guarantee": replace(_guaranteed("FRB"), after=35 * DAY),
    }


def _to_the_end() -> dict[str, Reply]:
    return {
        "legality": LEGAL,
        "strict_review": PROPOSED,
        "approve": Reply(_approved, after=3 * DAY, by="lst.approver"),
        "guarantee": _guaranteed("HUD"),
    }


def _approved(scene: Scene) -> dict[str, Any]:
    return _approval(scene.today.month) | {"effective_from": (scene.today + 20 * DAY).isoformat()}


def _approval(number: int) -> dict[str, Any]:
    return {"decision": "approve", "approved_by": "冷水滩区人民政府", "doc_no": f"冷政〔2026〕{20 + number}号"}


def _guaranteed(department: str) -> Reply:
    def values(scene: Scene) -> dict[str, Any]:
        return {
            "guidance_person": contact(department),
            "training": {
                "hours": 4,
                "on": (scene.today - DAY).isoformat(),
                "materials": "办理指引",
                "trained_percent": 96,
            },
            "resources": "办理指引、宣传材料",
            "funding": {"amount_cny": 4000, "source": "部门预算", "document_no": f"冷财〔{scene.today.year}〕18号"},
            "confirmed": True,
        }

    return Reply(values, after=4 * DAY)


def _coordinated(conclusion: str) -> Reply:
    return Reply({"conclusion": conclusion, "text": "三方已经协商，分工写入事项说明。"}, after=2 * DAY)


def _formal(result: str, *departments: str, **more: Any) -> Reply:
    values: dict[str, Any] = {"result": result, **more}
    if departments:
        values["departments"] = [f"{COUNTY}-{code}" for code in departments]
    if result != "accept":
        values["opinion"] = (
            "请补充事项的培训教材和上报格式。" if result == "correct" else "所列依据没有授权网格员承担。"
        )
    return Reply(values, after=DAY)


def _apply(department: str, number: int) -> Reply:
    return Reply(lambda scene: item(scene, department, number), after=2 * HOUR)
