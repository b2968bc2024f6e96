"""What everybody answers to the applications of the demo's departments, by the path that they take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from plugins.catalogue.api import said
from plugins.demo.accounts import RURAL_TOWNSHIP, URBAN_TOWNSHIP
from plugins.demo.application_forms import as_it_is, item
from plugins.demo.divisions import COUNTY
from plugins.demo.reviewing import (
    AGREED,
    COMMENTED,
    DAY,
    HOUR,
    LAWFUL,
    LEGAL,
    OBJECTED,
    PROPOSED,
    UNCONCERNED,
    Replies,
    approval,
    approved,
    coordinated,
    formal,
    guaranteed,
    to_the_end,
)
from plugins.demo.story import Reply, Scene


def included() -> Replies:
    """Return the answers to a new item that is approved after the public was asked."""
    return {
        "apply": _apply("compound_roads"),
        "formal": formal(
            "accept",
            "EMB",
            "UMB",
            "PSB",
            townships=[URBAN_TOWNSHIP, RURAL_TOWNSHIP],
            consultation=True,
            consultation_days=10,
        ),
        f"sign@{COUNTY}-EMB": AGREED,
        f"sign@{COUNTY}-PSB": UNCONCERNED,
        f"sign@{COUNTY}-UMB": [],
        f"sign_township@{URBAN_TOWNSHIP}": COMMENTED,
        "answer": Reply(_handled, after=DAY + 3 * HOUR),
        **to_the_end("HUD"),
    }


HANDLED: Final = (
    ("partly", "建议明确临时占用须经同意的情形", "采纳：办理指引中写明；临时占用的审批不属于网格员职责。"),
    ("accepted", "建议把占用消防登高场地一并纳入", "采纳：办理指引中列为重点查看的位置。"),
    ("not_accepted", "建议由网格员当场拖移车辆", "不采纳：网格员没有执法资格，只上报（第九条）。"),
)
"""How the opinions about the new item are handled, one after the other."""


def _handled(scene: Scene) -> Mapping[str, Any]:
    opinions = said(scene.work.session, scene.key)
    return {
        "opinions": [
            {"receipt_no": opinion.receipt_no, "handled": handled, "summary": summary, "reason": reason}
            for opinion, (handled, summary, reason) in zip(opinions, HANDLED, strict=True)
        ]
    }


def removed(since: datetime) -> Replies:
    """Return the answers to a removal, some weeks ahead."""
    why = {
        "removal_reason": "situation_changed",
        "removal_text": "出租人已可在公安机关平台自主申报，不再需要网格员协助采集。",
    }
    end = (since + 94 * DAY).date()
    return {
        "apply": Reply(why, after=HOUR),
        "formal": formal("accept", "MCA"),
        "sign": AGREED,
        **to_the_end("PSB"),
        "approve": Reply(
            lambda scene: approval(scene) | {"effective_from": end.isoformat()}, after=3 * DAY, by="lst.approver"
        ),
    }


def superseded() -> Replies:
    """Return the answers to an amendment that is approved for a late day."""
    later = Reply(
        lambda scene: approval(scene) | {"effective_from": (scene.today + 60 * DAY).isoformat()},
        after=3 * DAY,
        by="lst.approver",
    )
    changed = {"worker_action": "report_only", "description": "发现乱涂写、乱张贴的，拍照上报，由城管部门处理。"}
    return {
        "apply": Reply(lambda scene: as_it_is(scene) | changed, after=3 * HOUR),
        "formal": formal("accept", "PSB"),
        "sign": AGREED,
        **to_the_end("UMB"),
        "approve": later,
    }


def amended() -> Replies:
    """Return the answers to an amendment of words."""
    opinion = "请写明每次劝导大约用时多久。"
    returned = Reply({"checks": ["legality"], "conclusion": "return", "opinion": opinion}, after=DAY)

    def values(scene: Scene) -> Mapping[str, Any]:
        return as_it_is(scene) | {
            "description": "对乱涂写、乱张贴当场劝导，协助清除，拒不改正的上报；每周集中清理一次。",
            "service_object": "临街商户、居民",
            "est_minutes_per_case": 15 if scene.turn else 5,
        }

    return {
        "apply": Reply(values, after=2 * HOUR),
        "formal": formal("accept"),
        **to_the_end("UMB"),
        "strict_review": [returned, PROPOSED],
    }


def temporary(term: timedelta) -> Replies:
    """Return the answers to a temporary item, each on the same day; `term`: from the application on."""

    def values(scene: Scene) -> Mapping[str, Any]:
        return {**item(scene, "low_yards"), "temporary_until": (scene.today + term).isoformat()}

    at_once = Reply(
        lambda scene: approval(scene) | {"effective_from": scene.today.isoformat()}, after=5 * HOUR, by="lst.approver"
    )
    return {
        "apply": Reply(values, after=HOUR),
        "formal": replace(formal("accept"), after=3 * HOUR),
        **to_the_end("EMB"),
        "strict_review": replace(PROPOSED, after=5 * HOUR),
        "approve": at_once,
        "guarantee": replace(guaranteed("EMB"), after=4 * HOUR),
    }


def corrected() -> Replies:
    """Return the answers to an application that meets every obstacle and is approved."""
    departments = ("UMB", "EEB")
    return {
        "apply": _apply("prepaid_shops"),
        "formal": [formal("correct"), formal("accept", *departments, consultation=True, consultation_days=7)],
        "correct": replace(_apply("prepaid_shops"), after=2 * DAY),
        f"sign@{COUNTY}-UMB": OBJECTED,
        f"sign@{COUNTY}-EEB": AGREED,
        "coordinate": coordinated("settled"),
        **to_the_end("AMR"),
        "strict_review": replace(PROPOSED, by="lst.reviewer2"),
        "approve": [Reply(approved, DAY, "lst.reviewer2"), Reply(approved, DAY, "lst.approver")],
        "guarantee": [
            replace(guaranteed("AMR", resources="", funding=0), after=40 * DAY),
            guaranteed("AMR"),
        ],
    }


def deemed_withdrawn() -> Replies:
    """Return the answers to one that nobody corrects."""
    return {"apply": _apply("smoking"), "formal": formal("correct")}


def not_accepted() -> Replies:
    """Return the answers to one that stays without a basis that fits."""

    def without(scene: Scene) -> Mapping[str, Any]:
        return {**item(scene, "fire_equipment"), "legal_bases": []}

    return {
        "apply": [Reply(without, after=HOUR), replace(_apply("fire_equipment"), after=5 * HOUR)],
        "formal": [formal("correct"), formal("reject")],
        "correct": replace(_apply("fire_equipment"), after=3 * DAY),
    }


def refused_by_review() -> Replies:
    """Return the answers to one that the strict review refuses."""
    refused = {"conclusion": "refuse", "opinion": "与“占道堆物、乱搭建巡查上报”相同，不必另列。"}
    return {
        "apply": _apply("street_works"),
        "formal": formal("accept", "HUD"),
        "sign": [OBJECTED, AGREED],
        "coordinate": coordinated("revise"),
        "legality": LEGAL,
        "strict_review": Reply(refused, after=2 * DAY),
    }


def refused_by_approver() -> Replies:
    """Return the answers to one that the approving body returns, then refuses."""
    unlawful = {
        **LAWFUL,
        "worker_scope_ok": "no",
        "conclusion": "return",
        "opinion": "测血压须由医务人员进行，请改写。",
    }
    returned = {"decision": "return", "opinion": "请说明与家庭医生团队如何分工，再报。"}
    refused = {"decision": "refuse", "opinion": "各部门意见不一，暂不列入，待条件成熟再议。"}

    def values(scene: Scene) -> Mapping[str, Any]:
        ending = "介绍家庭医生签约服务，登记居民的签约意愿，转家庭医生团队。"
        return item(scene, "family_doctors") | ({"description": ending} if scene.turn else {})

    return {
        "apply": Reply(values, after=2 * HOUR),
        "formal": formal("accept", "MCA"),
        "sign": OBJECTED,
        "coordinate": coordinated("noted"),
        "legality": [Reply(unlawful, after=DAY), LEGAL, LEGAL],
        "strict_review": PROPOSED,
        "approve": [
            Reply(returned, after=DAY, by="lst.approver"),
            Reply(refused, after=2 * DAY, by="lst.approver"),
        ],
    }


def _apply(name: str) -> Reply:
    return Reply(lambda scene: item(scene, name), after=2 * HOUR)


def undecided() -> Replies:
    """Return the answers to one that is being countersigned."""
    return {"apply": _apply("homeless"), "formal": formal("accept", "PSB", "UMB")}
